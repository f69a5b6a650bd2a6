// How often numbered values come compared with each other: the weights of a pattern, again and again.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace pgrehearse::generators {

// The weights of neighbours, whose mean is 1: number n has that at n modulo their count. Empty stands for equal ones.
using Pattern = std::vector<double>;

// Immutable, so that threads share it.
class Weights {
 public:
  explicit Weights(Pattern pattern) : pattern_(std::move(pattern)) {
    double sum = 0;
    for (double weight : pattern_) sums_.push_back(sum += weight);
  }
  const Pattern& pattern() const { return pattern_; }
  bool equal() const { return pattern_.empty(); }

  double of(std::uint64_t number) const { return equal() ? 1 : pattern_[number % pattern_.size()]; }
  // Of all numbers below.
  double below(std::uint64_t number) const {
    if (equal()) return static_cast<double>(number);
    const std::size_t within = number % pattern_.size();
    return static_cast<double>(number - within) + (within == 0 ? 0 : sums_[within - 1]);
  }
  double of_all(std::uint64_t first, std::uint64_t count) const {
    return equal() ? static_cast<double>(count) : below(first + count) - below(first);
  }
  // The number in whose weight a sum lies: below(number) <= sum. Not of equal ones.
  std::uint64_t at(double sum) const {
    const auto size = static_cast<double>(pattern_.size());
    const double block = std::floor(sum / size) * size;
    const auto within = std::upper_bound(sums_.begin(), sums_.end() - 1, sum - block) - sums_.begin();
    return static_cast<std::uint64_t>(block) + static_cast<std::uint64_t>(within);
  }
  // Of `count` from the first on, as multiples of their mean; of many, as they come again and again.
  Pattern relative(std::uint64_t first, std::uint64_t count) const {
    if (equal()) return {1};
    const double mean = of_all(first, count) / static_cast<double>(count);
    Pattern weights;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, pattern_.size()); ++i)
      weights.push_back(of(first + i) / mean);
    return weights;
  }

 private:
  Pattern pattern_;
  std::vector<double> sums_;
};

}  // namespace pgrehearse::generators
