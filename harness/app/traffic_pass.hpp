// A pass under traffic, with or without adversaries: lock waits, latencies, errors, stalls.
#pragma once

#include <vector>

#include "generators/generator.hpp"
#include "harness/app/cast.hpp"
#include "harness/app/cycle.hpp"
#include "harness/app/stage.hpp"
#include "harness/load/script.hpp"
#include "harness/migrate/history.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

struct TrafficPass {
  std::string name;               // as in the record
  std::vector<Part> adversaries;  // empty: the traffic alone
};

// In a clone of `template_database`, which is dropped afterwards. `tables` is what the scripts were parsed with.
base::Result<CycleOutcome> run_traffic_pass(const Stage& stage, provision::Server& server,
                                            const std::string& template_database, const migrate::Rehearsal& rehearsal,
                                            const TrafficPass& pass, const std::vector<load::Script>& scripts,
                                            const generators::Generator& tables);

}  // namespace pgrehearse::app
