// How often each of a column's values comes, the values being numbered in ascending order.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "generators/draw.hpp"
#include "generators/staircase.hpp"
#include "generators/stretches.hpp"

namespace pgrehearse::generators {

// Immutable, so that threads share it.
class Distribution {
 public:
  // With masses that sum to 1, and at least one.
  explicit Distribution(const std::vector<Stretch>& stretches, const Pattern& pattern = {});

  std::uint64_t size() const { return steps_.back().number; }
  std::size_t stretches() const { return steps_.size() - 1; }
  // The value below which a share 0 <= share < 1 of the rows lies.
  std::uint64_t number(double share) const { return draw(share).number; }
  Draw draw(double share) const {
    std::size_t stretch = by_share_.at(share, [this](std::size_t step) { return steps_[step + 1].share; });
    const std::uint64_t first = this->first(stretch), last = this->first(stretch + 1) - 1;
    const double part = (share - steps_[stretch].share) / mass(stretch) * weight(stretch);
    const std::uint64_t number = weights_.equal()
                                     ? first + static_cast<std::uint64_t>(std::max(part, 0.0))
                                     : weights_.at(weights_.below(first, kept(stretch)) + part, kept(stretch));
    return {std::clamp(number, first, last), static_cast<std::uint32_t>(stretch)};
  }
  // The same of as many shares as there are draws, at most kDrawnAtOnce; those that are kNone stay so.
  void draw(const std::array<double, kDrawnAtOnce>& shares, std::span<Draw> draws) const {
    for (std::size_t i = 0; i < draws.size(); ++i) expect(by_share_.place(shares[i]));
    for (std::size_t i = 0; i < draws.size(); ++i) expect(&steps_[by_share_.middle(shares[i]) + 1]);
    for (std::size_t i = 0; i < draws.size(); ++i)
      if (draws[i].number != kNone) draws[i] = draw(shares[i]);
  }

  struct Spot {
    std::size_t stretch;
    std::uint64_t index;  // among the values of the stretch
  };
  // number < size()
  Spot spot(std::uint64_t number) const { return spot({number, 0}); }
  Spot spot(Draw draw) const {
    std::size_t stretch = draw.hint;
    bool there = stretch < stretches() && first(stretch) <= draw.number && draw.number < first(stretch + 1);
    if (!there) stretch = by_number_.at(draw.number, [this](std::size_t step) { return steps_[step + 1].number; });
    return {stretch, draw.number - first(stretch)};
  }
  std::uint64_t first(std::size_t stretch) const { return steps_[stretch].number; }
  std::uint64_t values(std::size_t stretch) const { return first(stretch + 1) - first(stretch); }
  double mass(std::size_t stretch) const { return steps_[stretch + 1].share - steps_[stretch].share; }

  // The share of the rows that have a value below `number`, which is below size().
  double share_below(std::uint64_t number) const {
    const std::size_t stretch = spot(number).stretch;
    const double part = weights_.of_all(first(stretch), number - first(stretch), kept(stretch)) / weight(stretch);
    return steps_[stretch].share + mass(stretch) * std::min(part, 1.0);
  }
  // Of a value of the stretch, at most.
  double largest_share(std::size_t stretch) const {
    const Pattern weights = this->weights(stretch);
    return mass(stretch) / static_cast<double>(values(stretch)) * *std::max_element(weights.begin(), weights.end());
  }

  // What the values of the stretch have, as multiples of their mean; repeated, if there are more of them.
  Pattern weights(std::size_t stretch) const {
    return weights_.relative(first(stretch), values(stretch), kept(stretch));
  }
  // The same, but that no value has more than a share; the others have what that takes away. None: all have too much.
  std::shared_ptr<const Distribution> capped(double share) const;

  // The same, but that one more value, the last, has a share of the rows.
  std::shared_ptr<const Distribution> and_another(double share) const;

  // The chance that two rows have the same value.
  double collision() const { return collision_; }

  // What it was made of, as far as the number of different values depends on it.
  std::vector<Stretch> as_stretches() const;
  const Pattern& as_pattern() const { return weights_.pattern(); }

 private:
  // Side by side, as they are needed together.
  struct Step {
    double share = 0;          // of the rows that have a value below the stretch
    std::uint64_t number = 0;  // of its first value
  };

  static std::vector<Step> steps_of(const std::vector<Stretch>& stretches);
  std::shared_ptr<const Distribution> capped(double share, const Pattern& pattern) const;

  double kept(std::size_t stretch) const { return kept_.empty() ? 1 : kept_[stretch]; }
  double weight(std::size_t stretch) const { return weights_.of_all(first(stretch), values(stretch), kept(stretch)); }

  Weights weights_;           // of the values of each stretch
  std::vector<double> kept_;  // of the weights, by stretch; empty where they are equal
  std::vector<Step> steps_;   // by stretch, then the end of them all
  Guide by_share_, by_number_;
  double collision_ = 0;
};

}  // namespace pgrehearse::generators
