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

// The copula's parameter, -1 to 1, that gives a column of this distribution the correlation.
double strength_for(double correlation, const Distribution& distribution);

// The same for windows: the correlation that they are to give to values without doubles.
double order_for(double correlation, const Distribution& distribution);

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
  void draw(std::span<Draw> rows) const override {
    std::array<double, kDrawnAtOnce> shares;
    for (std::size_t i = 0; i < rows.size(); ++i) shares[i] = ranking_.share(rows[i].number);
    distribution_->draw(shares, rows);
  }

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

  struct Place {
    std::uint64_t start, size, within;  // of its window, in it
  };
  Place place(std::uint64_t row) const {
    std::uint64_t start = row % rows_ / window_ * window_;
    const Permutation& shuffle = start == last_start_ ? last_ : full_;
    return {start, shuffle.size(), shuffle(row % rows_ - start)};
  }
  std::uint64_t rows() const { return rows_; }
  bool reversed() const { return reversed_; }

 private:
  std::uint64_t turned(std::uint64_t number) const { return reversed_ ? rows_ - 1 - number : number; }

  std::uint64_t rows_, window_, last_start_;
  bool reversed_;
  Permutation full_, last_;
};

// Values by their numbers in a distribution, each in exactly its share of the rows that are not NULL; NULL is exactly
// its share of the rows, too.
class Evenly final : public Pick {
 public:
  Evenly(std::shared_ptr<const Windowed> order, double null_fraction, std::shared_ptr<const Distribution> distribution)
      : order_(std::move(order)), shown_share_(1 - null_fraction), distribution_(std::move(distribution)) {}
  // Never NULL: see null().
  std::uint64_t at(std::uint64_t row) const override { return distribution_->number(share(row)); }
  void draw(std::span<Draw> rows) const override {
    std::array<double, kDrawnAtOnce> shares;
    for (std::size_t i = 0; i < rows.size(); ++i) shares[i] = share(rows[i].number);
    distribution_->draw(shares, rows);
  }
  bool null(std::uint64_t row) const {
    auto [start, size, within] = order_->place(row);
    return within >= shown(start + size) - shown(start);
  }

 private:
  double share(std::uint64_t row) const {
    auto [start, size, within] = order_->place(row);
    std::uint64_t first = shown(start), count = shown(start + size) - first;
    double index = static_cast<double>(first + (count == 0 ? 0 : within % count)) + 0.5;
    double share = std::min(index / static_cast<double>(std::max<std::uint64_t>(shown(order_->rows()), 1)), 1.0);
    return order_->reversed() ? 1 - share : share;
  }
  // How many of the first rows are not NULL.
  std::uint64_t shown(std::uint64_t rows) const {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(rows) * shown_share_));
  }

  std::shared_ptr<const Windowed> order_;
  double shown_share_;
  std::shared_ptr<const Distribution> distribution_;
};

// NULL where evenly chosen values are.
class EvenlyNull final : public Pick {
 public:
  explicit EvenlyNull(std::shared_ptr<const Evenly> evenly) : evenly_(std::move(evenly)) {}
  std::uint64_t at(std::uint64_t row) const override { return evenly_->null(row) ? kNone : evenly_->at(row); }
  void draw(std::span<Draw> rows) const override {
    for (Draw& row : rows)
      if (evenly_->null(row.number)) row.number = kNone;
    evenly_->draw(rows);
  }

 private:
  std::shared_ptr<const Evenly> evenly_;
};

}  // namespace pgrehearse::generators
