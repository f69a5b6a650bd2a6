// What the traffic of a rehearsal is made of.
#pragma once

#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/app/stage.hpp"
#include "harness/load/script.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::app {

// The user's scripts; else the statements that the shape saw in production; else ones derived from the schema with the
// migrated tables (`touched`, as "schema.name") in front. Scripts that are made here are tried on `database` first, the
// generated one, as the role of the traffic; those that work are kept in the run folder, so that users can start from
// them, and notices tell of the others.
base::Result<std::vector<load::Script>> traffic_scripts(const Stage& stage, record::RunFolder& folder,
                                                        const postgres::Target& database,
                                                        const generators::Generator& tables,
                                                        const std::vector<std::string>& touched);

}  // namespace pgrehearse::app
