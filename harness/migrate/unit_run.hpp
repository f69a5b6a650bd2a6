// One transaction of a migration, or one statement outside any, run on the server with everything that is read around
// it. Retries are the caller's.
#pragma once

#include <optional>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/migrate/catalog.hpp"
#include "harness/migrate/lock_watcher.hpp"
#include "harness/migrate/transaction_probe.hpp"
#include "harness/migrate/transaction_units.hpp"
#include "harness/migrate/wal_meter.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::migrate {

// What one phase shares between its units.
struct Workbench {
  postgres::Session& session;  // the migration's
  LockWatcher& watcher;
  WalMeter& wal;
  const base::Clock& clock;
  const base::Cancellation& cancellation;
  bool quiet = false;
  Catalog catalog;  // as the units so far left it; dropped relations stay in it
};

// The index, in the unit, of the statement that failed; none: all is well, or it was cancelled before the next one.
using FailedIndex = std::optional<std::size_t>;

// One attempt. `events` are as many as the unit's statements; those that were run get their times, locks and outcome,
// and one more in `attempts` (the first start is kept). Throws postgres::Failure where our own queries fail.
FailedIndex run_once(const Unit& unit, std::vector<record::Statement>& events, Workbench& bench);

}  // namespace pgrehearse::migrate
