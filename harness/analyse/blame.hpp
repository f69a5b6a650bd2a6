// Which statement of the migration made a session wait? Decided by what the server reported (who held, who queued) and
// by the locks that each statement gained; time only narrows the choice down, it never decides alone.
//
//   held       a migration session is among the holders: the earliest statement of its open transaction whose lock
//              excludes the mode that is waited for. A later, slower statement of that transaction prolongs the outage,
//              but this one began it. For a lock on a row: the statement that writes that table.
//   queued     a migration session is ahead in the queue, itself waiting: the statement that waits. PostgreSQL's lock
//              queue is fair, so one slow reader in front of a waiting ACCESS EXCLUSIVE stops everyone after it.
//   through    a holder is itself waiting at that time: whoever is to blame for the holder's wait.
//   adversary  an adversary is ahead in the queue, itself waiting, or at the end of the chain of holders.
//   ordinary   none of these: contention that would have happened without the migration.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/analyse/waits.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::analyse {

struct Blamed {
  std::optional<std::size_t> statement;  // index into the statements; none: ordinary
  std::string behind;                    // for "queued": for whom the migration waited, in words; else empty
  std::string adversary = {};            // with no statement: the adversary that held the lock or queued in front
};

// Holds references: statements, waits (of one pass, see merge_observers) and steps must outlive it.
class Blame {
 public:
  Blame(const std::vector<record::Statement>& statements, const std::vector<record::LockWait>& waits,
        const std::vector<record::AdversaryStep>& adversaries);

  Blamed of(const record::LockWait& wait) const;
  // Those at the end of the chain, who wait for nobody, in words and without repetition.
  std::vector<std::string> roots(const record::LockWait& wait) const;
  bool is_migration(int pid) const { return migration_pids_.count(pid) > 0; }

 private:
  using Visited = std::set<int>;

  Blamed follow(const record::LockWait& wait, Visited& visited) const;
  std::optional<std::size_t> holder(const record::LockWait& wait) const;
  std::optional<std::size_t> holder_of_relation(const record::LockWait& wait, int pid) const;
  std::optional<std::size_t> holder_of_row(const record::LockWait& wait, int pid) const;
  std::string adversary_before(const record::LockWait& wait, Visited& visited) const;
  std::string adversary_named(int pid) const;
  std::optional<Blamed> queued_behind_migration(const record::LockWait& wait) const;
  Blamed through_others(const record::LockWait& wait, Visited& visited) const;

  bool waits_for_the_same(int pid, const record::LockWait& wait) const;
  std::optional<std::size_t> running(int pid, Duration at) const;
  const record::LockWait* wait_of(int pid, Interval time) const;
  void add_roots(const record::LockWait& wait, Visited& visited, std::vector<std::string>& words) const;
  std::string words_for(int pid) const;

  const std::vector<record::Statement>& statements_;
  const std::vector<record::LockWait>& waits_;
  const std::vector<record::AdversaryStep>& adversaries_;
  std::set<int> migration_pids_;
};

}  // namespace pgrehearse::analyse
