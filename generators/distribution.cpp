#include "generators/distribution.hpp"

#include <algorithm>

#include "harness/base/check.hpp"

namespace pgrehearse::generators {
namespace {

// No weight above the limit, where the others can take it; the mean stays.
void level(Pattern& weights, double limit) {
  limit = std::max(limit, 1.001);
  double over = 0, room = 0;
  for (double weight : weights) {
    over += std::max(weight - limit, 0.0);
    room += std::max(limit - weight, 0.0);
  }
  for (double& weight : weights) weight = weight > limit ? limit : weight + (limit - weight) * over / room;
}

}  // namespace

std::vector<Distribution::Step> Distribution::steps_of(const std::vector<Stretch>& stretches) {
  PGR_CHECK(!stretches.empty());
  std::vector<Step> steps(1);
  steps.reserve(stretches.size() + 1);
  for (const Stretch& stretch : stretches)
    steps.push_back({steps.back().share + stretch.mass, steps.back().number + stretch.values});
  return steps;
}

Distribution::Distribution(const std::vector<Stretch>& stretches, const Pattern& pattern)
    : weights_(pattern),
      steps_(steps_of(stretches)),
      by_share_(stretches.size(), [this](std::size_t step) { return steps_[step + 1].share; }),
      by_number_(stretches.size(), [this](std::size_t step) { return steps_[step + 1].number; }) {
  for (const Stretch& stretch : stretches)
    if (!weights_.equal()) kept_.push_back(stretch.kept);
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Pattern weights = this->weights(i);
    double squares = 0;
    for (double weight : weights) squares += weight * weight / static_cast<double>(weights.size());
    collision_ += stretches[i].mass * stretches[i].mass / static_cast<double>(stretches[i].values) * squares;
  }
}

std::vector<Stretch> Distribution::as_stretches() const {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < this->stretches(); ++i)
    stretches.push_back({0, 0, false, false, 0, mass(i), values(i), values(i), kept(i)});
  return stretches;
}

std::shared_ptr<const Distribution> Distribution::and_another(double share) const {
  std::vector<Stretch> stretches = as_stretches();
  for (Stretch& stretch : stretches) stretch.mass *= 1 - share;
  stretches.push_back({0, 0, false, false, kNowhere, share, 1, 1});
  return std::make_shared<Distribution>(stretches, as_pattern());
}

std::shared_ptr<const Distribution> Distribution::capped(double share) const {
  double mass = 0, count = 0;
  for (std::size_t i = 0; i < stretches(); ++i) {
    mass += this->mass(i);
    count += static_cast<double>(values(i));
  }
  // The more even the pattern, the more room there is for what stretches with too much have to give.
  for (double evenness : {1.0, 0.85, 0.7, 0.55, 0.4}) {
    Pattern pattern = as_pattern();
    if (!pattern.empty()) level(pattern, evenness * share * count / mass);
    if (auto made = capped(share, pattern)) return made;
  }
  return nullptr;
}

std::shared_ptr<const Distribution> Distribution::capped(double share, const Pattern& pattern) const {
  std::vector<Stretch> stretches = as_stretches();
  std::vector<double> most;
  double taken = 0, free = 0;
  const Weights levelled(pattern);
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Pattern weights = levelled.relative(first(i), values(i), kept(i));
    most.push_back(share * static_cast<double>(values(i)) / *std::max_element(weights.begin(), weights.end()));
    taken += std::max(mass(i) - most[i], 0.0);
    free += std::max(most[i] - mass(i), 0.0);
  }
  if (taken >= free) return nullptr;
  for (std::size_t i = 0; i < stretches.size(); ++i)
    stretches[i].mass += mass(i) > most[i] ? most[i] - mass(i) : (most[i] - mass(i)) * taken / free;
  return std::make_shared<Distribution>(stretches, pattern);
}

}  // namespace pgrehearse::generators
