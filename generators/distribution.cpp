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

Distribution::Distribution(const std::vector<Stretch>& stretches)
    : masses_(sums(stretches, [](const Stretch& stretch) { return stretch.mass; })),
      numbers_(sums(stretches, [](const Stretch& stretch) { return static_cast<double>(stretch.values); })) {
  first_.push_back(0);
  for (const Stretch& stretch : stretches) first_.push_back(first_.back() + stretch.values);
}

double Distribution::collision() const {
  double sum = 0;
  for (std::size_t i = 0; i < stretches(); ++i) sum += mass(i) * mass(i) / static_cast<double>(values(i));
  return sum;
}

}  // namespace pgrehearse::generators
