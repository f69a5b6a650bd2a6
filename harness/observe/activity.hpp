// What one look at pg_stat_activity and pg_locks says, and what a series of looks says about the waits between them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/observe/relation_names.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::observe {

// A session that does something: it runs a statement, sits in a transaction, waits, or blocks others.
struct SessionSeen {
  int pid = 0;
  bool in_database = false;  // in the one that is watched; others are seen as blockers only
  std::string state;         // as in pg_stat_activity
  std::string application;
  // The rest only while it waits for a lock:
  bool waits = false;
  std::string mode, object;  // in the words of the server's log
  std::optional<std::uint32_t> relation;
  // By the server's clock; both missing in the first moment of a wait.
  std::string since;  // as the server prints it: tells two waits for the same lock apart
  std::optional<base::Duration> waited;
  std::vector<int> blockers;  // pg_blocking_pids(): those ahead in the queue too
  std::string statement;
};

record::ActivitySample summarise(const std::vector<SessionSeen>& sessions, base::Duration at,
                                 const std::string& database);

// Waits as they come and go between samples. Their start is the server's; their end is when they were seen last, so
// that lengths are short by up to one interval. How a wait ended is not seen: all that end count as acquired. Waits
// shorter than the interval may be missed altogether. Pure; not thread-safe.
class SampledWaits {
 public:
  SampledWaits(const RelationNames& names, std::string database) : names_(names), database_(std::move(database)) {}

  // The sample of `at`; returns the waits that were over by then.
  std::vector<record::LockWait> update(const std::vector<SessionSeen>& sessions, base::Duration at);
  // All that are still open, as unresolved.
  std::vector<record::LockWait> finish();

 private:
  struct Open {
    record::LockWait wait;
    std::optional<std::uint32_t> relation;
    std::string since;
    bool seen = false;  // in the sample at hand
  };
  static bool same_wait(const Open& open, const SessionSeen& session);
  Open begin(const SessionSeen& session, base::Duration at) const;
  record::LockWait end(Open open, record::WaitEnd how) const;

  const RelationNames& names_;
  std::string database_;
  std::map<int, Open> open_;  // by pid
};

}  // namespace pgrehearse::observe
