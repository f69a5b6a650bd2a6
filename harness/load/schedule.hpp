// When should the nth operation be sent? A Schedule answers from n alone: it never sees the clock, the server, or how
// many operations have completed. That is the whole defence against coordinated omission: a stalled server cannot slow
// the plan down, it can only fall behind it.
#pragma once

#include <cstdint>
#include <span>

#include "harness/base/clock.hpp"
#include "harness/base/random.hpp"

namespace pgrehearse::load {

using base::Duration;

enum class Arrivals {
  constant,  // at equal distances
  poisson,   // as independent users come: exponential gaps, in blocks of 64 operations that keep the rate
};

// Pure and thread-safe.
class Schedule {
 public:
  Schedule(double rate_per_s, Arrivals arrivals, base::Seed seed);  // rate > 0
  // Offset of operation `n` (from 0) from the start of the traffic. Non-decreasing in n.
  Duration due(std::uint64_t n) const;

 private:
  double offset_in_block(std::uint64_t block, std::uint64_t position) const;

  double interval_ns_;
  Arrivals arrivals_;
  base::Seed seed_;
};

// Which of the weighted scripts is operation `n`? A pure function of (seed, n). One of weight 0 never is; at least one
// weight is above 0.
std::size_t pick_by_weight(std::span<const double> weights, base::Seed seed, std::uint64_t n);

}  // namespace pgrehearse::load
