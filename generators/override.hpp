// What the user may say of a column where the schema alone does not tell enough. One member at most decides the values:
// `values`, `minimum` with `maximum`, `pattern`, `kind`, `normal`, `log_normal`, `sequence` or `period`; the others go
// with it as each of them says. docs/scenario.md has the ranges of all parameters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::generators {

struct Override {
  // Numbers, in the column's own unit, rounded to what it can hold and cut off at its limits.
  struct Normal {
    std::optional<double> mean, deviation;  // both are needed; deviation > 0
  };
  // Numbers above zero whose logarithms are normal.
  struct LogNormal {
    std::optional<double> median, sigma;  // both are needed; median > 0, 0 < sigma <= 5
  };
  // Row n, from 0, holds start + n * step. Numbers; dates, in days; timestamps, in seconds.
  struct Sequence {
    std::string start = "1";  // in PostgreSQL's text form
    double step = 1;          // not 0
  };
  // Dates and timestamps that follow each other as rows were inserted. Their rate goes up and down within the day, most
  // at 15:00 and least at 03:00 UTC, and is lower on Saturdays and Sundays.
  struct Period {
    std::string from, to;  // in PostgreSQL's text form; `to` is outside
    double daily = 0.5;    // 0: level, 1: none at night
    double weekly = 0.3;   // 0: level, 1: none at weekends
  };
  // Of text in characters, of bytea in bytes, of arrays in elements; inclusive.
  struct Length {
    std::optional<int> minimum, maximum;
  };

  std::vector<std::string> values;  // one of these, in PostgreSQL's text form
  std::vector<double> weights;      // as many as values, or none for equal ones
  std::string minimum, maximum;     // inclusive, in PostgreSQL's text form: numbers, dates, timestamps
  std::string pattern;              // text: # a digit, ? a lower-case letter, * either; the rest stands for itself
  std::string kind;                 // text: one of style_names()
  std::string expression;           // SQL over `n`: see populate::evaluate_expressions(), which turns it into values
  std::optional<Normal> normal;
  std::optional<LogNormal> log_normal;
  std::optional<Sequence> sequence;
  std::optional<Period> period;
  std::optional<Length> length;
  // The k-th most frequent value comes k^-zipf times as often as the first; also of the parents of a foreign key.
  // Values from a list are the more frequent the earlier they stand. > 0, at most 10.
  std::optional<double> zipf;
  std::optional<double> null_fraction;
  std::optional<std::size_t> distinct;  // how many different values
  base::Place place;                    // where the user wrote it

  // Whether it says which values there are, a foreign key or not.
  bool decides() const {
    return !values.empty() || !minimum.empty() || !maximum.empty() || !pattern.empty() || !kind.empty() ||
           !expression.empty() || normal || log_normal || sequence || period;
  }
};

}  // namespace pgrehearse::generators
