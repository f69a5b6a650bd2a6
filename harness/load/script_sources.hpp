// Scripts as pgbench's options -b and -f name them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

struct BuiltinScript {
  std::string_view name;         // "tpcb-like"
  std::string_view description;  // "TPC-B (sort of)"
  std::string_view text;
};

// tpcb-like, simple-update and select-only: the statements of pgbench's own, for the tables that `pgbench -i` makes.
const std::vector<BuiltinScript>& builtin_scripts();

// "NAME" or "NAME@WEIGHT"; the beginning of a name is enough where it is the only one. The script's source is
// "<builtin: NAME>".
base::Result<scenario::Script> builtin_script(std::string_view option);

// "PATH" or "PATH@WEIGHT"; "-" is the standard input.
base::Result<scenario::Script> script_file(std::string_view option);

}  // namespace pgrehearse::load
