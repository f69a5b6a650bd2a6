// Sets of different elements, drawn so that each element is in its share of the sets.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "generators/distribution.hpp"
#include "harness/base/random.hpp"

namespace pgrehearse::generators {

// How many elements the sets have, by number: their shares, which sum to 1.
using SetSizes = std::map<std::size_t, double>;
double mean_of(const SetSizes& sizes);

// Immutable, so that threads share it.
class ElementDraw {
 public:
  // `wanted`, by stretch of the elements: how many of its elements a set has. Weights are found with which sets of
  // `sizes` elements have them: drawn one after another, each with its weight and none twice, an element is in a set of
  // m with probability 1 - exp(-l w), where l is such that these sum to m (B. Rosen, Asymptotic theory for successive
  // sampling with varying probabilities without replacement, 1972).
  ElementDraw(std::shared_ptr<const Distribution> elements, std::vector<double> wanted, const SetSizes& sizes);
  // Adds `count` elements to `set`, none that is in it; fewer where there are no more.
  void add(base::Seed seed, std::uint64_t number, std::size_t count, std::vector<std::uint64_t>& set) const;

 private:
  std::shared_ptr<const Distribution> elements_;
  std::unique_ptr<const Staircase> weights_;  // by stretch
  double whole_ = 0;
};

}  // namespace pgrehearse::generators
