// Brings about that autovacuum works on a table now, and for long, and puts back what that took. Private to this
// module.
//
// A worker comes for a table with dead rows above its threshold (autovacuum_vacuum_threshold + scale factor * rows), or
// with a relfrozenxid older than autovacuum_freeze_max_age (at least 100,000 transactions), at the next
// autovacuum_naptime. How long it takes follows from autovacuum_vacuum_cost_delay and _cost_limit: with 1 and 100 ms it
// sleeps 0.1 to 0.4 s for each page (PostgreSQL's documentation, "Automatic Vacuuming" and "Routine Vacuuming").
#pragma once

#include <string>

#include "harness/base/clock.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {

// All members may throw postgres::Failure. The sessions are an administrator's; that of the constructor outlives this.
// What may take long or wait for a lock has one of its own, so that it can be cancelled.
class ProvokedVacuum {
 public:
  ProvokedVacuum(postgres::Session& session, std::string table_oid, base::Duration hold, bool wraparound);

  const std::string& table_oid() const { return table_oid_; }
  // Pages that VACUUM has to visit: rows in them are updated, and the update is rolled back. The rows stay as they
  // were. The statistics that autovacuum reads are sent at the latest when the session ends.
  void leave_work(postgres::Session& session);
  // Sets the table's and the server's settings so that a worker comes. Needs a superuser.
  void call_worker(postgres::Session& session);
  // Once it is there: no second one comes soon.
  void call_no_more();
  // Whether a worker completed its work since call_worker().
  bool was_completed() const;
  // The settings as they were. Waits for the table's lock, but nobody for long behind it.
  void restore();

 private:
  std::string table() const;  // its present name, quoted; empty: it is gone
  std::int64_t completed() const;
  void use_up_transactions(postgres::Session& session) const;
  bool restore_options();

  postgres::Session& session_;
  std::string table_oid_;
  base::Duration hold_;
  bool wraparound_;
  std::int64_t completed_before_ = 0;
  std::string options_before_;  // as in SET (...); empty: none of those that we change
  bool naptime_changed_ = false, options_changed_ = false;
};

}  // namespace pgrehearse::load
