#include "harness/record/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "harness/base/check.hpp"

namespace pgrehearse::record {

Histogram::Histogram(const Histogram& other)
    : count_(other.count_), clipped_(other.clipped_), min_(other.min_), max_(other.max_) {
  chunks_.reserve(other.chunks_.size());
  for (const auto& chunk : other.chunks_) chunks_.push_back(chunk ? std::make_unique<Chunk>(*chunk) : nullptr);
}

Histogram& Histogram::operator=(const Histogram& other) {
  if (this != &other) *this = Histogram(other);
  return *this;
}

std::pair<std::uint64_t, std::uint64_t> Histogram::edges_us(std::uint32_t bucket) {
  PGR_CHECK(bucket < bucket_count);
  const std::uint32_t shift = bucket < 2 * half ? 0 : bucket / half - 1;
  const std::uint64_t lower = std::uint64_t{bucket - shift * half} << shift;
  return {lower, lower + (std::uint64_t{1} << shift) - 1};
}

void Histogram::make_chunk(std::size_t chunk) {
  if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
  chunks_[chunk] = std::make_unique<Chunk>();
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  if (chunks_.size() < other.chunks_.size()) chunks_.resize(other.chunks_.size());
  for (std::size_t i = 0; i < other.chunks_.size(); ++i) {
    if (!other.chunks_[i]) continue;
    if (!chunks_[i]) chunks_[i] = std::make_unique<Chunk>();
    for (std::size_t j = 0; j < chunk_size; ++j) (*chunks_[i])[j] += (*other.chunks_[i])[j];
  }
  extend(other.min_, other.max_);
  count_ += other.count_;
  clipped_ += other.clipped_;
}

Duration Histogram::at(double fraction) const {
  if (empty()) return {};
  const auto wanted = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count_))), 1, count_);
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : buckets()) {
    seen += count;
    if (seen < wanted) continue;
    if (bucket >= bucket_of(max_)) break;
    return std::chrono::microseconds(edges_us(bucket).second);
  }
  return max_;
}

Duration Histogram::mean() const {
  if (empty()) return {};
  double sum_us = 0;
  for (const auto& [bucket, count] : buckets()) {
    const auto [lower, upper] = edges_us(bucket);
    sum_us += static_cast<double>(lower + upper) / 2 * static_cast<double>(count);
  }
  return base::from_ms(sum_us / static_cast<double>(count_) / 1000);
}

std::uint64_t Histogram::above(Duration limit) const {
  std::uint64_t sum = 0;
  for (const auto& [bucket, count] : buckets()) {
    if (std::chrono::microseconds(edges_us(bucket).first) > limit) sum += count;
  }
  return sum;
}

std::vector<std::pair<std::uint32_t, std::uint64_t>> Histogram::buckets() const {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    if (!chunks_[i]) continue;
    for (std::size_t j = 0; j < chunk_size; ++j) {
      if ((*chunks_[i])[j] > 0) found.emplace_back(static_cast<std::uint32_t>(i * chunk_size + j), (*chunks_[i])[j]);
    }
  }
  return found;
}

Histogram Histogram::from_buckets(const std::vector<std::pair<std::uint32_t, std::uint64_t>>& buckets, Duration min,
                                  Duration max, std::uint64_t clipped) {
  Histogram histogram;
  for (const auto& [bucket, count] : buckets) {
    if (bucket >= bucket_count || count == 0) continue;
    histogram.add(bucket, count);
    histogram.count_ += count;
  }
  if (histogram.empty()) return histogram;
  histogram.min_ = min;
  histogram.max_ = max;
  histogram.clipped_ = clipped;
  return histogram;
}

}  // namespace pgrehearse::record
