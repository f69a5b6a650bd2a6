// Busy time as Linux counts it, from the texts of /proc/stat and /proc/<pid>/stat (proc(5)). Pure.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace pgrehearse::observe {

// In clock ticks (sysconf(_SC_CLK_TCK), 100 a second) since the machine started.
using Ticks = std::uint64_t;

// Of all cores together: user, nice, system, irq, softirq, and steal, since what a hypervisor took away was taken away
// from us too. Not idle, not waiting for I/O; guest time is part of user time already. Nothing: no such text.
std::optional<Ticks> parse_machine_busy(std::string_view proc_stat);

struct ProcessTimes {
  pid_t pid = 0, parent = 0;
  Ticks own = 0;     // utime + stime
  Ticks reaped = 0;  // cutime + cstime: of children that ended and were waited for
};
std::optional<ProcessTimes> parse_process(std::string_view proc_pid_stat);

// `root` and all that descend from it, among `processes`: their own time and that of their reaped children.
Ticks tree_busy(const std::vector<ProcessTimes>& processes, pid_t root);

}  // namespace pgrehearse::observe
