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

// From here on the log has every wait: the traffic role's deadlock_timeout. The sampler looks every 50 ms where nobody
// was seen waiting, so that without the log only longer ones are sure to be seen.
constexpr Duration smallest_visible_wait = std::chrono::milliseconds(10);
constexpr Duration smallest_sampled_wait = std::chrono::milliseconds(50);

inline Interval time_of(const record::LockWait& wait) { return {wait.start, wait.start + wait.duration}; }

// Of both observers, without seeing double: a sampler's wait is left out when the log has one of the same process at
// that time. In order of start.
std::vector<record::LockWait> merge_observers(const std::vector<record::LockWait>& waits);

// Whose word the waits are: "server_log" where it was read, for its silence means that none were long enough;
// "server_log and sampler" where the sampler saw waits that the log is silent about; "sampler" where it stood alone.
std::string sources(const std::vector<record::LockWait>& waits, bool log_was_read);

bool is_traffic(const record::LockWait& wait);
// The script's name out of "pgrehearse:traffic:<script>".
std::string script_of(const record::LockWait& wait);

}  // namespace pgrehearse::analyse
