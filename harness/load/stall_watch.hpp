// Finds stalls of one script: stretches in which operations were pending (due, and not yet finished) and none of them
// finished, with an error or without. A stall begins when the first of them was due or, when others were pending then,
// at the last completion; it ends with the next completion, or when nothing is pending any more.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/clock.hpp"

namespace pgrehearse::load {

using base::Duration;

class StallWatch {
 public:
  static constexpr Duration threshold = std::chrono::milliseconds(100);

  struct Interval {
    Duration start, duration;
  };

  void due(Duration at) {
    if (pending_++ == 0) since_ = at;
  }
  // The stall that this completion ends, when it was long enough.
  std::optional<Interval> completed(Duration at) { return left(at, true); }
  // An operation was given up.
  std::optional<Interval> dropped(Duration at) { return left(at, pending_ == 1); }

  std::uint64_t pending() const { return pending_; }

 private:
  std::optional<Interval> left(Duration at, bool ends) {
    --pending_;
    if (!ends) return {};
    const Interval interval{since_, at - since_};
    since_ = at;
    if (interval.duration < threshold) return {};
    return interval;
  }

  std::uint64_t pending_ = 0;
  Duration since_{};
};

}  // namespace pgrehearse::load
