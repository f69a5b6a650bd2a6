#include "generators/literal.hpp"

#include "generators/output.hpp"
#include "generators/quantity.hpp"

namespace pgrehearse::generators {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Pairs of hexadecimal digits; dashes and colons between pairs are skipped.
std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.front() == '-' || text.front() == ':') {
      text.remove_prefix(1);
      continue;
    }
    int high = hex_digit(text.front()), low = text.size() > 1 ? hex_digit(text[1]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
    text.remove_prefix(2);
  }
  return bytes;
}

std::optional<std::string> of_size(std::optional<std::string> bytes, std::size_t size) {
  if (bytes && bytes->size() != size) return std::nullopt;
  return bytes;
}

std::optional<std::string> bit_string(std::string_view text) {
  if (text.find_first_not_of("01") != text.npos) return std::nullopt;
  return encoded([&](Output& out) {
    out.put(static_cast<std::int32_t>(text.size()));
    for (std::size_t i = 0; i < text.size(); i += 8) {
      unsigned byte = 0;
      for (std::size_t j = i; j < i + 8; ++j) byte = byte << 1 | (j < text.size() && text[j] == '1' ? 1u : 0u);
      out.put(static_cast<std::uint8_t>(byte));
    }
  });
}

// A quantity is encoded only where its units hold the text exactly: 0.125 in hundredths would be another value.
std::optional<std::string> quantity(const Type& type, std::string_view text) {
  Unit unit = unit_of(type);
  std::size_t point = text.find('.');
  bool decimal = unit.kind == Kind::numeric || unit.kind == Kind::float4 || unit.kind == Kind::float8;
  if (decimal) unit.scale = point == text.npos ? 0 : static_cast<int>(text.size() - point - 1);
  if (unit.scale > 18) return std::nullopt;
  auto value = parse_quantity(unit, text);
  if (!value) return std::nullopt;
  return encoded([&](Output& out) { put_quantity(unit, *value, out); });
}

}  // namespace

std::optional<std::string> binary_literal(const Type& type, std::string_view text) {
  if (is_quantity(type.kind)) return quantity(type, text);
  switch (type.kind) {
    case Kind::text:
    case Kind::json:
    case Kind::xml:
    case Kind::enumeration:
      return std::string(text);
    case Kind::jsonb:
    case Kind::jsonpath:
    case Kind::ltree:
    case Kind::lquery:
    case Kind::ltxtquery:
      return '\1' + std::string(text);  // the version of the format
    case Kind::uuid:
      return of_size(from_hex(text), 16);
    case Kind::macaddr:
      return of_size(from_hex(text), 6);
    case Kind::macaddr8:
      return of_size(from_hex(text), 8);
    case Kind::bytea:
      return text.starts_with("\\x") ? from_hex(text.substr(2)) : std::nullopt;
    case Kind::bit:
    case Kind::varbit:
      return bit_string(text);
    default:
      return std::nullopt;
  }
}

}  // namespace pgrehearse::generators
