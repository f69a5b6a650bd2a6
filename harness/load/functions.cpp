#include "harness/load/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>

#include "harness/load/distribution.hpp"
#include "harness/load/scramble.hpp"

namespace pgrehearse::load {
namespace {

using Arguments = Expression::Arguments;

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();
constexpr const char* out_of_range = "22003";
constexpr const char* invalid_parameter = "22023";

[[noreturn]] void fail(const char* sqlstate, std::string message) { throw ScriptFailure{sqlstate, std::move(message)}; }

[[noreturn]] void fail_to_coerce(const Value& value, const char* type) {
  constexpr std::array names{"null", "int", "double", "boolean"};
  fail("42804", fmt::format("cannot coerce {} to {}", names[value.index()], type));
}

// As PostgreSQL's own printf writes %f.
std::string fixed(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return fmt::format("{:f}", number);
}

double to_double(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  fail_to_coerce(value, "double");
}

std::int64_t to_integer(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  const auto* real = std::get_if<double>(&value);
  if (!real) fail_to_coerce(value, "int");
  const double rounded = std::rint(*real);
  if (!(rounded >= -0x1p63 && rounded < 0x1p63)) fail(out_of_range, "double to int overflow for " + fixed(rounded));
  return static_cast<std::int64_t>(rounded);
}

bool any_double(Arguments a) {
  return std::any_of(a.begin(), a.end(), [](const Value& value) { return std::holds_alternative<double>(value); });
}

// ---- arithmetic: doubles when one side is a double -----------------------------------------------------------------

Value add(Arguments a, Evaluation&) {
  if (any_double(a)) return to_double(a[0]) + to_double(a[1]);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(to_integer(a[0]), to_integer(a[1]), &sum)) fail(out_of_range, "bigint add out of range");
  return sum;
}
Value subtract(Arguments a, Evaluation&) {
  if (any_double(a)) return to_double(a[0]) - to_double(a[1]);
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(to_integer(a[0]), to_integer(a[1]), &difference)) {
    fail(out_of_range, "bigint sub out of range");
  }
  return difference;
}
Value multiply(Arguments a, Evaluation&) {
  if (any_double(a)) return to_double(a[0]) * to_double(a[1]);
  std::int64_t product = 0;
  if (__builtin_mul_overflow(to_integer(a[0]), to_integer(a[1]), &product)) {
    fail(out_of_range, "bigint mul out of range");
  }
  return product;
}
Value divide(Arguments a, Evaluation&) {
  if (any_double(a)) return to_double(a[0]) / to_double(a[1]);
  const std::int64_t dividend = to_integer(a[0]), divisor = to_integer(a[1]);
  if (divisor == 0) fail("22012", "division by zero");
  if (divisor == -1 && dividend == std::numeric_limits<std::int64_t>::min()) {
    fail(out_of_range, "bigint div out of range");
  }
  return dividend / divisor;
}
Value modulo(Arguments a, Evaluation&) {
  const std::int64_t dividend = to_integer(a[0]), divisor = to_integer(a[1]);
  if (divisor == 0) fail("22012", "division by zero");
  return divisor == -1 ? 0 : dividend % divisor;
}
// The least number stays itself, as in pgbench.
Value absolute(Arguments a, Evaluation&) {
  if (any_double(a)) return std::fabs(to_double(a[0]));
  const std::int64_t number = to_integer(a[0]);
  return number < 0 ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(number)) : number;
}

template <class Compare>
Value compare(Arguments a, Compare compare) {
  if (any_double(a)) return compare(to_double(a[0]), to_double(a[1]));
  return compare(to_integer(a[0]), to_integer(a[1]));
}
Value equal(Arguments a, Evaluation&) { return compare(a, std::equal_to<>()); }
Value unequal(Arguments a, Evaluation&) { return compare(a, std::not_equal_to<>()); }
Value less(Arguments a, Evaluation&) { return compare(a, std::less<>()); }
Value less_or_equal(Arguments a, Evaluation&) { return compare(a, std::less_equal<>()); }

