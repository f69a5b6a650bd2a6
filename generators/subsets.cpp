#include "generators/subsets.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kMostSizes = 64;

}  // namespace

std::vector<GroupSize> few_sizes(std::vector<GroupSize> sizes) {
  std::sort(sizes.begin(), sizes.end(), [](const GroupSize& a, const GroupSize& b) { return a.rows < b.rows; });
  std::vector<GroupSize> few;
  std::size_t together = (sizes.size() + kMostSizes - 1) / kMostSizes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (i % together == 0) few.push_back({});
    GroupSize& size = few.back();
    double all = size.rows * size.groups + sizes[i].rows * sizes[i].groups;
    size.groups += sizes[i].groups;
    size.rows = size.groups > 0 ? all / size.groups : 0;
  }
  return few;
}

Subsets::Subsets(std::shared_ptr<const Distribution> distribution, const std::vector<GroupSize>& sizes,
                 std::uint64_t spare, std::uint64_t most)
    : distribution_(std::move(distribution)), most_(static_cast<double>(most)) {
  for (std::size_t i = 0; i < distribution_->stretches(); ++i) mass_.push_back(distribution_->mass(i));
  order_.resize(mass_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  sort();
  adjust(sizes, spare);
}

void Subsets::sort() {
  auto weight = [&](std::size_t stretch) {
    return mass_[stretch] / static_cast<double>(distribution_->values(stretch));
  };
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
  values_.assign(1, 0);
  until_.assign(1, 0);
  for (std::size_t stretch : order_) {
    values_.push_back(values_.back() + static_cast<double>(distribution_->values(stretch)));
    until_.push_back(until_.back() + mass_[stretch]);
  }
}

// Those of which a group would take a value too often.
std::size_t Subsets::certain(double rows) const {
  std::size_t low = 0, high = order_.size();
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    double values = values_[middle + 1] - values_[middle], mass = until_[middle + 1] - until_[middle];
    double left = until_.back() - until_[middle];
    bool often = mass * (rows - most_ * values_[middle]) >= left * values * most_ * (1 - 1e-6);
    (often ? low : high) = often ? middle + 1 : middle;
  }
  return low;
}

// What every group has as often as it can comes no more often, whatever its weight; the weights of the others make up
// for it.
void Subsets::adjust(const std::vector<GroupSize>& sizes, std::uint64_t spare) {
  constexpr int rounds = 60;
  constexpr double enough = 0.002, haste = 1.5;
  constexpr double farthest = 100;  // what is in all groups would become ever heavier
  double rows = 0;
  for (const GroupSize& size : sizes) rows += size.rows * size.groups;
  for (int round = 0; round < rounds && rows > 0; ++round) {
    std::vector<double> found(mass_.size(), 0);
    for (const GroupSize& size : sizes) {
      std::size_t heavy = certain(size.rows + static_cast<double>(spare));
      double left = until_.back() - until_[heavy];
      double each = left > 0 ? std::max(0.0, size.rows - most_ * values_[heavy]) / left : 0;
      for (std::size_t i = 0; i < order_.size(); ++i)
        found[order_[i]] += size.groups * (i < heavy ? std::clamp(size.rows - most_ * values_[i], 0.0,
                                                                  most_ * (values_[i + 1] - values_[i]))
                                                     : each * mass_[order_[i]]);
    }
    double wrong = 0;
    for (std::size_t i = 0; i < mass_.size(); ++i) {
      if (found[i] <= 0) continue;
      double times = distribution_->mass(i) * rows / found[i];
      wrong += std::abs(found[i] / rows - distribution_->mass(i));
      mass_[i] = std::clamp(mass_[i] * std::pow(times, haste), distribution_->mass(i) / farthest,
                            distribution_->mass(i) * farthest);
    }
    if (wrong < enough) return;
    sort();
  }
}

double Subsets::end_of(std::size_t place, double values) const {
  double all = values_[place + 1] - values_[place];
  return values < all ? until_[place] + (until_[place + 1] - until_[place]) * values / all : until_[place + 1];
}

Subsets::Row Subsets::at(std::uint64_t index, std::uint64_t rows, double unit) const {
  std::size_t heavy = certain(static_cast<double>(rows));
  auto most = static_cast<std::uint64_t>(most_);
  std::uint64_t sure = heavy == 0 ? 0 : static_cast<std::uint64_t>(values_[heavy]) * most;
  if (index < sure) {
    std::uint64_t value = index / most;
    auto above = std::upper_bound(values_.begin(), values_.end(), static_cast<double>(value));
    auto place = static_cast<std::size_t>(above - values_.begin()) - 1;
    value -= static_cast<std::uint64_t>(values_[place]);
    return {distribution_->first(order_[place]) + value, index % most, most};
  }
  // From somewhere on and around, so that the last rows of groups are not all of the lightest values.
  std::uint64_t others = rows - sure, turn = static_cast<std::uint64_t>(unit * 4096) % others;
  double chance = 1e-6 + (1 - 2e-6) * (unit * 4096 - std::floor(unit * 4096));
  double from = until_[heavy], scale = static_cast<double>(others) / (until_.back() - from);
  auto step = static_cast<double>((index - sure + turn) % others);
  double at = from + (step + chance) / scale;
  auto above = std::upper_bound(until_.begin() + static_cast<std::ptrdiff_t>(heavy) + 1, until_.end() - 1, at);
  auto place = static_cast<std::size_t>(above - until_.begin()) - 1;
  double values = values_[place + 1] - values_[place];
  double value = std::floor((at - until_[place]) / (until_[place + 1] - until_[place]) * values);
  value = std::clamp(value, 0.0, values - 1);
  // A value's steps go from where it begins to where the next one does. Both ways of looking are rounded.
  auto begin = [&](double value) {
    return std::clamp(std::ceil((end_of(place, value) - from) * scale - chance), 0.0, static_cast<double>(others));
  };
  while (step < begin(value)) {
    if (value > 0) {
      --value;
    } else {
      --place;
      value = values_[place + 1] - values_[place] - 1;
    }
  }
  while (step >= begin(value + 1)) {
    if (++value < values_[place + 1] - values_[place]) continue;
    value = 0;
    ++place;
  }
  double first = begin(value);
  return {distribution_->first(order_[place]) + static_cast<std::uint64_t>(value),
          static_cast<std::uint64_t>(step - first), static_cast<std::uint64_t>(begin(value + 1) - first)};
}

std::vector<GroupSize> Subsets::within(const std::vector<GroupSize>& sizes) const {
  std::vector<GroupSize> inner;
  for (const GroupSize& size : sizes) {
    std::size_t heavy = certain(size.rows);
    if (heavy > 0) inner.push_back({most_, size.groups * values_[heavy]});
    double left = until_.back() - until_[heavy];
    double each = left > 0 ? std::max(0.0, size.rows - most_ * values_[heavy]) / left : 0;
    for (std::size_t i = heavy; i < order_.size(); ++i) {
      double values = values_[i + 1] - values_[i], rows = each * mass_[order_[i]] / values, whole = std::floor(rows);
      if (whole > 0) inner.push_back({whole, size.groups * values * (1 - (rows - whole))});
      if (rows > whole) inner.push_back({whole + 1, size.groups * values * (rows - whole)});
    }
  }
  return few_sizes(std::move(inner));
}

}  // namespace pgrehearse::generators
