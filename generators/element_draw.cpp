#include "generators/element_draw.hpp"

#include <algorithm>
#include <cmath>

namespace pgrehearse::generators {
namespace {

// Elements with about the same share.
struct Class {
  double count = 0, wanted = 0, weight = 0;  // of each
};

// The factor with which sets of `size` have that many elements.
double intensity(const std::vector<Class>& classes, double size) {
  double low = -60, high = 60;  // logarithms
  for (int i = 0; i < 40; ++i) {
    double middle = (low + high) / 2, factor = std::exp(middle), sum = 0;
    for (const Class& each : classes) sum -= each.count * std::expm1(-factor * each.weight);
    (sum < size ? low : high) = middle;
  }
  return std::exp(low);
}

// At most so many classes, however many elements there are; and sizes.
constexpr double kPerLogarithm = 60;
constexpr std::size_t kMostSizes = 24;

std::vector<std::pair<double, double>> few(const SetSizes& sizes) {
  std::vector<std::pair<double, double>> groups;
  double share = 0, sum = 0, whole = 0;
  for (auto [size, each] : sizes) {
    share += each;
    sum += each * static_cast<double>(size);
    whole += each;
    if (share <= 0 || (share < 1.0 / kMostSizes && sizes.size() > kMostSizes && whole < 1 - 1e-9)) continue;
    groups.emplace_back(sum / share, share);
    share = sum = 0;
  }
  return groups;
}

void find_weights(std::vector<Class>& classes, const SetSizes& sizes) {
  double all = 0;
  for (Class& each : classes) {
    each.weight = each.wanted;
    all += each.count;
  }
  const auto groups = few(sizes);
  constexpr int rounds = 16;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> found(classes.size(), 0);
    for (auto [size, share] : groups) {
      double factor = intensity(classes, std::min(size, 0.999 * all));
      for (std::size_t i = 0; i < classes.size(); ++i) found[i] -= share * std::expm1(-factor * classes[i].weight);
    }
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (found[i] > 0) classes[i].weight *= classes[i].wanted / found[i];
  }
}

}  // namespace

double mean_of(const SetSizes& sizes) {
  double sum = 0;
  for (auto [size, share] : sizes) sum += share * static_cast<double>(size);
  return sum;
}

ElementDraw::ElementDraw(std::shared_ptr<const Distribution> elements, std::vector<double> wanted,
                         const SetSizes& sizes)
    : elements_(std::move(elements)) {
  double sum = 0, mean = mean_of(sizes);
  for (double each : wanted) sum += each;
  std::map<int, Class> classes;
  std::vector<int> class_of(wanted.size(), 0);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto count = static_cast<double>(elements_->values(i));
    constexpr double most = 0.995;
    double each = sum > 0 && mean > 0 ? std::min(wanted[i] / count * mean / sum, most) : 1;
    class_of[i] = static_cast<int>(std::floor(std::log(std::max(each, 1e-15)) * kPerLogarithm));
    Class& same = classes[class_of[i]];
    same.wanted = (same.wanted * same.count + each * count) / (same.count + count);
    same.count += count;
  }
  std::vector<Class> list;
  for (const auto& [key, each] : classes) list.push_back(each);
  if (mean > 0) find_weights(list, sizes);
  std::size_t at = 0;
  for (auto& [key, each] : classes) each.weight = mean > 0 ? list[at++].weight : 1;
  std::vector<double> ends;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    ends.push_back(whole_ += classes[class_of[i]].weight * static_cast<double>(elements_->values(i)));
  weights_ = std::make_unique<Staircase>(std::move(ends));
}

void ElementDraw::add(base::Seed seed, std::uint64_t number, std::size_t count, std::vector<std::uint64_t>& set) const {
  const std::uint64_t size = elements_->size();
  std::uint64_t bits = seed.bits(number);
  const std::size_t before = set.size(),
                    wanted = static_cast<std::size_t>(std::min<std::uint64_t>(before + count, size));
  auto has = [&](std::uint64_t element) { return std::find(set.begin(), set.end(), element) != set.end(); };
  while (set.size() < wanted) {
    constexpr int tries = 64;  // then the next one that is not there
    std::uint64_t element = 0;
    for (int i = 0; i < tries; ++i) {
      bits = base::mix64(bits);
      std::size_t stretch = weights_->at(static_cast<double>(bits >> 11) * 0x1.0p-53 * whole_);
      auto within = static_cast<std::uint64_t>(base::Wide{base::mix64(bits ^ 1)} * elements_->values(stretch) >> 64);
      element = elements_->first(stretch) + within;
      if (!has(element)) break;
    }
    while (has(element)) element = element + 1 == size ? 0 : element + 1;
    set.push_back(element);
  }
}

}  // namespace pgrehearse::generators
