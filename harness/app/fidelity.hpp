// How near a filled database comes to the shape that was asked for.
#pragma once

#include "harness/app/stage.hpp"
#include "harness/postgres/session.hpp"
#include "harness/profile/fidelity.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::app {

// What ANALYZE found in the database against what the shape says of tables with as many rows as these have.
base::Result<profile::Fidelity> compare_with_shape(const postgres::Target& database, const scenario::Data& data);

// The same for the scenario's shape, if it has one: fidelity.json in the run folder, and a notice for each table. What
// prevents it is a notice, too: the rehearsal goes on.
void report_fidelity(const Stage& stage, const postgres::Target& database, record::RunFolder& folder);

}  // namespace pgrehearse::app
