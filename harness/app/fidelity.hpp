// How near the filled database comes to the shape that was asked for.
#pragma once

#include "harness/app/stage.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::app {

// Compares what ANALYZE found in the database with the scenario's shape, if it has one: fidelity.json in the run
// folder, and a notice for each table. What prevents it is a notice, too: the rehearsal goes on.
void report_fidelity(const Stage& stage, const postgres::Target& database, record::RunFolder& folder);

}  // namespace pgrehearse::app
