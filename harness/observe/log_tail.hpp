// The ledger of lock waits: a thread that follows the server's log during a pass and records each wait and deadlock
// of one database as soon as it is over.
#pragma once

#include <memory>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/base/result.hpp"
#include "harness/observe/log_place.hpp"
#include "harness/observe/relation_names.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/recorder.hpp"

namespace pgrehearse::observe {

class LogTail {
 public:
  // Begins at the present end of the log. `target` is the database to see; sessions of its own are opened there (role:
  // superuser). Names, clock and recorder must outlive it. The errors are locate_log()'s.
  static base::Result<std::unique_ptr<LogTail>> start(const postgres::Target& target, LogAccess access,
                                                      const RelationNames& names, const base::Clock& clock,
                                                      record::Recorder& recorder);
  ~LogTail();  // stops

  // Reads all that was written up to now, records waits that never ended as unresolved, and ends the thread. The server
  // writes its log behind a pipe: so a marker is logged and read up to, at most for `deadline`. Where it does not come,
  // and for all else that could not be read, a Gap is recorded. Later calls do nothing.
  void stop(base::Duration deadline = std::chrono::seconds(5));

 private:
  struct State;
  explicit LogTail(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::observe
