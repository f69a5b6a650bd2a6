#include "harness/record/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/base/random.hpp"

namespace pgrehearse::record {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram empty;
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.at(0.5), 0ns);
  EXPECT_EQ(empty.min(), 0ns);
  EXPECT_EQ(empty.max(), 0ns);
  EXPECT_EQ(empty.mean(), 0ns);
  EXPECT_TRUE(empty.buckets().empty());
}

TEST(Histogram, BucketsTileTheRange) {
  std::uint64_t next = 0;
  for (std::uint32_t bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
    const auto [lower, upper] = Histogram::edges_us(bucket);
    ASSERT_EQ(lower, next);
    ASSERT_EQ(Histogram::bucket_of(std::chrono::microseconds(lower)), bucket);
    ASSERT_EQ(Histogram::bucket_of(std::chrono::microseconds(upper) + 999ns), bucket);
    ASSERT_LE(static_cast<double>(upper - lower), static_cast<double>(lower) / 1024) << "three significant digits";
    next = upper + 1;
  }
  EXPECT_EQ(next - 1, Histogram::largest_us);
}

// Against the definition: sort, take the value of that rank.
TEST(Histogram, PercentilesAreWithinATenthOfAPercent) {
  base::RandomStream random(base::Seed{7});
  Histogram histogram;
  std::vector<Duration> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(Duration(static_cast<Duration::rep>(std::exp(random.unit() * 25))));  // 1 ns to 72 s
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(histogram.min(), values.front());
  EXPECT_EQ(histogram.max(), values.back());
  EXPECT_EQ(histogram.at(1), values.back());
  for (double fraction : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
    const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(fraction * 20'000)));
    const double exact = static_cast<double>(values[rank - 1].count());
    EXPECT_NEAR(static_cast<double>(histogram.at(fraction).count()), exact, exact / 1000 + 1000) << fraction;
  }
}

TEST(Histogram, MergingEqualsRecordingTogether) {
  base::RandomStream random(base::Seed{8});
  Histogram together, parts[3];
  for (int i = 0; i < 3000; ++i) {
    const Duration value(random.below(100'000'000'000));
    together.record(value);
    parts[i % 3].record(value);
  }
  Histogram merged = parts[0];
  merged.merge(parts[1]);
  merged.merge(parts[2]);
  merged.merge(Histogram());
  EXPECT_EQ(merged.buckets(), together.buckets());
  EXPECT_EQ(merged.count(), 3000u);
  EXPECT_EQ(merged.min(), together.min());
  EXPECT_EQ(merged.max(), together.max());
  EXPECT_EQ(parts[0].count(), 1000u) << "a copy is independent of its source";
}

TEST(Histogram, ClipsBeyondTheRangeAndBelowZero) {
  Histogram histogram;
  histogram.record(-5ms);
  histogram.record(24h, 2);
  EXPECT_EQ(histogram.count(), 3u);
  EXPECT_EQ(histogram.clipped(), 2u);
  EXPECT_EQ(histogram.min(), 0ns);
  EXPECT_EQ(histogram.max(), 24h);
  EXPECT_EQ(histogram.buckets().back().first, Histogram::bucket_count - 1);
}

TEST(Histogram, CountsAboveALimitOnlyWholeBuckets) {
  Histogram histogram;
  histogram.record(1ms, 5);
  histogram.record(500ms, 2);
  histogram.record(2s);
  EXPECT_EQ(histogram.above(100ms), 3u);
  EXPECT_EQ(histogram.above(1ms), 3u);
  EXPECT_EQ(histogram.above(999us), 8u);
  EXPECT_EQ(histogram.above(500ms), 1u);
  EXPECT_EQ(histogram.above(2s), 0u);
}

TEST(Histogram, MeanComesFromTheBuckets) {
  Histogram histogram;
  histogram.record(10ms);
  histogram.record(30ms);
  EXPECT_NEAR(base::to_ms(histogram.mean()), 20, 0.02);
}

TEST(Histogram, SurvivesItsBuckets) {
  Histogram histogram;
  for (Duration value : {3us, 3us, 40us}) histogram.record(value);
  histogram.record(9s, 4);
  const Histogram copy = Histogram::from_buckets(histogram.buckets(), histogram.min(), histogram.max());
  EXPECT_EQ(copy.buckets(), histogram.buckets());
  EXPECT_EQ(copy.count(), 7u);
  for (double fraction : {0.1, 0.5, 1.0}) EXPECT_EQ(copy.at(fraction), histogram.at(fraction));
  EXPECT_TRUE(Histogram::from_buckets({{Histogram::bucket_count, 1}}, 1s, 1s).empty());
}

}  // namespace
}  // namespace pgrehearse::record
