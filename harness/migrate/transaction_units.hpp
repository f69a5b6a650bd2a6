// Which statements of a migration share a transaction. That decides how long its locks are held: a lock is kept to the
// end of its transaction, not of its statement.
//
//   batch         all files of the range in one transaction
//   file          one transaction a file
//   simple_query  a file is one simple-protocol message; PostgreSQL runs several statements of one message in an
//                 implicit transaction block (manual, 55.2.2.1), a sole statement by itself
//   statement     each statement by itself, as psql -f does
//
// An implicit block is run here as the same statements in an explicit transaction: it takes the same locks, refuses the
// same statements (25001 for CREATE INDEX CONCURRENTLY), and lets each statement be timed. BEGIN and COMMIT in a file
// mean what they mean to the server; what follows a file's own COMMIT in a block begins the next one.
#pragma once

#include <vector>

#include "harness/migrate/history.hpp"
#include "harness/sql/split.hpp"

namespace pgrehearse::migrate {

struct UnitStatement {
  sql::Statement sql;
  const SqlFile* file = nullptr;  // in the range
};

// Statements that commit or fail together, and so are tried again together.
struct Unit {
  enum class Wrap {
    none,         // one statement, autocommitted: it refuses a transaction, or might
    transaction,  // BEGIN before the first, COMMIT after the last, as far as the file does not bring them itself
  };
  enum class End { commit, own, rollback };  // rollback: the file opened a transaction and never ended it

  Wrap wrap = Wrap::transaction;
  bool send_begin = true;
  End end = End::commit;
  std::vector<UnitStatement> statements;  // never empty
};

// In the order of running. `range` is in order of up and must outlive the result; every migration in it has a down if
// `direction` is down.
std::vector<Unit> transaction_units(const std::vector<Migration>& range, Direction direction);

}  // namespace pgrehearse::migrate