template <class Better>
Value extreme(Arguments a, Better better) {
  const auto best_of = [&](auto convert) {
    auto best = convert(a[0]);
    for (const Value& value : a.subspan(1)) {
      const auto candidate = convert(value);
      if (!better(best, candidate)) best = candidate;
    }
    return Value(best);
  };
  return any_double(a) ? best_of(to_double) : best_of(to_integer);
}
Value least(Arguments a, Evaluation&) { return extreme(a, std::less<>()); }
Value greatest(Arguments a, Evaluation&) { return extreme(a, std::greater<>()); }

// ---- bits and truth ------------------------------------------------------------------------------------------------

Value bit_and(Arguments a, Evaluation&) { return to_integer(a[0]) & to_integer(a[1]); }
Value bit_or(Arguments a, Evaluation&) { return to_integer(a[0]) | to_integer(a[1]); }
Value bit_xor(Arguments a, Evaluation&) { return to_integer(a[0]) ^ to_integer(a[1]); }
// By the lowest six bits of the distance, as processors do, and so pgbench.
Value shift_left(Arguments a, Evaluation&) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to_integer(a[0])) << (to_integer(a[1]) & 63));
}
Value shift_right(Arguments a, Evaluation&) { return to_integer(a[0]) >> (to_integer(a[1]) & 63); }
Value negate(Arguments a, Evaluation&) { return !to_boolean(a[0]); }
Value is(Arguments a, Evaluation&) { return a[0] == a[1]; }

// ---- functions -----------------------------------------------------------------------------------------------------

Value as_integer(Arguments a, Evaluation&) { return to_integer(a[0]); }
Value as_double(Arguments a, Evaluation&) { return to_double(a[0]); }
Value square_root(Arguments a, Evaluation&) { return std::sqrt(to_double(a[0])); }
Value natural_log(Arguments a, Evaluation&) { return std::log(to_double(a[0])); }
Value exponential(Arguments a, Evaluation&) { return std::exp(to_double(a[0])); }
Value power(Arguments a, Evaluation&) { return std::pow(to_double(a[0]), to_double(a[1])); }
Value pi(Arguments, Evaluation&) { return std::numbers::pi; }

Value debug(Arguments a, Evaluation& evaluation) {
  constexpr std::array types{"", "int ", "double ", "boolean "};
  std::array<char, longest_value_text> text;
  write_text(a[0], text);
  fmt::print(stderr, "debug(script={},command={}): {}{}\n", evaluation.script, evaluation.command, types[a[0].index()],
             a[0].index() == 0 ? "null" : text.data());
  return a[0];
}

Value fnv1a(Arguments a, Evaluation&) { return hash_fnv1a(to_integer(a[0]), to_integer(a[1])); }
Value murmur2(Arguments a, Evaluation&) { return hash_murmur2(to_integer(a[0]), to_integer(a[1])); }
Value permuted(Arguments a, Evaluation&) {
  const std::int64_t value = to_integer(a[0]), size = to_integer(a[1]), seed = to_integer(a[2]);
  if (size <= 0) fail(invalid_parameter, "permute size parameter must be greater than zero");
  return permute(value, size, seed);
}

// ---- random --------------------------------------------------------------------------------------------------------

struct Range {
  std::int64_t low, high;
};

Range range(Arguments a) {
  const Range range{to_integer(a[0]), to_integer(a[1])};
  if (range.low > range.high) fail(invalid_parameter, "empty range given to random");
  std::int64_t width = 0;
  if (__builtin_sub_overflow(range.high, range.low, &width) || width == std::numeric_limits<std::int64_t>::max()) {
    fail(invalid_parameter, "random range is too large");
  }
  return range;
}

