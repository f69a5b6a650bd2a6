// Counts of latencies with three significant digits from 1 µs to over an hour, after HdrHistogram (Tene;
// hdrhistogram.org): within each power of two the buckets are linear, 2048 for the first and 1024 for each later one.
// Recording is a few shifts and one increment; merging is exact; memory is taken only for the ranges that occur,
// because a run keeps thousands of these and most hold a handful of values.
#pragma once

#include <array>
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

  void add(std::uint32_t bucket, std::uint64_t times);
  void extend(Duration min, Duration max);

  std::vector<std::unique_ptr<Chunk>> chunks_;  // as many as the highest one needs; null where nothing was recorded
  std::uint64_t count_ = 0, clipped_ = 0;
  Duration min_{}, max_{};
};

}  // namespace pgrehearse::record
