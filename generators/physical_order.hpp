// How the order of the rows in the table and the order of a column's values go together: pg_stats.correlation.
//
// Columns with doubles: a Gaussian copula of the row's position and the value's rank. Of equal values ANALYZE takes the
// one that stands first as the smaller, so that values without any order have a correlation already, the sum of the
// squares of their shares; what is asked for beyond that decides the copula's strength.
// Columns without doubles, and those whose values all have to come up: shuffles within windows that follow one another.
#pragma once

#include <algorithm>
#include <memory>

#include "generators/distribution.hpp"
#include "generators/normal.hpp"
#include "generators/pick.hpp"

namespace pgrehearse::generators {

// As good as -1 or 1 in the four bytes that pg_stats has for it.
inline bool is_sorted(double correlation) { return std::abs(correlation) > 0.9999995; }

// The correlation that is to come from the order of different values, of what equal ones do not give.
double order_beyond_ties(double correlation, const Distribution& distribution);

// The copula's parameter, -1 to 1, that gives a column of this distribution the correlation.
double strength_for(double correlation, const Distribution& distribution);

// The share of the values that stand below a row's.
class Ranking {
 public:
  Ranking(base::Seed seed, std::uint64_t rows, double strength)
      : seed_(seed),
        last_(std::max<std::uint64_t>(rows, 1) - 1),
        strength_(strength),
        noise_(std::sqrt(std::max(0.0, 1 - strength * strength))) {}
  // Rows behind the last take its place.
  double share(std::uint64_t row) const {
    if (strength_ == 0) return seed_.unit(row);
    double place = (static_cast<double>(std::min(row, last_)) + 0.5) / (static_cast<double>(last_) + 1);
    if (noise_ == 0) return strength_ > 0 ? place : 1 - place;
    double chance = (static_cast<double>(seed_.bits(row) >> 11) + 0.5) * 0x1.0p-53;
    return normal_share(strength_ * normal_quantile(place) + noise_ * normal_quantile(chance));
  }

 private:
  base::Seed seed_;
  std::uint64_t last_;
  double strength_, noise_;
};

// Values by their numbers in a distribution.
class Ranked final : public Pick {
 public:
  Ranked(Ranking ranking, std::shared_ptr<const Distribution> distribution)
      : ranking_(ranking), distribution_(std::move(distribution)) {}
  std::uint64_t at(std::uint64_t row) const override { return distribution_->number(ranking_.share(row)); }

 private:
  Ranking ranking_;
  std::shared_ptr<const Distribution> distribution_;
};

// Each number below `rows` once. Rows from there on keep their own number.
class Windowed final : public Pick {
 public:
  Windowed(base::Seed seed, std::uint64_t rows, double correlation);
  std::uint64_t at(std::uint64_t row) const override {
    if (row >= rows_) return row;
    std::uint64_t start = row / window_ * window_;
    return turned(start + (start == last_start_ ? last_ : full_)(row - start));
  }
  // The row that has the number.
  std::uint64_t row_of(std::uint64_t number) const {
    if (number >= rows_) return number;
    number = turned(number);
    std::uint64_t start = number / window_ * window_;
    return start + (start == last_start_ ? last_ : full_).inverse(number - start);
  }

 private:
  std::uint64_t turned(std::uint64_t number) const { return reversed_ ? rows_ - 1 - number : number; }

  std::uint64_t rows_, window_, last_start_;
  bool reversed_;
  Permutation full_, last_;
};

// Values by their numbers in a distribution, each in exactly its share of the rows.
class Evenly final : public Pick {
 public:
  Evenly(std::shared_ptr<const Windowed> order, std::uint64_t rows, std::shared_ptr<const Distribution> distribution)
      : order_(std::move(order)),
        rows_(static_cast<double>(std::max<std::uint64_t>(rows, 1))),
        distribution_(std::move(distribution)) {}
  std::uint64_t at(std::uint64_t row) const override {
    return distribution_->number(std::min((static_cast<double>(order_->at(row)) + 0.5) / rows_, 1.0));
  }

 private:
  std::shared_ptr<const Windowed> order_;
  double rows_;
  std::shared_ptr<const Distribution> distribution_;
};

}  // namespace pgrehearse::generators
