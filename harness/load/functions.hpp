// The operators and functions of expressions. Private to this module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/load/expression.hpp"

namespace pgrehearse::load {

struct FunctionInfo {
  std::string_view name;
  std::size_t least_arguments, most_arguments;
  Expression::Function function;
  bool strict = true;   // NULL without a call when an argument is NULL
  bool seeded = false;  // the last argument may be left out, and is then :default_seed
};

// By its name in any case; none: unknown. Operators are found by their symbols, "not" and "is".
const FunctionInfo* find_function(std::string_view name);
// For messages: the names of all functions, without the operators.
std::string function_names();

// What values are to operators: throws ScriptFailure where one cannot be had.
bool to_boolean(const Value& value);
// What values are to \if and CASE: numbers are true unless 0, NULL is false.
bool is_true(const Value& value);

}  // namespace pgrehearse::load
