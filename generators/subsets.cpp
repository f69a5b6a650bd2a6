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
                 std::uint64_t most)
    : distribution_(std::move(distribution)), most_(static_cast<double>(most)) {
  for (std::size_t i = 0; i < distribution_->stretches(); ++i) mass_.push_back(distribution_->mass(i));
  order_.resize(mass_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  sort();
  adjust(sizes);
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
void Subsets::adjust(const std::vector<GroupSize>& sizes) {
  constexpr int rounds = 60;
  constexpr double enough = 0.002, haste = 1.5;
  constexpr double farthest = 10'000;  // what is in all groups would become ever heavier
  double rows = 0;
  for (const GroupSize& size : sizes) rows += size.rows * size.groups;
  for (int round = 0; round < rounds && rows > 0; ++round) {
    std::vector<double> found(mass_.size(), 0);
    for (const GroupSize& size : sizes) {
      std::size_t heavy = certain(size.rows);
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

// What the rows of one group take: first the values that every group has, then one after each step.
class Subsets::Sample {
 public:
  Sample(const Subsets& all, std::uint64_t rows, double unit)
      : all_(all), most_(static_cast<std::uint64_t>(all.most_)), heavy_(all.certain(static_cast<double>(rows))) {
    sure_ = heavy_ == 0 ? 0 : static_cast<std::uint64_t>(all_.values_[heavy_]) * most_;
    others_ = rows - sure_;
    // From somewhere on and around, so that the last rows of groups are not all of the lightest values.
    turn_ = others_ == 0 ? 0 : static_cast<std::uint64_t>(unit * 4096) % others_;
    chance_ = 1e-6 + (1 - 2e-6) * (unit * 4096 - std::floor(unit * 4096));
    from_ = all_.until_[heavy_];
    scale_ = others_ == 0 ? 0 : static_cast<double>(others_) / (all_.until_.back() - from_);
  }

  Row taken(std::uint64_t index) const {
    if (index < sure_) return {number(place_of(index / most_)), index % most_, most_};
    auto step = static_cast<double>((index - sure_ + turn_) % others_);
    double at = from_ + (step + chance_) / scale_;
    auto above =
        std::upper_bound(all_.until_.begin() + static_cast<std::ptrdiff_t>(heavy_) + 1, all_.until_.end() - 1, at);
    Place place{static_cast<std::size_t>(above - all_.until_.begin()) - 1, 0};
    double width = all_.until_[place.stretch + 1] - all_.until_[place.stretch];
    place.value = std::floor((at - all_.until_[place.stretch]) / width * values(place));
    place.value = std::clamp(place.value, 0.0, values(place) - 1);
    // Both ways of looking are rounded.
    while (step < begin(place)) move(place, -1);
    while (step >= end(place)) move(place, +1);
    return {number(place), static_cast<std::uint64_t>(step - begin(place)), count(place)};
  }

  // From the lightest value on.
  Row left(std::uint64_t index) const {
    Place place{all_.order_.size() - 1, 0};
    for (place.value = values(place) - 1;; move(place, -1)) {
      const std::uint64_t taken = count(place), free = most_ - std::min(taken, most_);
      if (index < free) return {number(place), taken + index, taken};
      index -= free;
    }
  }

 private:
  struct Place {
    std::size_t stretch;  // in order
    double value;         // of the stretch's
  };

  double values(Place place) const { return all_.values_[place.stretch + 1] - all_.values_[place.stretch]; }
  Place place_of(std::uint64_t value) const {
    auto above = std::upper_bound(all_.values_.begin(), all_.values_.end(), static_cast<double>(value));
    auto stretch = static_cast<std::size_t>(above - all_.values_.begin()) - 1;
    return {stretch, static_cast<double>(value) - all_.values_[stretch]};
  }
  std::uint64_t number(Place place) const {
    return all_.distribution_->first(all_.order_[place.stretch]) + static_cast<std::uint64_t>(place.value);
  }
  // To the value beside it, perhaps of the stretch beside it.
  void move(Place& place, int direction) const {
    place.value += direction;
    if (place.value < 0) {
      --place.stretch;
      place.value = values(place) - 1;
    } else if (place.value >= values(place)) {
      ++place.stretch;
      place.value = 0;
    }
  }

  // A value's steps go from where it begins to where the next one does.
  double begin(Place place) const { return step_at(all_.end_of(place.stretch, place.value)); }
  double end(Place place) const { return step_at(all_.end_of(place.stretch, place.value + 1)); }
  double step_at(double mass) const {
    return std::clamp(std::ceil((mass - from_) * scale_ - chance_), 0.0, static_cast<double>(others_));
  }
  // Of the rows, those with the value.
  std::uint64_t count(Place place) const {
    return place.stretch < heavy_ ? most_ : static_cast<std::uint64_t>(end(place) - begin(place));
  }

  const Subsets& all_;
  std::uint64_t most_;
  std::size_t heavy_;
  std::uint64_t sure_, others_, turn_;
  double chance_, from_, scale_;
};

Subsets::Row Subsets::at(std::uint64_t index, std::uint64_t rows, double unit) const {
  const Sample sample(*this, rows, unit);
  return index < rows ? sample.taken(index) : sample.left(index - rows);
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
