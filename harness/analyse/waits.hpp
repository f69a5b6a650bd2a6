// Which observer to believe about a lock wait, and who is who among the waiting.
//
// The server's log has every wait of 10 ms or more of the traffic's role with its exact length; the sampler rounds
// lengths down to its interval, but also sees waits of sessions whose deadlock_timeout is long (the migration's), and
// is all there is on a server whose log cannot be read.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/interval.hpp"
#include "harness/record/event.hpp"

namespace pgrehearse::analyse {

// Both observers see waits from here on: the traffic role's deadlock_timeout, and the sampler's interval.
constexpr Duration smallest_visible_wait = std::chrono::milliseconds(10);

inline Interval time_of(const record::LockWait& wait) { return {wait.start, wait.start + wait.duration}; }

// Of both observers, without seeing double: a sampler's wait is left out when the log has one of the same process at
// that time. In order of start.
std::vector<record::LockWait> merge_observers(const std::vector<record::LockWait>& waits);

// "server_log", "sampler", or "server_log and sampler"; the log's when there are none, for its silence means that none
// were long enough.
std::string sources(const std::vector<record::LockWait>& waits);

bool is_traffic(const record::LockWait& wait);
// The script's name out of "pgrehearse:traffic:<script>".
std::string script_of(const record::LockWait& wait);

}  // namespace pgrehearse::analyse
