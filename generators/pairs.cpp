#include "generators/pairs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kMostSizes = 64;
constexpr std::uint64_t kSpare = 2;  // rows of each group

// Alike ones together, until they are few.
std::vector<GroupSize> sizes_of(const Distribution& first, double rows) {
  std::vector<GroupSize> sizes;
  for (std::size_t i = 0; i < first.stretches(); ++i) {
    auto groups = static_cast<double>(first.values(i));
    Pattern weights = first.weights(i);
    for (double weight : weights) {
      double size = rows * first.mass(i) / groups * weight, whole = std::floor(size);
      double like_it = groups / static_cast<double>(weights.size());
      if (whole > 0) sizes.push_back({whole, like_it * (1 - (size - whole))});
      if (size > whole) sizes.push_back({whole + 1, like_it * (size - whole)});
    }
  }
  std::sort(sizes.begin(), sizes.end(), [](const GroupSize& a, const GroupSize& b) { return a.rows < b.rows; });
  std::vector<GroupSize> few;
  std::size_t together = (sizes.size() + kMostSizes - 1) / kMostSizes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (i % together == 0) few.push_back({});
    GroupSize& size = few.back();
    double all = size.rows * size.groups + sizes[i].rows * sizes[i].groups;
    size.groups += sizes[i].groups;
    size.rows = all / size.groups;
  }
  return few;
}

}  // namespace

Subsets::Subsets(std::shared_ptr<const Distribution> distribution, const std::vector<GroupSize>& sizes,
                 std::uint64_t spare)
    : distribution_(std::move(distribution)) {
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

// Those of which a group would take a value more than once.
std::size_t Subsets::certain(double rows) const {
  std::size_t low = 0, high = order_.size();
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    double values = values_[middle + 1] - values_[middle], mass = until_[middle + 1] - until_[middle];
    bool often = mass * (rows - values_[middle]) >= (until_.back() - until_[middle]) * values * (1 - 1e-6);
    (often ? low : high) = often ? middle + 1 : middle;
  }
  return low;
}

// What is in every group anyway comes no more often, whatever its weight; the weights of the others make up for it.
void Subsets::adjust(const std::vector<GroupSize>& sizes, std::uint64_t spare) {
  constexpr int rounds = 60;
  constexpr double enough = 0.002, haste = 1.5;
  constexpr double farthest = 100;  // what is in all groups would become ever heavier
  double rows = 0;
  for (const GroupSize& size : sizes) rows += size.rows * size.groups;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> found(mass_.size(), 0);
    for (const GroupSize& size : sizes) {
      std::size_t heavy = certain(size.rows + static_cast<double>(spare));
      double left = until_.back() - until_[heavy];
      double each = left > 0 ? std::max(0.0, size.rows - values_[heavy]) / left : 0;
      for (std::size_t i = 0; i < order_.size(); ++i)
        found[order_[i]] +=
            size.groups * (i < heavy ? std::clamp(size.rows - values_[i], 0.0, values_[i + 1] - values_[i])
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

std::uint64_t Subsets::at(std::uint64_t index, std::uint64_t rows, double unit) const {
  std::size_t heavy = certain(static_cast<double>(rows));
  auto sure = static_cast<std::uint64_t>(values_[heavy]);
  if (index < sure) {
    auto place = std::upper_bound(values_.begin(), values_.end(), static_cast<double>(index)) - values_.begin() - 1;
    return distribution_->first(order_[static_cast<std::size_t>(place)]) +
           (index - static_cast<std::uint64_t>(values_[static_cast<std::size_t>(place)]));
  }
  // From somewhere on and around, so that the last rows of groups are not all of the lightest values.
  std::uint64_t others = rows - sure, turn = static_cast<std::uint64_t>(unit * 4096) % others;
  double chance = unit * 4096 - std::floor(unit * 4096);
  double step = static_cast<double>((index - sure + turn) % others) + 1e-6 + (1 - 2e-6) * chance;
  double at = until_[heavy] + (until_.back() - until_[heavy]) * step / static_cast<double>(others);
  auto above = std::upper_bound(until_.begin() + static_cast<std::ptrdiff_t>(heavy) + 1, until_.end() - 1, at);
  auto place = static_cast<std::size_t>(above - until_.begin()) - 1;
  double values = values_[place + 1] - values_[place];
  double within = (at - until_[place]) / (until_[place + 1] - until_[place]) * values;
  return distribution_->first(order_[place]) + static_cast<std::uint64_t>(std::clamp(within, 0.0, values - 1));
}

std::shared_ptr<const Pairs> Pairs::make(base::Seed seed, std::shared_ptr<const Windowed> order,
                                         std::shared_ptr<const Distribution> first,
                                         std::shared_ptr<const Distribution> second) {
  auto rows = static_cast<double>(order->rows());
  auto there = static_cast<double>(second->size());
  auto largest = [&] {
    double largest = 0;
    for (std::size_t i = 0; i < first->stretches(); ++i) largest = std::max(largest, first->largest_share(i));
    return std::floor(rows * largest * (1 - 1e-9)) + 1;
  };
  // Chance may have shown more rows of a value in a sample than there can be.
  if (largest() > there) first = there < 2 ? nullptr : first->capped((there - 1) / rows);
  if (!first || largest() > there) return nullptr;
  std::uint64_t spare = largest() + static_cast<double>(kSpare) <= there ? kSpare : 0;
  auto sizes = sizes_of(*first, rows);
  return std::shared_ptr<const Pairs>(
      new Pairs(seed, std::move(order), std::move(first), std::move(second), sizes, spare));
}

std::uint64_t Pairs::begin(std::uint64_t number) const {
  if (number >= first_->size()) return order_->rows();
  return static_cast<std::uint64_t>(std::ceil(first_->share_below(number) * static_cast<double>(order_->rows()) - 0.5));
}

Pairs::Numbers Pairs::at(std::uint64_t row) const {
  std::uint64_t number, index;
  if (row < order_->rows()) {
    std::uint64_t place = order_->at(row);
    number = first_->number((static_cast<double>(place) + 0.5) / static_cast<double>(order_->rows()));
    // Both are rounded.
    while (number > 0 && place < begin(number)) --number;
    while (place >= begin(number + 1)) ++number;
    index = place - begin(number);
  } else {
    std::uint64_t further = row - order_->rows();
    number = further % first_->size();
    index = begin(number + 1) - begin(number) + further / first_->size();
  }
  std::uint64_t rows = begin(number + 1) - begin(number) + spare_;
  return {number, seconds_.at(index, rows, seed_.unit(number))};
}

}  // namespace pgrehearse::generators
