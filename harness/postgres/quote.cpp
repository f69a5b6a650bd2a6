#include "harness/postgres/session.hpp"

namespace pgrehearse::postgres {
namespace {

std::string doubled(std::string_view text, char quote) {
  std::string result(1, quote);
  for (char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result + quote;
}

}  // namespace

std::string quote_identifier(std::string_view name) { return doubled(name, '"'); }

std::string quote_qualified(std::string_view schema, std::string_view name) {
  return quote_identifier(schema) + "." + quote_identifier(name);
}

// E'..' means the same whatever standard_conforming_strings says; the leading blank keeps the E from joining a keyword
// before it (as PQescapeLiteral does).
std::string quote_literal(std::string_view value) {
  if (value.find('\\') == std::string_view::npos) return doubled(value, '\'');
  std::string escaped;
  for (char c : value) {
    if (c == '\\') escaped += '\\';
    escaped += c;
  }
  return " E" + doubled(escaped, '\'');
}

}  // namespace pgrehearse::postgres
