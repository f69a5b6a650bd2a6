// The one clock of a run. Every event that any actor records carries a time of this clock, so that cause and effect
// can be derived afterwards.
#pragma once

#include <chrono>

namespace pgrehearse::base {

// All durations, and all times: a time is the duration since the start of the run, on a monotonic clock.
using Duration = std::chrono::nanoseconds;
using WallTime = std::chrono::system_clock::time_point;

constexpr Duration from_ms(double ms) { return Duration{static_cast<Duration::rep>(ms * 1e6)}; }
constexpr double to_ms(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }
constexpr double to_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

// Thread-safe. Tests pass a clock of their own.
class Clock {
 public:
  virtual ~Clock() = default;

  // Since the start of the run; never goes back.
  virtual Duration now() const = 0;
  // The same instant on the wall clock as it was set at the start of the run: for server logs of the same machine.
  virtual WallTime wall_at_start() const = 0;

  WallTime to_wall(Duration at) const { return wall_at_start() + std::chrono::duration_cast<WallTime::duration>(at); }
  Duration from_wall(WallTime at) const { return std::chrono::duration_cast<Duration>(at - wall_at_start()); }
};

class SteadyClock final : public Clock {
 public:
  SteadyClock() : start_(std::chrono::steady_clock::now()), wall_start_(std::chrono::system_clock::now()) {}
  Duration now() const override { return std::chrono::steady_clock::now() - start_; }
  WallTime wall_at_start() const override { return wall_start_; }
  // The run's clock on the underlying std::chrono::steady_clock, for waits with a deadline.
  std::chrono::steady_clock::time_point start() const { return start_; }

 private:
  std::chrono::steady_clock::time_point start_;
  WallTime wall_start_;
};

}  // namespace pgrehearse::base
