#include "harness/load/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

#include "harness/load/distribution.hpp"

namespace pgrehearse::load {
namespace {

using Arguments = std::span<const Value>;
using Random = base::RandomStream;

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();
constexpr const char* out_of_range = "22003";
constexpr const char* invalid_parameter = "22023";

[[noreturn]] void fail(const char* sqlstate, std::string message) { throw ScriptFailure{sqlstate, std::move(message)}; }

// A value from a table comes as text.
Value to_number(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) fail("22004", "a NULL stands where a number is needed");
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return value;
  const char* end = text->data() + text->size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text->data(), end, whole); read.ec == std::errc{} && read.ptr == end)
    return whole;
  double number = 0;
  if (const auto read = std::from_chars(text->data(), end, number); read.ec == std::errc{} && read.ptr == end) {
    return number;
  }
  fail("22P02", fmt::format("'{}' is not a number", *text));
}

double to_double(const Value& value) {
  const Value number = to_number(value);
  if (const auto* whole = std::get_if<std::int64_t>(&number)) return static_cast<double>(*whole);
  return std::get<double>(number);
}

std::int64_t to_integer(const Value& value) {
  const Value number = to_number(value);
  if (const auto* whole = std::get_if<std::int64_t>(&number)) return *whole;
  const double rounded = std::rint(std::get<double>(number));
  if (!(rounded >= -0x1p63 && rounded < 0x1p63)) fail(out_of_range, fmt::format("{} is no 64-bit integer", rounded));
  return static_cast<std::int64_t>(rounded);
}

// Whole numbers by `whole`, which says false on overflow; else doubles by `real`.
template <class Whole, class Real>
Value arithmetic(Arguments a, Whole whole, Real real) {
  const Value left = to_number(a[0]), right = to_number(a[1]);
  const auto* x = std::get_if<std::int64_t>(&left);
  const auto* y = std::get_if<std::int64_t>(&right);
  if (!x || !y) return real(to_double(left), to_double(right));
  std::int64_t result = 0;
  if (!whole(*x, *y, result)) fail(out_of_range, "integer out of range");
  return result;
}

Value add(Arguments a, Random&) {
  return arithmetic(
      a, [](auto x, auto y, auto& r) { return !__builtin_add_overflow(x, y, &r); },
      [](double x, double y) { return x + y; });
}
Value subtract(Arguments a, Random&) {
  return arithmetic(
      a, [](auto x, auto y, auto& r) { return !__builtin_sub_overflow(x, y, &r); },
      [](double x, double y) { return x - y; });
}
Value multiply(Arguments a, Random&) {
  return arithmetic(
      a, [](auto x, auto y, auto& r) { return !__builtin_mul_overflow(x, y, &r); },
      [](double x, double y) { return x * y; });
}

void refuse_zero(double divisor) {
  if (divisor == 0) fail("22012", "division by zero");
}

Value divide(Arguments a, Random&) {
  refuse_zero(to_double(a[1]));
  const auto whole = [](std::int64_t x, std::int64_t y, std::int64_t& r) {
    if (y == -1) return !__builtin_sub_overflow(std::int64_t{0}, x, &r);
    r = x / y;
    return true;
  };
  return arithmetic(a, whole, [](double x, double y) { return x / y; });
}

Value modulo(Arguments a, Random&) {
  refuse_zero(to_double(a[1]));
  const auto whole = [](std::int64_t x, std::int64_t y, std::int64_t& r) {
    r = y == -1 ? 0 : x % y;
    return true;
  };
  return arithmetic(a, whole, [](double x, double y) { return std::fmod(x, y); });
}

Value negate(Arguments a, Random& random) {
  const Value operands[2] = {std::int64_t{0}, a[0]};
  return subtract(operands, random);
}

Value absolute(Arguments a, Random& random) { return to_double(a[0]) < 0 ? negate(a, random) : to_number(a[0]); }

