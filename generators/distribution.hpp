// How often each of a column's values comes, the values being numbered in ascending order.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "generators/staircase.hpp"
#include "generators/stretches.hpp"

namespace pgrehearse::generators {

// Immutable, so that threads share it.
class Distribution {
 public:
  // With masses that sum to 1, and at least one.
  explicit Distribution(const std::vector<Stretch>& stretches, const Pattern& pattern = {});

  std::uint64_t size() const { return first_.back(); }
  std::size_t stretches() const { return first_.size() - 1; }
  // The value below which a share 0 <= share < 1 of the rows lies.
  std::uint64_t number(double share) const {
    std::size_t stretch = masses_.at(share);
    double begin = masses_.begin(stretch), values = static_cast<double>(first_[stretch + 1] - first_[stretch]);
    double index = (share - begin) / (masses_.end(stretch) - begin) * values;
    if (has_pattern(values, index)) index = patterned(index);
    return first_[stretch] + static_cast<std::uint64_t>(std::clamp(index, 0.0, values - 1));
  }

  struct Spot {
    std::size_t stretch;
    std::uint64_t index;  // among the values of the stretch
  };
  // number < size()
  Spot spot(std::uint64_t number) const {
    std::size_t stretch = numbers_.at(static_cast<double>(number));
    return {stretch, number - first_[stretch]};
  }
  std::uint64_t first(std::size_t stretch) const { return first_[stretch]; }
  std::uint64_t values(std::size_t stretch) const { return first_[stretch + 1] - first_[stretch]; }
  double mass(std::size_t stretch) const { return masses_.end(stretch) - masses_.begin(stretch); }

  // The share of the rows that have a value below `number`, which is below size().
  double share_below(std::uint64_t number) const {
    auto [stretch, index] = spot(number);
    auto values = static_cast<double>(this->values(stretch)), before = static_cast<double>(index);
    if (has_pattern(values, before)) {
      std::size_t within = index % pattern_.size();
      before += (within == 0 ? 0 : pattern_[within - 1]) - static_cast<double>(within);
    }
    return masses_.begin(stretch) + mass(stretch) * std::min(before / values, 1.0);
  }
  // Of a value of the stretch, at most.
  double largest_share(std::size_t stretch) const {
    double weight = 1, before = 0;
    for (double sum : pattern_) {
      weight = std::max(weight, sum - before);
      before = sum;
    }
    return mass(stretch) / static_cast<double>(values(stretch)) * (values(stretch) > 1 ? weight : 1);
  }

  // What the values of the stretch have, as multiples of their mean; repeated, if there are more of them.
  Pattern weights(std::size_t stretch) const {
    Pattern weights;
    if (values(stretch) < 2 * pattern_.size()) return {1};
    for (std::size_t i = 0; i < pattern_.size(); ++i) weights.push_back(pattern_[i] - (i == 0 ? 0 : pattern_[i - 1]));
    return weights.empty() ? Pattern{1} : weights;
  }
  // The same, but that no value has more than a share; the others have what that takes away. None: all have too much.
  std::shared_ptr<const Distribution> capped(double share) const;

  // The same, but that one more value, the last, has a share of the rows.
  std::shared_ptr<const Distribution> and_another(double share) const;

  // The chance that two rows have the same value.
  double collision() const { return collision_; }

 private:
  std::shared_ptr<const Distribution> capped(double share, const Pattern& pattern) const;
  std::vector<Stretch> as_stretches() const;
  Pattern as_pattern() const;

  // Not of the last values of a stretch, which are too few for a whole pattern.
  bool has_pattern(double values, double index) const {
    auto size = static_cast<double>(pattern_.size());
    return size > 0 && values >= 2 * size && index < std::floor(values / size) * size;
  }
  // Of values as frequent as the pattern says the one that stands where equally frequent ones would have `index`.
  double patterned(double index) const {
    auto size = static_cast<double>(pattern_.size());
    double block = std::floor(index / size);
    auto within = std::upper_bound(pattern_.begin(), pattern_.end() - 1, index - block * size);
    return block * size + static_cast<double>(within - pattern_.begin());
  }

  std::vector<double> pattern_;       // sums of the weights
  std::vector<std::uint64_t> first_;  // number of each stretch's first value, then their count
  Staircase masses_, numbers_;
  double collision_ = 0;
};

}  // namespace pgrehearse::generators
