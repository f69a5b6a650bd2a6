// The traffic's record: one window for each script and stretch of time (a fifth of a second, or less where a phase
// begins or ends: windows never straddle phases).
//
// Which window does an operation belong to? Its counts: the one in which it was due. Its latency: that one too, if it
// finished in the same phase. An operation that was still in flight when a phase ended is an outage's victim, not part
// of the calm before it: its latency is kept apart in `outlived` of its own window, and charged (`carried`) to the
// first window of every later phase that it reached.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/record/histogram.hpp"

namespace pgrehearse::record {

// due = sent + shed; sent = ok + failed + in_flight. In flight: at the end of the traffic.
struct Tally {
  std::uint64_t due = 0, sent = 0, shed = 0, ok = 0, failed = 0, in_flight = 0;
  std::map<std::string, std::uint64_t> errors;  // by SQLSTATE; "08006" etc. for lost connections
  std::uint64_t reconnects = 0;
  // Operations that were tried again after a serialization failure or a deadlock, however they ended, and how often.
  std::uint64_t retried = 0, retries = 0;

  void add(const Tally& other);
  bool adds_up() const { return due == sent + shed && sent == ok + failed + in_flight; }
};

// Response counts from when the operation was due, service from when it was sent. All finished operations, failed ones
// too: a user waited for those as well.
struct Latency {
  Histogram response, service;
  void merge(const Latency& other);
};

struct Window {
  std::string pass, script;
  Duration start{}, end{};
  Tally tally{};
  Latency within{};    // due here, finished before the phase ended
  Latency outlived{};  // due here, finished in a later phase
  Latency carried{};   // due in an earlier phase, still in flight when this phase began (first window of a phase only)
};

}  // namespace pgrehearse::record