Value least(Arguments a, Random&) {
  return to_number(*std::min_element(a.begin(), a.end(), [](auto& x, auto& y) { return to_double(x) < to_double(y); }));
}
Value greatest(Arguments a, Random&) {
  return to_number(*std::max_element(a.begin(), a.end(), [](auto& x, auto& y) { return to_double(x) < to_double(y); }));
}

Value as_integer(Arguments a, Random&) { return to_integer(a[0]); }
Value as_double(Arguments a, Random&) { return to_double(a[0]); }
Value square_root(Arguments a, Random&) { return std::sqrt(to_double(a[0])); }
Value natural_log(Arguments a, Random&) { return std::log(to_double(a[0])); }
Value exponential(Arguments a, Random&) { return std::exp(to_double(a[0])); }
Value power(Arguments a, Random&) { return std::pow(to_double(a[0]), to_double(a[1])); }
Value pi(Arguments, Random&) { return std::numbers::pi; }

struct Range {
  std::int64_t low, high;
};

Range range(Arguments a) {
  const Range range{to_integer(a[0]), to_integer(a[1])};
  if (range.low > range.high) fail(invalid_parameter, fmt::format("empty range {} to {}", range.low, range.high));
  return range;
}

// The shape of a distribution; above `limit`, or also at it where `inclusive`.
double parameter(const Value& value, double limit, bool inclusive) {
  const double number = to_double(value);
  if (number > limit || (inclusive && number == limit)) return number;
  fail(invalid_parameter, fmt::format("the distribution's parameter {} is not above {}", number, limit));
}

Value uniform(Arguments a, Random& random) {
  const auto [low, high] = range(a);
  return draw_uniform(random, low, high);
}
Value random_exponential(Arguments a, Random& random) {
  const auto [low, high] = range(a);
  return draw_exponential(random, low, high, parameter(a[2], 0, false));
}
Value random_gaussian(Arguments a, Random& random) {
  const auto [low, high] = range(a);
  return draw_gaussian(random, low, high, parameter(a[2], 2, true));
}
Value random_zipfian(Arguments a, Random& random) {
  const auto [low, high] = range(a);
  return draw_zipfian(random, low, high, parameter(a[2], 0, false));
}

constexpr std::array functions{
    FunctionInfo{"+", 2, 2, add},
    FunctionInfo{"-", 2, 2, subtract},
    FunctionInfo{"*", 2, 2, multiply},
    FunctionInfo{"/", 2, 2, divide},
    FunctionInfo{"%", 2, 2, modulo},
    FunctionInfo{"negate", 1, 1, negate},
    FunctionInfo{"abs", 1, 1, absolute},
    FunctionInfo{"double", 1, 1, as_double},
    FunctionInfo{"exp", 1, 1, exponential},
    FunctionInfo{"greatest", 1, any_number, greatest},
    FunctionInfo{"int", 1, 1, as_integer},
    FunctionInfo{"least", 1, any_number, least},
    FunctionInfo{"ln", 1, 1, natural_log},
    FunctionInfo{"max", 1, any_number, greatest},
    FunctionInfo{"min", 1, any_number, least},
    FunctionInfo{"mod", 2, 2, modulo},
    FunctionInfo{"pi", 0, 0, pi},
    FunctionInfo{"pow", 2, 2, power},
    FunctionInfo{"power", 2, 2, power},
    FunctionInfo{"random", 2, 2, uniform},
    FunctionInfo{"random_exponential", 3, 3, random_exponential},
    FunctionInfo{"random_gaussian", 3, 3, random_gaussian},
    FunctionInfo{"random_zipfian", 3, 3, random_zipfian},
    FunctionInfo{"sqrt", 1, 1, square_root},
};
constexpr std::size_t operators = 6;

}  // namespace

const FunctionInfo* find_function(std::string_view name) {
  const auto found = std::find_if(functions.begin(), functions.end(), [&](auto& f) { return f.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

std::string function_names() {
  std::string names;
  for (std::size_t i = operators; i < functions.size(); ++i) {
    names += (names.empty() ? "" : ", ") + std::string(functions[i].name);
  }
  return names;
}

}  // namespace pgrehearse::load
