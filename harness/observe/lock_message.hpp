// What the server says about a process that waits for a lock longer than deadlock_timeout, with log_lock_waits on
// (ProcSleep() in src/backend/storage/lmgr/proc.c). English only: lc_messages must be C or en_*.
//
//   message: process 8725 still waiting for AccessShareLock on relation 16386 of database 16385 after 10.140 ms
//            process 8725 acquired AccessShareLock on relation 16386 of database 16385 after 150.353 ms
//            process 8759 detected deadlock while waiting for ShareLock on transaction 739 after 1000.157 ms
//            process 8759 avoided deadlock for ShareLock on ... by rearranging queue order after 10.1 ms
//            process 8759 failed to acquire ShareLock on ... after 10.1 ms
//   detail:  Process holding the lock: 8747. Wait queue: 8748, 8750.
//   context: while updating tuple (0,2) in relation "users"      (names the table of a wait for a transaction)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.hpp"

namespace pgrehearse::observe {

struct LockMessage {
  enum class Kind { still_waiting, acquired, detected_deadlock, avoided_deadlock, failed };
  Kind kind = Kind::still_waiting;
  int pid = 0;
  std::string mode;
  std::string object;       // the server's words: "relation 16386 of database 16385"
  base::Duration waited{};  // in microseconds on the server
};
// Nothing when the message is about something else.
std::optional<LockMessage> parse_lock_message(std::string_view message);

struct LockQueue {
  std::vector<int> holders;  // whoever holds the lock in any mode, in conflict or not
  std::vector<int> waiting;  // in the order of the queue
};
// Both empty when the detail is about something else.
LockQueue parse_lock_queue(std::string_view detail);

// 16386 for "relation 16386 of database 16385", "tuple (0,2) of relation 16386 of database 16385", "page 3 of ...",
// "extension of ..."; nothing for other objects.
std::optional<std::uint32_t> relation_of_object(std::string_view object);
// `users` for: while updating tuple (0,2) in relation "users". Without schema; of a unique index where a duplicate is
// waited for. Empty when no relation is named.
std::string relation_of_context(std::string_view context);

}  // namespace pgrehearse::observe
