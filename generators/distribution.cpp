#include "generators/distribution.hpp"

#include "harness/base/check.hpp"

namespace pgrehearse::generators {
namespace {

template <class Share>
std::vector<double> sums(const std::vector<Stretch>& stretches, Share share) {
  PGR_CHECK(!stretches.empty());
  std::vector<double> ends;
  double sum = 0;
  for (const Stretch& stretch : stretches) ends.push_back(sum += share(stretch));
  return ends;
}

}  // namespace

Distribution::Distribution(const std::vector<Stretch>& stretches, const Pattern& pattern)
    : masses_(sums(stretches, [](const Stretch& stretch) { return stretch.mass; })),
      numbers_(sums(stretches, [](const Stretch& stretch) { return static_cast<double>(stretch.values); })) {
  double sum = 0, squares = 0;
  for (double weight : pattern) {
    pattern_.push_back(sum += weight);
    squares += weight * weight / static_cast<double>(pattern.size());
  }
  first_.push_back(0);
  for (const Stretch& stretch : stretches) {
    first_.push_back(first_.back() + stretch.values);
    double alike = stretch.mass * stretch.mass / static_cast<double>(stretch.values);
    collision_ += follows(stretch, pattern) ? alike * squares : alike;
  }
}

}  // namespace pgrehearse::generators
