// When should the nth operation be sent? A Schedule answers from n alone: it never sees the clock, the server, or how
// many operations have completed. That is the whole defence against coordinated omission: a stalled server cannot slow
// the plan down, it can only fall behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/base/random.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

using base::Duration;
using scenario::Arrivals;  // Poisson: in blocks of 64 operations that keep the rate

// Rates that change are the derivative of a number of operations that grows with time; operation n is due when that
// number reaches n, or what chance made of n (a Poisson process at a constant rate, stretched by the same function, is
// one at the changing rate: Çinlar, "Introduction to Stochastic Processes", 1975, ch. 4.7). Pure and thread-safe.
class Schedule {
 public:
  Schedule(double rate_per_s, Arrivals arrivals, base::Seed seed);                     // rate > 0
  Schedule(const scenario::Timetable& timetable, Arrivals arrivals, base::Seed seed);  // not empty; some rate > 0

  // Offset of operation `n` (from 0) from the start of the traffic. Non-decreasing in n, but for rounding.
  Duration due(std::uint64_t n) const;
  // Of operations that never become due, because the last rate is zero.
  static constexpr Duration never = Duration::max() / 2;

 private:
  struct Piece {
    double start_ns, length_ns;
    double rate, end_rate;  // operations a nanosecond
    double from, to;        // operations that are due before its start, before its end
  };
  double due_before(double time_ns) const;
  double time_of(double position) const;  // in nanoseconds
  Duration traced(std::uint64_t n) const;

  std::vector<Piece> pieces_;  // the last one is endless unless they repeat
  bool repeat_ = false;
  double skipped_ = 0, skip_ns_ = 0;  // operations, time
  std::shared_ptr<const scenario::Trace> trace_;
  std::uint64_t trace_skipped_ = 0;
  Arrivals arrivals_;
  base::Seed seed_;
};

// Which of the weighted scripts is operation `n`? A pure function of (seed, n). One of weight 0 never is; at least one
// weight is above 0.
std::size_t pick_by_weight(std::span<const double> weights, base::Seed seed, std::uint64_t n);

}  // namespace pgrehearse::load
