// The options of `pgrehearse load`, which are pgbench's where pgbench has them, and what they ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/app/command_line.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/slice.hpp"
#include "harness/load/script_rules.hpp"
#include "harness/postgres/session.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

struct LoadRequest {
  postgres::Target target;
  scenario::Traffic traffic;  // its clients: of all slices
  load::ScriptRules rules;
  std::uint64_t slices = 1;
  std::optional<std::uint64_t> slice = 1;     // which of them; none: the first that is free
  bool together = false;                      // begin when all slices are there
  base::Duration duration{};                  // how long operations become due ...
  std::optional<std::uint64_t> transactions;  // ... or how many each client begins
  std::optional<base::WallTime> start_at;     // none: at once
  bool builtin = false;                       // one of the scripts is for pgbench's own tables
  bool scale_given = false;
};

std::vector<Option> load_options();

// All mistakes at once.
base::Result<LoadRequest> requested_load(const Parsed& parsed);

// "2026-11-21T10:00:00Z", or seconds since 1970 as `date +%s` prints them.
base::Result<base::WallTime> parse_wall_time(std::string_view text);

}  // namespace pgrehearse::app
