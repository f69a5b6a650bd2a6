// The database from which every pass starts: schema, history, rows.
#pragma once

#include <string>

#include "harness/app/stage.hpp"
#include "harness/migrate/history.hpp"
#include "harness/populate/populate.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::app {

// Runs the schema files in order, or the shape's schema; a mistake in one is an error with its file and line.
base::Status run_schema_files(const scenario::Data& data, const postgres::Target& target, base::Progress& progress,
                              const base::Cancellation& cancellation);

// Makes the database `name` on a relaxed server and runs the schema files (or the shape's schema) and the earlier
// migrations in it. On return nobody is connected to it.
base::Status make_schema(const Stage& stage, provision::Server& server, const std::string& name,
                         const migrate::Rehearsal& rehearsal, const scenario::Data& data);

// The same, and fills all tables that then stand.
base::Result<populate::Populated> prepare_database(const Stage& stage, provision::Server& server,
                                                   const std::string& name, const migrate::Rehearsal& rehearsal,
                                                   const scenario::Data& data);

// Records what was filled.
void record_filling(const Stage& stage, const populate::Populated& populated);

}  // namespace pgrehearse::app
