// Stretches of time, from `from` (inclusive) to `to` (exclusive).
#pragma once

#include <algorithm>
#include <vector>

#include "harness/base/clock.hpp"

namespace pgrehearse::analyse {

using base::Duration;

struct Interval {
  Duration from{}, to{};
  Duration length() const { return std::max(to - from, Duration{}); }
};

// The server's log has whole milliseconds of the wall clock, the record has the monotonic clock: two observers of one
// instant may differ by this much.
constexpr Duration clock_slack = std::chrono::milliseconds(5);

// How long both last together; zero when they do not meet.
inline Duration overlap(Interval a, Interval b) {
  return std::max(std::min(a.to, b.to) - std::max(a.from, b.from), Duration{});
}
// They meet, or miss each other by no more than the clocks may differ.
inline bool meet(Interval a, Interval b) { return a.from <= b.to + clock_slack && b.from <= a.to + clock_slack; }

// The parts of `interval` that every one of `covers` covers, where each cover is itself a list of stretches. Summed.
// With no covers at all: the whole interval.
Duration covered_by_all(Interval interval, const std::vector<std::vector<Interval>>& covers);

}  // namespace pgrehearse::analyse
