// The locks and the parallel workers of one backend while it runs a statement, sampled by a second session. It sees
// what the backend's own session cannot tell: the locks of a statement that commits by itself (CREATE INDEX
// CONCURRENTLY) or fails, and the time spent waiting for a lock (its start by pg_locks.waitstart; its end up to one
// interval, 20 ms, too early).
//
// A sample costs the server 0.2 ms. The first one comes after an interval, so short statements cost nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/migrate/catalog.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

using base::Duration;

struct WatchedLock {
  Oid oid = 0;
  std::string mode;
  Duration first_seen{}, last_seen{};
};

struct WatchedWait {
  Oid oid = 0;  // 0: not for a relation (a transaction, another backend)
  std::string mode;
  Duration start{}, end{};
};

struct Watched {
  std::vector<WatchedLock> locks;  // granted, on user relations; those of toast tables too
  std::vector<WatchedWait> waits;  // one after another
  Duration last_sample{};          // a wait or lock seen then may have lasted to the end of the statement
  int samples = 0;
  int parallel_workers = 0;  // the most that one sample saw
};

enum class WatchPace { normal, close };  // close: for statements whose locks nothing else sees

// begin() and end() are called by one thread, in turns. A thread of its own does the sampling.
class LockWatcher {
 public:
  // `observer`: a session in a database that the migration does not touch, used by nobody else.
  LockWatcher(std::unique_ptr<postgres::Session> observer, int backend_pid, const base::Clock& clock);
  ~LockWatcher();

  void begin(WatchPace pace);
  // Returns when the last sample is done.
  Watched end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::migrate
