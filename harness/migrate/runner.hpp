// Running the rehearsed migrations in one direction, statement by statement, as their transactions demand. What a
// statement did goes to the recorder when its transaction has ended: only then is known how long its locks were held.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/migrate/history.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/recorder.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::migrate {

inline constexpr const char* application_name = "pgrehearse:migration";

struct Phase {
  std::string pass, phase;  // as in the record
  Direction direction = Direction::up;
};

struct RunnerOptions {
  postgres::Target migration;  // the deployer's role, in the database of the pass
  postgres::Target observer;   // an administrator's, in a database that the migration does not touch
  scenario::Policy policy;
  // Nothing else runs on the server: allows figures that cannot be told apart from others' (see WalMeter, ScannedRows).
  bool quiet = false;
};

struct FailedStatement {
  int number = 0;  // within the phase, as in the record
  std::string file;
  int line = 0;
  std::string sqlstate, message;
};

struct PhaseOutcome {
  int statements = 0;  // that were run
  base::Duration start{}, end{};
  // The statement that failed for good. Its transaction was rolled back, and nothing after it was run.
  std::optional<FailedStatement> failure;
};

// In sessions of its own, opened before and closed after. A failing migration is an outcome; an error is a server that
// cannot be reached, or `cancellation` (what was run until then is recorded). Checked: without_down(range) is empty
// where direction is down.
//
// After a lock time-out, a deadlock or a serialization failure the transaction is rolled back and, as far as the policy
// allows, run again from its first statement. A statement's times then go from its first attempt to its last; its locks
// are those of the last.
base::Result<PhaseOutcome> run_phase(const std::vector<Migration>& range, const Phase& phase,
                                     const RunnerOptions& options, const base::Clock& clock, record::Recorder& recorder,
                                     const base::Cancellation& cancellation);

}  // namespace pgrehearse::migrate
