// A pass under traffic, with or without an adversary: lock waits, latencies, errors, stalls.
#pragma once

#include <vector>

#include "generators/generator.hpp"
#include "harness/app/cycle.hpp"
#include "harness/app/stage.hpp"
#include "harness/load/script.hpp"
#include "harness/migrate/history.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

struct TrafficPass {
  std::string name;                                // as in the record
  const scenario::Adversary* adversary = nullptr;  // none: the traffic alone
  std::size_t adversary_table = 0;                 // position in the shape of the tables
};

// In a clone of `template_database`, which is dropped afterwards. `tables` is what the scripts were parsed with.
base::Result<CycleOutcome> run_traffic_pass(const Stage& stage, provision::Server& server,
                                            const std::string& template_database, const migrate::Rehearsal& rehearsal,
                                            const TrafficPass& pass, const std::vector<load::Script>& scripts,
                                            const generators::Generator& tables);

}  // namespace pgrehearse::app
