// From what the server's log says line by line to lock waits with a beginning and an end.
//
// A wait shows itself once it is longer than the waiter's deadlock_timeout: `still waiting`, with the holders and the
// queue of that moment. It ends with `acquired`, which gives its exact length; or, when a time-out, a cancel or a
// deadlock ends it, only with an ERROR of the same process. Its start is the entry's time less the length it states.
//
// What this cannot see: waits shorter than deadlock_timeout, and waits that lock_timeout or a cancel ends before
// deadlock_timeout has passed (the migration's session keeps the server's usual second: see Statement::lock_wait).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/observe/lock_message.hpp"
#include "harness/observe/relation_names.hpp"
#include "harness/observe/server_log.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::observe {

// Pure: no I/O, and the clock only converts. Not thread-safe.
class WaitAssembler {
 public:
  // Sees the entries of `database` alone. Clock and names must outlive it.
  WaitAssembler(const base::Clock& clock, const RelationNames& names, std::string database);

  // Entries in the order of the log.
  void add(const LogEntry& entry);
  // The events complete by now, in order of their ends. A wait for a relation whose name is not known yet is kept back:
  // a later snapshot may name it.
  std::vector<record::Event> take();
  // All that is left: waits that never ended are `unresolved` and last until `now`.
  std::vector<record::Event> finish(base::Duration now);

 private:
  struct Wait {
    record::LockWait wait;
    std::optional<std::uint32_t> relation;
    std::string bare_name;  // from the context, without schema
  };
  Wait& open_wait(const LogEntry& entry, const LockMessage& message);
  void on_lock_message(const LogEntry& entry, const LockMessage& message);
  void on_error(const LogEntry& entry);
  void close(int pid, record::WaitEnd end, base::Duration duration);
  bool name(Wait& wait) const;

  const base::Clock& clock_;
  const RelationNames& names_;
  std::string database_;
  std::map<int, Wait> open_;  // by pid: a process waits for one lock at a time
  std::vector<Wait> ended_;
  std::vector<record::Event> deadlocks_;
};

}  // namespace pgrehearse::observe