Value uniform(Arguments a, Evaluation& evaluation) {
  const auto [low, high] = range(a);
  return draw_uniform(evaluation.random, low, high);
}
Value random_exponential(Arguments a, Evaluation& evaluation) {
  const auto [low, high] = range(a);
  const double parameter = to_double(a[2]);
  if (parameter > 0) return draw_exponential(evaluation.random, low, high, parameter);
  fail(invalid_parameter, fmt::format("exponential parameter must be greater than zero (not {})", fixed(parameter)));
}
Value random_gaussian(Arguments a, Evaluation& evaluation) {
  const auto [low, high] = range(a);
  const double parameter = to_double(a[2]);
  if (parameter >= 2) return draw_gaussian(evaluation.random, low, high, parameter);
  fail(invalid_parameter, fmt::format("gaussian parameter must be at least 2.000000 (not {})", fixed(parameter)));
}
Value random_zipfian(Arguments a, Evaluation& evaluation) {
  const auto [low, high] = range(a);
  const double exponent = to_double(a[2]);
  if (exponent >= 1.001 && exponent <= 1000) return draw_zipfian(evaluation.random, low, high, exponent);
  fail(invalid_parameter, fmt::format("zipfian parameter must be in range [1.001, 1000] (not {})", fixed(exponent)));
}

constexpr std::array functions{
    FunctionInfo{"+", 2, 2, add},
    FunctionInfo{"-", 2, 2, subtract},
    FunctionInfo{"*", 2, 2, multiply},
    FunctionInfo{"/", 2, 2, divide},
    FunctionInfo{"%", 2, 2, modulo},
    FunctionInfo{"=", 2, 2, equal},
    FunctionInfo{"<>", 2, 2, unequal},
    FunctionInfo{"<", 2, 2, less},
    FunctionInfo{"<=", 2, 2, less_or_equal},
    FunctionInfo{"&", 2, 2, bit_and},
    FunctionInfo{"|", 2, 2, bit_or},
    FunctionInfo{"#", 2, 2, bit_xor},
    FunctionInfo{"<<", 2, 2, shift_left},
    FunctionInfo{">>", 2, 2, shift_right},
    FunctionInfo{"not", 1, 1, negate},
    FunctionInfo{"is", 2, 2, is, false},
    FunctionInfo{"abs", 1, 1, absolute},
    FunctionInfo{"debug", 1, 1, debug, false},
    FunctionInfo{"double", 1, 1, as_double},
    FunctionInfo{"exp", 1, 1, exponential},
    FunctionInfo{"greatest", 1, any_number, greatest},
    FunctionInfo{"hash", 1, 2, murmur2, true, true},
    FunctionInfo{"hash_fnv1a", 1, 2, fnv1a, true, true},
    FunctionInfo{"hash_murmur2", 1, 2, murmur2, true, true},
    FunctionInfo{"int", 1, 1, as_integer},
    FunctionInfo{"least", 1, any_number, least},
    FunctionInfo{"ln", 1, 1, natural_log},
    FunctionInfo{"max", 1, any_number, greatest},
    FunctionInfo{"min", 1, any_number, least},
    FunctionInfo{"mod", 2, 2, modulo},
    FunctionInfo{"permute", 2, 3, permuted, true, true},
    FunctionInfo{"pi", 0, 0, pi},
    FunctionInfo{"pow", 2, 2, power},
    FunctionInfo{"power", 2, 2, power},
    FunctionInfo{"random", 2, 2, uniform},
    FunctionInfo{"random_exponential", 3, 3, random_exponential},
    FunctionInfo{"random_gaussian", 3, 3, random_gaussian},
    FunctionInfo{"random_zipfian", 3, 3, random_zipfian},
    FunctionInfo{"sqrt", 1, 1, square_root},
};
constexpr std::size_t operators = 16;

}  // namespace

bool to_boolean(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  fail_to_coerce(value, "boolean");
}

bool is_true(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole != 0;
  const auto* real = std::get_if<double>(&value);
  return real && *real != 0;
}

const FunctionInfo* find_function(std::string_view name) {
  const auto same = [&](const FunctionInfo& info) {
    return std::equal(name.begin(), name.end(), info.name.begin(), info.name.end(),
                      [](unsigned char given, char known) { return std::tolower(given) == known; });
  };
  const auto found = std::find_if(functions.begin(), functions.end(), same);
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
