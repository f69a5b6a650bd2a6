// A traffic script, ready to run: pgbench's script language as far as docs/scripts.md says, and two commands that draw
// from generated tables.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "generators/generator.hpp"
#include "harness/base/result.hpp"
#include "harness/load/expression.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

struct SetStep {
  std::size_t slot;
  Expression value;
};

// Sets variables to columns of one row of a table.
struct RowStep {
  std::size_t table;                                          // position in the generator's shape
  bool fresh;                                                 // a row beyond those in the table; else one of them
  std::optional<double> zipfian;                              // the exponent; none: uniform
  std::vector<std::pair<std::size_t, std::size_t>> bindings;  // (slot, column)
};

struct SqlStep {
  std::string sql;                      // with $1, $2, ...
  std::vector<std::size_t> parameters;  // slots
  int line;
};

using Step = std::variant<SetStep, RowStep, SqlStep>;

// Immutable.
struct Script {
  std::string name;
  double weight = 1;
  std::optional<double> rate_per_s;
  scenario::Timetable timetable;       // of its own; empty: none
  scenario::SessionTimeouts timeouts;  // each that is set holds instead of the traffic's
  std::vector<Step> steps;             // at least one SqlStep
  std::size_t slots = 0;               // how many variables it has
};

// All mistakes of the script, each with its place. `tables` is what \key, \pick and \row draw from; without it they are
// mistakes.
base::Result<Script> parse_script(const scenario::Script& source, const generators::Generator* tables);

// All of them, with the mistakes of all. At least one is needed.
base::Result<std::vector<Script>> parse_scripts(const std::vector<scenario::Script>& sources,
                                                const generators::Generator* tables);

// The name that \pick and \row give a column's variable behind their prefix: other characters than letters and digits
// become underscores.
std::string variable_suffix(std::string_view column);

}  // namespace pgrehearse::load
