// What tells apart the rows of a class, which are counted off from 0 in the order of the table's rows: a different
// number for each, in that order's correlation with the numbers.
#pragma once

#include <cmath>
#include <memory>

#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

// Of `choices` numbers, at least as many as the order has rows: one by chance of each of as many equal parts.
class SpreadOut final : public Pick {
 public:
  SpreadOut(base::Seed seed, Windowed order, std::uint64_t choices)
      : seed_(seed), order_(std::move(order)), choices_(choices) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t part = order_.at(row), first = begin(part);
    return first + seed_.below(part, begin(part + 1) - first);
  }

 private:
  std::uint64_t begin(std::uint64_t part) const {
    return static_cast<std::uint64_t>(base::Wide{part} * choices_ / order_.rows());
  }

  base::Seed seed_;
  Windowed order_;
  std::uint64_t choices_;
};

// One of the digits of such a number.
class DigitOf final : public Pick {
 public:
  DigitOf(PickPtr numbers, std::uint64_t stride, std::uint64_t radix)
      : numbers_(std::move(numbers)), stride_(stride), radix_(radix) {}
  std::uint64_t at(std::uint64_t row) const override { return numbers_->at(row) / stride_ % radix_; }

 private:
  PickPtr numbers_;
  std::uint64_t stride_, radix_;
};

// As the distribution has them, in which no number may have more than one row's share: see for_once().
class OnceEach final : public Pick {
 public:
  OnceEach(Windowed order, std::shared_ptr<const Distribution> distribution)
      : order_(std::move(order)), distribution_(std::move(distribution)) {}
  std::uint64_t at(std::uint64_t row) const override {
    return distribution_->number((static_cast<double>(order_.at(row)) + 0.5) / static_cast<double>(order_.rows()));
  }

 private:
  Windowed order_;
  std::shared_ptr<const Distribution> distribution_;
};

// As near to the distribution as so many rows with different numbers can be; none where there are hardly more numbers.
inline std::shared_ptr<const Distribution> for_once(const Distribution& distribution, std::uint64_t rows) {
  constexpr double less = 1 - 1e-6;  // two rows are a whole share apart
  auto made = distribution.capped(less / static_cast<double>(rows));
  for (std::size_t i = 0; made && i < made->stretches(); ++i)
    if (made->largest_share(i) * static_cast<double>(rows) >= 1) return nullptr;
  return made;
}

// Of rows that have all the numbers, or any of them alike.
inline std::shared_ptr<const Distribution> all_alike(const Distribution& distribution) {
  std::vector<Stretch> stretches = distribution.as_stretches();
  for (Stretch& stretch : stretches)
    stretch.mass = static_cast<double>(stretch.values) / static_cast<double>(distribution.size());
  return std::make_shared<Distribution>(stretches);
}

// What is left of `rows` with a distribution when some of them, with another over the same numbers, are taken away.
inline std::shared_ptr<const Distribution> without(const Distribution& all, double rows, const Distribution& taken,
                                                   double taken_rows) {
  constexpr double least = 1e-9;
  std::vector<Stretch> stretches = all.as_stretches();
  double sum = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    double mass = stretches[i].mass - taken.mass(i) * taken_rows / rows;
    sum += stretches[i].mass = std::max(mass, least);
  }
  for (Stretch& stretch : stretches) stretch.mass /= sum;
  return std::make_shared<Distribution>(stretches, all.as_pattern());
}

}  // namespace pgrehearse::generators
