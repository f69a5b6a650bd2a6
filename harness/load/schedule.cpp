#include "harness/load/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

constexpr std::uint64_t block_size = 64;
constexpr double endless = std::numeric_limits<double>::infinity();

// Where operation `position` of a block comes to lie. Sums of exponential gaps, divided by the sum of one gap more, are
// distributed like sorted uniform numbers (Devroye, "Non-Uniform Random Variate Generation", V.3.1), which is what a
// Poisson process looks like once the number of its arrivals is known.
double offset_in_block(base::Seed seed, std::uint64_t block, std::uint64_t position) {
  double sum = 0, wanted = 0;
  for (std::uint64_t gap = 0; gap <= block_size; ++gap) {
    sum -= std::log1p(-seed.unit(block * (block_size + 1) + gap));
    if (gap == position) wanted = sum;
  }
  return wanted / sum * static_cast<double>(block_size);
}

Duration whole(double ns) {
  return ns < static_cast<double>(Schedule::never.count()) ? Duration(std::llround(ns)) : Schedule::never;
}

}  // namespace

Schedule::Schedule(double rate_per_s, Arrivals arrivals, base::Seed seed)
    : pieces_{{0, endless, rate_per_s / 1e9, rate_per_s / 1e9, 0, endless}},
      arrivals_(arrivals),
      seed_(seed.derive("arrivals")) {
  PGR_CHECK(rate_per_s > 0);
}

Schedule::Schedule(const scenario::Timetable& timetable, Arrivals arrivals, base::Seed seed)
    : repeat_(timetable.repeat), trace_(timetable.trace), arrivals_(arrivals), seed_(seed.derive("arrivals")) {
  skip_ns_ = static_cast<double>(timetable.skip.count());
  if (trace_) {
    PGR_CHECK(trace_->times.size() >= 2 && trace_->length > Duration::zero());
    const auto first = std::lower_bound(trace_->times.begin(), trace_->times.end(), timetable.skip % trace_->length);
    trace_skipped_ = static_cast<std::uint64_t>(timetable.skip / trace_->length) * trace_->times.size() +
                     static_cast<std::uint64_t>(first - trace_->times.begin());
    return;
  }
  double start_ns = 0, due = 0;
  for (const scenario::RatePiece& piece : timetable.rates) {
    const double length_ns = static_cast<double>(piece.length.count());
    const double rate = piece.from_per_s / 1e9, end_rate = piece.to_per_s / 1e9;
    pieces_.push_back({start_ns, length_ns, rate, end_rate, due, due + (rate + end_rate) / 2 * length_ns});
    start_ns += length_ns;
    due = pieces_.back().to;
  }
  PGR_CHECK(due > 0);
  const double last = pieces_.back().end_rate;
  if (!repeat_) pieces_.push_back({start_ns, endless, last, last, due, last > 0 ? endless : due});
  skipped_ = due_before(skip_ns_);
}

// The integral of the rate.
double Schedule::due_before(double time_ns) const {
  double before = 0;
  if (repeat_) {
    const double cycle_ns = pieces_.back().start_ns + pieces_.back().length_ns;
    const double cycles = std::floor(time_ns / cycle_ns);
    before = cycles * pieces_.back().to;
    time_ns -= cycles * cycle_ns;
  }
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), time_ns,
                                      [](double time, const Piece& piece) { return time < piece.start_ns; });
  const Piece& piece = *std::prev(after);
  const double within_ns = time_ns - piece.start_ns;
  const double slope = std::isinf(piece.length_ns) ? 0 : (piece.end_rate - piece.rate) / piece.length_ns;
  return before + piece.from + (piece.rate + slope * within_ns / 2) * within_ns;
}

// The inverse of the integral: from rate r, growing by s a nanosecond, y operations take the t with r t + s t² / 2 = y,
// written so that nothing cancels out.
double Schedule::time_of(double position) const {
  double before_ns = 0;
  if (repeat_) {
    const double cycles = std::floor(position / pieces_.back().to);
    before_ns = cycles * (pieces_.back().start_ns + pieces_.back().length_ns);
    position -= cycles * pieces_.back().to;
  }
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), position,
                                      [](double wanted, const Piece& piece) { return wanted < piece.from; });
  const Piece& piece = *std::prev(after);
  const double left = position - piece.from;
  if (left <= 0 && piece.to > piece.from) return before_ns + piece.start_ns;
  if (std::isinf(piece.length_ns)) return piece.rate > 0 ? piece.start_ns + left / piece.rate : endless;
  const double slope = (piece.end_rate - piece.rate) / piece.length_ns;
  const double root = std::sqrt(std::max(0.0, piece.rate * piece.rate + 2 * slope * left));
  return before_ns + piece.start_ns + std::min(piece.length_ns, 2 * left / (piece.rate + root));
}

Duration Schedule::traced(std::uint64_t n) const {
  const std::uint64_t count = trace_->times.size(), at = n + trace_skipped_;
  return trace_->length * static_cast<Duration::rep>(at / count) + trace_->times[at % count] -
         Duration(static_cast<Duration::rep>(skip_ns_));
}

Duration Schedule::due(std::uint64_t n) const {
  if (trace_) return traced(n);
  double position = static_cast<double>(n);
  if (arrivals_ == Arrivals::poisson) {
    const std::uint64_t block = n / block_size;
    position = static_cast<double>(block * block_size) + offset_in_block(seed_, block, n % block_size);
  }
  return whole(std::max(0.0, time_of(skipped_ + position) - skip_ns_));
}

std::size_t pick_by_weight(std::span<const double> weights, base::Seed seed, std::uint64_t n) {
  PGR_CHECK(!weights.empty());
  if (weights.size() == 1) return 0;
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
