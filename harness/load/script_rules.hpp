// How scripts are run: what `pgbench` takes as options, and what only a rehearsal needs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/slice.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

using scenario::Protocol;
using scenario::StalePlan;

// Whose chance an operation is.
enum class Chance {
  operation,  // each operation begins with its own seed and with nothing but the definitions: repeatable alone
  client,     // pgbench's: random numbers and variables of a client go on from one operation to the next
};

// A variable that is set from the start: pgbench's -D NAME=VALUE, and its :scale.
using Definition = std::pair<std::string, std::string>;

struct ScriptRules {
  Protocol protocol = Protocol::prepared;
  StalePlan stale_plan = StalePlan::prepare_anew;
  Chance chance = Chance::operation;
  // :random_seed. With Chance::client also where the clients' random numbers come from, as pgbench's --random-seed.
  std::uint64_t random_seed = 0;
  // How often an operation that fails with 40001 or 40P01 is tried in all; 0: without limit.
  std::uint32_t max_tries = 1;
  // Which of the clients run here, dealt out in turn, and how many there are on all machines together; 0: only these.
  // Each has a :client_id and, with Chance::client, random numbers of its own.
  base::Slice slice = {};
  std::size_t all_clients = 0;
  // Before :client_id, :random_seed, :default_seed and :scale (1), which are set where no definition sets them.
  std::vector<Definition> definitions{};
};

}  // namespace pgrehearse::load
