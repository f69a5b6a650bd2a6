// What the user may say of a column where the schema alone does not tell enough. Exactly one of `values`,
// `minimum`+`maximum` and `pattern` decides the values; `null_fraction` and `distinct` go with any of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::generators {

struct Override {
  std::vector<std::string> values;  // one of these, in PostgreSQL's text form
  std::vector<double> weights;      // as many as values, or none for equal ones
  std::string minimum, maximum;     // inclusive, in PostgreSQL's text form: numbers, dates, timestamps
  std::string pattern;              // text: # a digit, ? a lower-case letter, * either; the rest stands for itself
  std::optional<double> null_fraction;
  std::optional<std::size_t> distinct;  // how many different values
  base::Place place;                    // where the user wrote it
};

}  // namespace pgrehearse::generators
