// Counts of latencies with three significant digits from 1 µs to over an hour, after HdrHistogram (Tene;
// hdrhistogram.org): within each power of two the buckets are linear, 2048 for the first and 1024 for each later one.
// Recording is a few shifts and one increment; merging is exact; memory is taken only for the ranges that occur,
// because a run keeps thousands of these and most hold a handful of values.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "harness/base/clock.hpp"

namespace pgrehearse::record {

using base::Duration;

// Value type. Not thread-safe.
class Histogram {
 public:
  Histogram() = default;
  Histogram(const Histogram&);
  Histogram& operator=(const Histogram&);
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;

  // Negative counts as 0; beyond the range counts as the largest value, and `clipped` says how many did.
  void record(Duration latency, std::uint64_t times = 1);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::uint64_t clipped() const { return clipped_; }
  // The smallest recorded value v such that at least `fraction` (0..1) of all counts are <= v, as the upper edge of its
  // bucket (HdrHistogram's valueAtPercentile), and max() itself in the topmost bucket. Zero when empty.
  Duration at(double fraction) const;
  Duration min() const { return min_; }  // exact; zero when empty
  Duration max() const { return max_; }  // exact; zero when empty
  Duration mean() const;                 // from the buckets' middles
  // How many counts are in buckets that lie wholly above `limit`.
  std::uint64_t above(Duration limit) const;

  // (bucket index, count) of the non-empty buckets in order: what the run folder stores.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets() const;
  // Buckets beyond the range are ignored.
  static Histogram from_buckets(const std::vector<std::pair<std::uint32_t, std::uint64_t>>& buckets, Duration min,
                                Duration max, std::uint64_t clipped = 0);
  // Lower and upper edge (inclusive, in whole microseconds) of a bucket.
  static std::pair<std::uint64_t, std::uint64_t> edges_us(std::uint32_t bucket);
  // The bucket of a latency; the last one for all beyond the range.
  static std::uint32_t bucket_of(Duration latency);

  static constexpr std::uint32_t bucket_count = 24 * 1024;
  static constexpr std::uint64_t largest_us = (std::uint64_t{1} << 33) - 1;  // 2 h 23 min

 private:
  static constexpr std::size_t chunk_size = 64;
  using Chunk = std::array<std::uint64_t, chunk_size>;

  static constexpr int linear_bits = 11;  // 2048 buckets of 1 µs: three significant digits
  static constexpr std::uint32_t half = 1u << (linear_bits - 1);

  void make_chunk(std::size_t chunk);
  void add(std::uint32_t bucket, std::uint64_t times) {
    const std::size_t chunk = bucket / chunk_size;
    if (chunk >= chunks_.size() || !chunks_[chunk]) make_chunk(chunk);
    (*chunks_[chunk])[bucket % chunk_size] += times;
  }
  void extend(Duration min, Duration max) {
    min_ = count_ == 0 ? min : std::min(min_, min);
    max_ = count_ == 0 ? max : std::max(max_, max);
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;  // as many as the highest one needs; null where nothing was recorded
  std::uint64_t count_ = 0, clipped_ = 0;
  Duration min_{}, max_{};
};

// Inline, because the traffic records each operation twice.
inline std::uint32_t Histogram::bucket_of(Duration latency) {
  const auto us = static_cast<std::uint64_t>(std::max<Duration::rep>(latency.count(), 0)) / 1000;
  if (us > largest_us) return bucket_count - 1;
  const int shift = std::max(static_cast<int>(std::bit_width(us)) - linear_bits, 0);
  return static_cast<std::uint32_t>(shift) * half + static_cast<std::uint32_t>(us >> shift);
}

inline void Histogram::record(Duration latency, std::uint64_t times) {
  if (times == 0) return;
  latency = std::max(latency, Duration::zero());
  add(bucket_of(latency), times);
  extend(latency, latency);
  count_ += times;
  if (latency >= std::chrono::microseconds(largest_us + 1)) clipped_ += times;
}

}  // namespace pgrehearse::record
