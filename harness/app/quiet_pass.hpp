// The pass without traffic: pure durations, and the proof that down undid up, in schema and data.
#pragma once

#include <vector>

#include "harness/app/cycle.hpp"
#include "harness/app/stage.hpp"
#include "harness/migrate/history.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

enum class Proof { none, schema_and_data };

// In a clone of `template_database`, which is dropped afterwards.
base::Result<CycleOutcome> run_quiet_pass(const Stage& stage, provision::Server& server,
                                          const std::string& template_database, const migrate::Rehearsal& rehearsal,
                                          Proof proof);

}  // namespace pgrehearse::app
