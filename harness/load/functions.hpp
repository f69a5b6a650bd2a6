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
};

// By its name in lower case; none: unknown. Operators are "+", "-", "*", "/", "%" and "negate".
const FunctionInfo* find_function(std::string_view name);
// For messages: the names of all functions, without the operators.
std::string function_names();

}  // namespace pgrehearse::load
