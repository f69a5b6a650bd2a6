// What the tests of the observers share: a clock that stands still, and a recorder that keeps events in memory.
#pragma once

#include <mutex>
#include <variant>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/record/recorder.hpp"

namespace pgrehearse::observe {

// The run began on 2026-11-20 23:57:00 UTC.
class StillClock final : public base::Clock {
 public:
  base::Duration now() const override { return now_; }
  base::WallTime wall_at_start() const override {
    using namespace std::chrono;
    return base::WallTime(sys_days(year(2026) / 11 / 20)) + hours(23) + minutes(57);
  }
  void set(base::Duration now) { now_ = now; }

 private:
  base::Duration now_{};
};

template <class Kind>
std::vector<Kind> only(const std::vector<record::Event>& events) {
  std::vector<Kind> found;
  for (const record::Event& event : events) {
    if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
  }
  return found;
}

class ListRecorder final : public record::Recorder {
 public:
  void append(const record::Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  void append(const record::Window&) override {}

  template <class Kind>
  std::vector<Kind> all() const {
    const std::lock_guard lock(mutex_);
    return only<Kind>(events_);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<record::Event> events_;
};

}  // namespace pgrehearse::observe
