// The picture over time: who is active, who waits, for whom. A thread looks every 50 ms, and every 10 ms while somebody
// waits; a look costs 0.2 to 0.3 ms. On servers whose log cannot be read, its waits stand in for the log's.
//
// The query reads pg_locks and the shared memory behind pg_stat_activity, no table and no catalog: no lock of the
// migration on its tables can block it. (Locking a catalog, as VACUUM FULL pg_class does, can: every session then
// waits once its caches are stale. That shows as a Gap.)
#pragma once

#include <memory>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/observe/relation_names.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/recorder.hpp"

namespace pgrehearse::observe {

class Sampler {
 public:
  // Watches the target's database, on a session of its own there (role: superuser or pg_monitor). Names, clock and
  // recorder must outlive it.
  static base::Result<std::unique_ptr<Sampler>> start(const postgres::Target& target, const RelationNames& names,
                                                      const base::Clock& clock, record::Recorder& recorder);
  ~Sampler();  // stops

  // Takes a last sample, records the waits that are still open as unresolved, and ends the thread and its session. A
  // Gap is recorded for each stretch of more than 500 ms without a sample. Later calls do nothing.
  void stop();

 private:
  struct State;
  explicit Sampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::observe
