// pgbench, as the other side of every comparison: on the same server, in the same run.
#pragma once

#include <string>
#include <vector>

#include "harness/postgres/session.hpp"

namespace pgrehearse::bench {

struct Spent {
  double wall_s = 0, cpu_s = 0;  // of the client process
  std::string out;
};

// Runs pgbench to its end; fails the process with its words when it fails.
Spent run_pgbench(const postgres::Target& target, std::vector<std::string> arguments);

// What stands behind `label` in pgbench's output; 0: nothing does.
double number_after(const std::string& out, const std::string& label);

}  // namespace pgrehearse::bench
