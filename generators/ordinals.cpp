#include "generators/ordinals.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "generators/literal.hpp"
#include "generators/numeric_encoding.hpp"
#include "generators/quantity.hpp"
#include "generators/uuid.hpp"

namespace pgrehearse::generators {
namespace {

bool is_float(Kind kind) { return kind == Kind::float4 || kind == Kind::float8; }

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

class QuantityOrdinals final : public Ordinals {
 public:
  QuantityOrdinals(Unit unit, std::int64_t lowest, std::int64_t highest)
      : unit_(unit), lowest_(lowest), highest_(highest) {}
  std::optional<std::int64_t> parse(std::string_view text) const override {
    if (!is_float(unit_.kind)) return parse_quantity(unit_, text);
    auto value = parse_double(text);
    if (!value) return std::nullopt;
    double units = std::round(*value * static_cast<double>(kPowersOfTen[unit_.scale]));
    if (std::abs(units) > 4e18) return std::nullopt;
    return static_cast<std::int64_t>(units);
  }
  void binary(std::int64_t ordinal, Output& out) const override { put_quantity(unit_, ordinal, out); }
  void text(std::int64_t ordinal, std::string& out) const override { append_quantity(unit_, ordinal, out); }
  std::int64_t lowest() const override { return lowest_; }
  std::int64_t highest() const override { return highest_; }

 private:
  Unit unit_;
  std::int64_t lowest_, highest_;
};

// How many digits behind the point, and how many before it, the texts of numbers have at most.
struct Digits {
  int before = 1, behind = 0;
};

Digits digits_of(const std::vector<Mark>& marks) {
  Digits most;
  for (const Mark& mark : marks) {
    auto value = mark.value ? parse_double(*mark.value) : std::nullopt;
    if (!value) continue;
    std::string_view text = *mark.value;
    std::size_t exponent = std::min(text.find_first_of("eE"), text.size()), point = text.find('.');
    int behind = point < exponent ? static_cast<int>(exponent - point - 1) : 0;
    if (exponent < text.size()) behind -= std::atoi(text.data() + exponent + 1);
    most.behind = std::max(most.behind, behind);
    if (std::abs(*value) >= 1) most.before = std::max(most.before, static_cast<int>(std::log10(std::abs(*value))) + 1);
  }
  return most;
}

OrdinalsPtr make_quantity_ordinals(const Type& type, const std::vector<Mark>& marks) {
  bool decimal = is_float(type.kind) || type.kind == Kind::numeric;
  if (!decimal) return std::make_shared<QuantityOrdinals>(unit_of(type), smallest(type), largest(type));
  Digits digits = digits_of(marks);
  if (type.precision) digits.behind = std::max(type.scale.value_or(0), 0);
  int scale = std::clamp(digits.behind, 0, std::max(0, 18 - digits.before));
  int whole = type.precision ? *type.precision - type.scale.value_or(0) : 15;
  auto highest = static_cast<std::int64_t>(kPowersOfTen[std::clamp(whole + scale, 1, 18)]) - 1;
  return std::make_shared<QuantityOrdinals>(Unit{type.kind, scale}, -highest, highest);
}

class LabelOrdinals final : public Ordinals {
 public:
  LabelOrdinals(const Type& type, std::vector<std::string> labels) : labels_(std::move(labels)) {
    for (const std::string& label : labels_) {
      auto bytes = binary_literal(type, label);
      has_binary_ = has_binary_ && bytes.has_value();
      binaries_.push_back(bytes.value_or(""));
    }
  }
  std::optional<std::int64_t> parse(std::string_view text) const override {
    auto found = std::find(labels_.begin(), labels_.end(), text);
    if (found == labels_.end()) return std::nullopt;
    return found - labels_.begin();
  }
  void binary(std::int64_t ordinal, Output& out) const override {
    out.append(binaries_[static_cast<std::size_t>(ordinal)]);
  }
  void text(std::int64_t ordinal, std::string& out) const override {
    out += labels_[static_cast<std::size_t>(ordinal)];
  }
  bool has_binary() const override { return has_binary_; }
  std::int64_t lowest() const override { return 0; }
  std::int64_t highest() const override { return static_cast<std::int64_t>(labels_.size()) - 1; }

