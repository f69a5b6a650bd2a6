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

  // `kept`, 0 to 1: how much of the weights' differences from 1 is kept.
  double of(std::uint64_t number, double kept) const {
    return equal() ? 1 : 1 + kept * (pattern_[number % pattern_.size()] - 1);
  }
  // Of all numbers below.
  double below(std::uint64_t number, double kept) const {
    if (equal()) return static_cast<double>(number);
    const std::size_t within = number % pattern_.size();
    return static_cast<double>(number - within) + sum(within, kept);
  }
  double of_all(std::uint64_t first, std::uint64_t count, double kept) const {
    return equal() ? static_cast<double>(count) : below(first + count, kept) - below(first, kept);
  }
  // The number in whose weight a sum lies: below(number) <= sum. Not of equal ones.
  std::uint64_t at(double sum, double kept) const {
    const auto size = static_cast<double>(pattern_.size());
    const double block = std::floor(sum / size) * size;
    std::size_t low = 0, high = pattern_.size() - 1;
    while (low < high) {
      const std::size_t middle = (low + high + 1) / 2;
      if (this->sum(middle, kept) <= sum - block)
        low = middle;
      else
        high = middle - 1;
    }
    return static_cast<std::uint64_t>(block) + low;
  }
  double least() const { return equal() ? 1 : *std::min_element(pattern_.begin(), pattern_.end()); }
  // Of `count` from the first on, as multiples of their mean; of many, as they come again and again.
  Pattern relative(std::uint64_t first, std::uint64_t count, double kept) const {
    if (equal()) return {1};
    const double mean = of_all(first, count, kept) / static_cast<double>(count);
    Pattern weights;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, pattern_.size()); ++i)
      weights.push_back(of(first + i, kept) / mean);
    return weights;
  }

 private:
  // Of the first so many of the pattern.
  double sum(std::size_t count, double kept) const {
    const auto equal = static_cast<double>(count);
    return count == 0 ? 0 : equal + kept * (sums_[count - 1] - equal);
  }

  Pattern pattern_;
  std::vector<double> sums_;
};

}  // namespace pgrehearse::generators
