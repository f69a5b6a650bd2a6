// Finds the stretches in which the traffic's pool was exhausted: no connection was free, and operations waited for one.
// Bursts make operations wait for moments all the time; a stretch counts from 100 ms on, or when an operation waited in
// vain.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "harness/record/event.hpp"

namespace pgrehearse::load {

using base::Duration;

class PoolWatch {
 public:
  static constexpr Duration threshold = std::chrono::milliseconds(100);

  // The pool has so many connections at most; who waits for one longer than `patience` gives up.
  PoolWatch(int connections, Duration patience) : connections_(connections), patience_(patience) {}

  // No connection is free, and `waiting` operations want one, the first of them due at `since`.
  void waits(Duration since, std::uint64_t waiting) {
    if (!now_) {
      now_.emplace();
      now_->start = since;
      now_->connections = connections_;
      now_->patience = patience_;
    }
    now_->most_waiting = std::max(now_->most_waiting, waiting);
  }
  // An operation got a connection.
  void got(Duration waited) {
    if (!now_) return;
    ++now_->waited;
    now_->longest_wait = std::max(now_->longest_wait, waited);
  }
  // An operation that was due then waited in vain.
  void gave_up(Duration due) {
    waits(due, 1);
    ++now_->shed;
    now_->longest_wait = std::max(now_->longest_wait, patience_);
  }
  bool exhausted() const { return now_.has_value(); }
  // Nothing waits any more. The stretch that this ends, when it counts.
  std::optional<record::PoolExhausted> over(Duration at) {
    if (!now_) return {};
    record::PoolExhausted ended = *now_;
    now_.reset();
    ended.duration = at - ended.start;
    if (ended.duration < threshold && ended.shed == 0) return {};
    return ended;
  }

 private:
  int connections_;
  Duration patience_;
  std::optional<record::PoolExhausted> now_;
};

}  // namespace pgrehearse::load
