// What time does to a table: rows that were updated leave a dead version where they were and go on at the table's end.
#pragma once

#include "harness/populate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Ages the tables whose facts say so, and analyzes them again. Which rows are updated follows from the seed and where
// they lie. The values stay. Statistics counters of the database start anew, so that autovacuum does not tidy up before
// anything is measured. Returns notices: tables that cannot be aged. Throws postgres::Failure.
std::vector<std::string> age_tables(postgres::Session& session, const Catalog& catalog);

}  // namespace pgrehearse::populate