 private:
  std::vector<std::string> labels_, binaries_;
  bool has_binary_ = true;
};

// The first 48 bits are the ordinal, so that no digit of the version is among them; the others are noise.
class UuidOrdinals final : public Ordinals {
 public:
  explicit UuidOrdinals(base::Seed seed) : seed_(seed) {}
  std::optional<std::int64_t> parse(std::string_view text) const override {
    Type type;
    type.kind = Kind::uuid;
    auto bytes = binary_literal(type, text);
    if (!bytes) return std::nullopt;
    std::int64_t ordinal = 0;
    for (int i = 0; i < 6; ++i)
      ordinal = ordinal << 8 | static_cast<unsigned char>((*bytes)[static_cast<std::size_t>(i)]);
    return ordinal;
  }
  void binary(std::int64_t ordinal, Output& out) const override {
    auto bytes = bytes_of(ordinal);
    out.append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  void text(std::int64_t ordinal, std::string& out) const override {
    char text[36];
    write_uuid(bytes_of(ordinal), text);
    out.append(text, sizeof text);
  }
  std::int64_t lowest() const override { return 0; }
  std::int64_t highest() const override { return (std::int64_t{1} << 48) - 1; }

 private:
  std::array<unsigned char, 16> bytes_of(std::int64_t ordinal) const {
    auto bytes = uuid_bytes(seed_, static_cast<std::uint64_t>(ordinal));
    for (int i = 0; i < 6; ++i)
      bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(ordinal >> (40 - 8 * i));
    return bytes;
  }
  base::Seed seed_;
};

// IPv4 addresses without a mask: inet_recv and network_cmp in src/backend/utils/adt/network.c.
class AddressOrdinals final : public Ordinals {
 public:
  explicit AddressOrdinals(bool network) : network_(network) {}
  std::optional<std::int64_t> parse(std::string_view text) const override {
    if (network_ && text.ends_with("/32")) text.remove_suffix(3);
    std::int64_t address = 0;
    const char *at = text.data(), *end = at + text.size();
    for (int part = 0; part < 4; ++part) {
      unsigned byte = 0;
      if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
      auto [next, error] = std::from_chars(at, end, byte);
      if (error != std::errc() || byte > 255) return std::nullopt;
      address = address << 8 | byte;
      at = next;
    }
    return at == end ? std::optional(address) : std::nullopt;
  }
  void binary(std::int64_t ordinal, Output& out) const override {
    out.put<std::uint8_t>(2);  // PGSQL_AF_INET
    out.put<std::uint8_t>(32);
    out.put<std::uint8_t>(network_ ? 1 : 0);
    out.put<std::uint8_t>(4);
    out.put(static_cast<std::uint32_t>(ordinal));
  }
  void text(std::int64_t ordinal, std::string& out) const override {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out += std::to_string(ordinal >> shift & 255);
      if (shift > 0) out += '.';
    }
    if (network_) out += "/32";
  }
  std::int64_t lowest() const override { return 0x01000000; }
  std::int64_t highest() const override { return 0xdfffffff; }  // class D begins above

 private:
  bool network_;
};

class HardwareOrdinals final : public Ordinals {
 public:
  std::optional<std::int64_t> parse(std::string_view text) const override {
    Type type;
    type.kind = Kind::macaddr;
    auto bytes = binary_literal(type, text);
    if (!bytes) return std::nullopt;
    std::int64_t ordinal = 0;
    for (char byte : *bytes) ordinal = ordinal << 8 | static_cast<unsigned char>(byte);
    return ordinal;
  }
  void binary(std::int64_t ordinal, Output& out) const override {
    for (int shift = 40; shift >= 0; shift -= 8) out.put(static_cast<std::uint8_t>(ordinal >> shift));
  }
  void text(std::int64_t ordinal, std::string& out) const override {
    for (int shift = 40; shift >= 0; shift -= 8) {
      out += kHexDigits[static_cast<std::size_t>(ordinal >> (shift + 4) & 15)];
      out += kHexDigits[static_cast<std::size_t>(ordinal >> shift & 15)];
      if (shift > 0) out += ':';
    }
  }
  std::int64_t lowest() const override { return 0; }
  std::int64_t highest() const override { return (std::int64_t{1} << 48) - 1; }
};

// In the order of the type; 0 for text.
double place_of(const Type& type, const std::string& value) {
  if (type.kind == Kind::enumeration)
    return static_cast<double>(std::find(type.labels.begin(), type.labels.end(), value) - type.labels.begin());
  if (!is_quantity(type.kind)) return 0;
  auto number = parse_quantity(unit_of(type), value);
  return number ? static_cast<double>(*number) : 0;
}

}  // namespace

OrdinalsPtr make_ordinals(const Type& type, const Limits& limits, const std::vector<Mark>& marks, base::Seed seed) {
  if (!limits.allowed.empty()) {
    std::vector<std::string> allowed = limits.allowed;
    std::sort(allowed.begin(), allowed.end(), [&](const std::string& a, const std::string& b) {
      return std::pair(place_of(type, a), std::string_view(a)) < std::pair(place_of(type, b), std::string_view(b));
    });
    return std::make_shared<LabelOrdinals>(type, std::move(allowed));
  }
  if (is_quantity(type.kind)) return make_quantity_ordinals(type, marks);
  switch (type.kind) {
    case Kind::enumeration:
      return std::make_shared<LabelOrdinals>(type, type.labels);
    case Kind::uuid:
      return std::make_shared<UuidOrdinals>(seed);
    case Kind::inet:
    case Kind::cidr:
      return std::make_shared<AddressOrdinals>(type.kind == Kind::cidr);
    case Kind::macaddr:
      return std::make_shared<HardwareOrdinals>();
    default:
      return nullptr;
  }
}

}  // namespace pgrehearse::generators
