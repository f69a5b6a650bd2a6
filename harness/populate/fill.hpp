// Fills the tables of a throw-away database as fast as the server can take it.
//
// Each table is loaded in one transaction: its indexes are marked not ready in pg_index, which keeps their names,
// comments and dependencies as dropping them would not; TRUNCATE gives the table a new file, so that COPY can FREEZE
// the rows and, under wal_level=minimal, write no WAL; then REINDEX builds each index from the whole table, in parallel
// and enforcing uniqueness. A failure or an interruption at any point leaves the table as it was. A table that is most
// of the work is loaded by several connections instead (see streamed_load.hpp). Triggers, and with them foreign keys,
// do not fire, so that tables load side by side in any order; the foreign keys are verified after.
//
// It writes to the system catalog: for superusers and databases that are thrown away, and nothing else. The owner's way
// keeps to what an owner may do: foreign keys go and come back, indexes stay on.
#pragma once

#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/populate/way.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

struct FilledTable {
  std::string name;                   // "schema.name"
  std::uint64_t rows = 0, bytes = 0;  // bytes: heap, indexes and TOAST, of all partitions
  base::Duration duration{};          // load, indexes and vacuum
  std::string note;                   // what is special about its rows; may be empty
};

struct Filling {
  std::vector<FilledTable> tables;   // as in the catalog
  std::vector<std::string> notices;  // for people: what could not be done
};

// What every session here needs, whatever roles and databases have set: no timeouts, ISO dates, for superusers no
// triggers; and one application name, so that all of them can be cancelled.
postgres::Target session_target(postgres::Target target, Way way);

// `catalog` is the one that `generator` was planned from. Rows of tables that keep theirs are not touched. Afterwards
// every foreign key holds, every sequence is above the highest value in its columns, and all tables are vacuumed,
// frozen and analyzed. `target` is of the way's role.
base::Result<Filling> fill(const postgres::Target& target, Way way, const Catalog& catalog,
                           const generators::Generator& generator, const base::Clock& clock, base::Progress& progress,
                           const base::Cancellation& cancellation);

// The part of fill() after rows and indexes, for a database whose rows others loaded. The tables' durations then count
// only what is done here.
base::Result<Filling> settle(const postgres::Target& target, Way way, const Catalog& catalog,
                             const generators::Generator& generator, const base::Clock& clock, base::Progress& progress,
                             const base::Cancellation& cancellation);

}  // namespace pgrehearse::populate
