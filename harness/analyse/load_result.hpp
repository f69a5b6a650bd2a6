// What traffic alone did: the result of `pgrehearse load`, or of several of them that ran together. Pure.
#pragma once

#include <string>
#include <vector>

#include "harness/record/run_folder.hpp"

namespace pgrehearse::analyse {

using base::Duration;

struct ScriptLoad {
  std::string name;
  record::Tally tally;
  record::Latency latency;  // of all operations that finished
};

struct LoadResult {
  record::Tally tally;              // of all scripts
  record::Latency latency;          // likewise
  std::vector<ScriptLoad> scripts;  // in order of their names
  // From the first machine's beginning to the last one's end. What still ran at the end is finished after it.
  Duration began{}, ended{};
  record::Histogram send_lag;       // from due to sent, where a client was free
  std::uint64_t longest_queue = 0;  // operations that waited for a client at one time, on one machine
  double client_cpu_s = 0;          // of the threads that sent and received
  int machines = 0;                 // whose traffic it is; 0: none said how it ended
  bool interrupted = false;
  // What stands between these numbers and belief, one line each: gaps in the keeping of the plan, unreadable parts.
  std::vector<std::string> doubts;
  std::vector<std::string> notices;  // of the record, first errors among them

  // Operations that succeeded, a second. Zero when no time passed.
  double tps() const;
};

LoadResult load_result(const record::Record& record);

}  // namespace pgrehearse::analyse
