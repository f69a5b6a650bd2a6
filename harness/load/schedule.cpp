#include "harness/load/schedule.hpp"

#include <cmath>
#include <numeric>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

constexpr std::uint64_t block_size = 64;

}  // namespace

Schedule::Schedule(double rate_per_s, Arrivals arrivals, base::Seed seed)
    : interval_ns_(1e9 / rate_per_s), arrivals_(arrivals), seed_(seed.derive("arrivals")) {
  PGR_CHECK(rate_per_s > 0);
}

// Sums of exponential gaps, divided by the sum of one gap more, are distributed like sorted uniform numbers (Devroye,
// "Non-Uniform Random Variate Generation", V.3.1), which is what a Poisson process looks like once the number of its
// arrivals is known.
double Schedule::offset_in_block(std::uint64_t block, std::uint64_t position) const {
  double sum = 0, wanted = 0;
  for (std::uint64_t gap = 0; gap <= block_size; ++gap) {
    sum -= std::log1p(-seed_.unit(block * (block_size + 1) + gap));
    if (gap == position) wanted = sum;
  }
  return wanted / sum * static_cast<double>(block_size);
}

Duration Schedule::due(std::uint64_t n) const {
  double in_intervals = static_cast<double>(n);
  if (arrivals_ == Arrivals::poisson) {
    const std::uint64_t block = n / block_size;
    in_intervals = static_cast<double>(block * block_size) + offset_in_block(block, n % block_size);
  }
  return Duration(static_cast<Duration::rep>(in_intervals * interval_ns_));
}

std::size_t pick_by_weight(std::span<const double> weights, base::Seed seed, std::uint64_t n) {
  PGR_CHECK(!weights.empty());
  double left = seed.derive("script").unit(n) * std::accumulate(weights.begin(), weights.end(), 0.0);
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) last = i;
    left -= weights[i];
    if (left < 0) return i;
  }
  return last;  // rounding left a rest
}

}  // namespace pgrehearse::load
