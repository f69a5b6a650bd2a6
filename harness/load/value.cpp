#include "harness/load/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace pgrehearse::load {
namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}
bool begins(std::string_view word, std::string_view text) {
  return same_ignoring_case(word.substr(0, text.size()), text);
}

// pgbench takes beginnings too (t, y, fa, ...), but for on and off, whose first letter they share.
std::optional<bool> read_boolean(std::string_view text) {
  if (begins("true", text) || begins("yes", text) || same_ignoring_case("on", text)) return true;
  if (begins("false", text) || begins("no", text) || same_ignoring_case("off", text) ||
      same_ignoring_case("of", text)) {
    return false;
  }
  return {};
}

bool looks_whole(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

std::optional<std::int64_t> read_whole(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<double> read_double(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const double number = std::strtod(text.c_str(), &end);
  return errno == 0 && end != text.c_str() && *end == '\0' ? std::optional(number) : std::nullopt;
}

Value read_value(const std::string& text, std::string_view name) {
  if (same_ignoring_case(text, "null")) return {};
  const auto malformed = [&] {
    return ScriptFailure{"22P02", fmt::format("malformed variable \"{}\" value: \"{}\"", name, text)};
  };
  if (text.empty()) throw malformed();
  if (const auto truth = read_boolean(text)) return *truth;
  if (looks_whole(text)) {
    if (const auto number = read_whole(text)) return *number;
    if (text.find_first_of("0123456789") == std::string::npos) {
      throw ScriptFailure{"22P02", fmt::format("invalid input syntax for type bigint: \"{}\"", text)};
    }
    throw ScriptFailure{"22003", fmt::format("value \"{}\" is out of range for type bigint", text)};
  }
  if (const auto number = read_double(text)) return *number;
  throw malformed();
}

}  // namespace

const Value& Variable::value(std::string_view name) {
  if (form_ == Form::unset) throw ScriptFailure{"42P02", fmt::format("undefined variable \"{}\"", name)};
  if (form_ == Form::text) {
    value_ = read_value(text_, name);
    form_ = Form::both;
  }
  return value_;
}

void write_text(const Value& value, std::array<char, longest_value_text>& text) {
  struct Writer {
    char* to;
    void operator()(std::monostate) const { std::snprintf(to, longest_value_text, "NULL"); }
    void operator()(std::int64_t number) const { *std::to_chars(to, to + longest_value_text - 1, number).ptr = '\0'; }
    void operator()(double number) const {
      if (std::isfinite(number)) {
        std::snprintf(to, longest_value_text, "%.15g", number);
      } else {
        std::snprintf(to, longest_value_text, "%s", std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity");
      }
    }
    void operator()(bool truth) const { std::snprintf(to, longest_value_text, "%s", truth ? "true" : "false"); }
  };
  std::visit(Writer{text.data()}, value);
}

}  // namespace pgrehearse::load
