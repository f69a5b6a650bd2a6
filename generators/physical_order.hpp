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
    return normal_->share(strength_ * normal_->quantile(place) + noise_ * normal_->quantile(chance));
  }

 private:
  const NormalTable* normal_ = &NormalTable::get();
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
    return turned(start + shuffle(start)(row - start));
  }
  // The row that has the number.
  std::uint64_t row_of(std::uint64_t number) const {
    if (number >= rows_) return number;
    number = turned(number);
    std::uint64_t start = number / window_ * window_;
    return start + shuffle(start).inverse(number - start);
  }

  struct Window {
    std::uint64_t start, size;
    bool has(std::uint64_t row) const { return row - start < size; }
  };
  // Rows behind the last begin again at the first.
  Window window(std::uint64_t row) const {
    std::uint64_t start = row % rows_ / window_ * window_;
    return {start, shuffle(start).size()};
  }
  // Where in its window the row's number stands.
  std::uint64_t within(std::uint64_t row, Window window) const {
    return shuffle(window.start)((window.has(row) ? row : row % rows_) - window.start);
  }
  // The row that stands there.
  std::uint64_t row_at(Window window, std::uint64_t within) const {
    return window.start + shuffle(window.start).inverse(within);
  }
  std::uint64_t rows() const { return rows_; }
  bool reversed() const { return reversed_; }

 private:
  const Permutation& shuffle(std::uint64_t start) const { return start == last_start_ ? last_ : full_; }
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
      : order_(std::move(order)), shown_share_(1 - null_fraction), distribution_(std::move(distribution)) {
    all_shown_ = static_cast<double>(std::max<std::uint64_t>(shown(order_->rows()), 1));
  }
  // Never NULL: see draw_some().
  std::uint64_t at(std::uint64_t row) const override {
    const Part part = part_of(order_->window(row));
    return distribution_->number(share(part, order_->within(row, part.window)));
  }
  void draw(std::span<Draw> rows) const override { draw_rows<false>(rows); }
  // The same, but kNone where a row is to be NULL.
  void draw_some(std::span<Draw> rows) const { draw_rows<true>(rows); }
  // A row that has the number, if any has.
  std::uint64_t row_of(std::uint64_t number) const {
    const double below = distribution_->share_below(number);
    const double above = number + 1 < distribution_->size() ? distribution_->share_below(number + 1) : 1;
    const double share = order_->reversed() ? 1 - (below + above) / 2 : (below + above) / 2;
    const double place = std::round(all_shown_ * share - 0.5);
    const auto shown = static_cast<std::uint64_t>(std::clamp(place, 0.0, all_shown_ - 1));
    auto row = static_cast<std::uint64_t>(static_cast<double>(shown) / std::max(shown_share_, 1e-9));
    Part part = part_of(order_->window(std::min(row, order_->rows() - 1)));
    while (shown < part.before && part.window.start > 0) part = part_of(order_->window(part.window.start - 1));
    while (shown >= part.before + part.shown && part.window.start + part.window.size < order_->rows())
      part = part_of(order_->window(part.window.start + part.window.size));
    return order_->row_at(part.window, shown - part.before);
  }
  bool null(std::uint64_t row) const {
    const Part part = part_of(order_->window(row));
    return order_->within(row, part.window) >= part.shown;
  }

 private:
  struct Part {
    Windowed::Window window;
    std::uint64_t before, shown;  // how many rows are not NULL: before the window, in it
  };

  template <bool some>
  void draw_rows(std::span<Draw> rows) const {
    std::array<double, kDrawnAtOnce> shares;
    Part part = part_of(order_->window(0));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      shares[i] = 0;
      if (rows[i].number == kNone) continue;
      if (!part.window.has(rows[i].number)) part = part_of(order_->window(rows[i].number));
      const std::uint64_t within = order_->within(rows[i].number, part.window);
      if (some && within >= part.shown) rows[i].number = kNone;
      shares[i] = share(part, within);
    }
    distribution_->draw(shares, rows);
  }
  Part part_of(Windowed::Window window) const {
    const std::uint64_t before = shown(window.start);
    return {window, before, shown(window.start + window.size) - before};
  }
  double share(const Part& part, std::uint64_t within) const {
    if (within >= part.shown) within = part.shown == 0 ? 0 : within % part.shown;
    const double share = std::min((static_cast<double>(part.before + within) + 0.5) / all_shown_, 1.0);
    return order_->reversed() ? 1 - share : share;
  }
  // How many of the first rows are not NULL.
  std::uint64_t shown(std::uint64_t rows) const {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(rows) * shown_share_));
  }

  std::shared_ptr<const Windowed> order_;
  double shown_share_, all_shown_;
  std::shared_ptr<const Distribution> distribution_;
};

// NULL where evenly chosen values are.
class EvenlyNull final : public Pick {
 public:
  explicit EvenlyNull(std::shared_ptr<const Evenly> evenly) : evenly_(std::move(evenly)) {}
  std::uint64_t at(std::uint64_t row) const override { return evenly_->null(row) ? kNone : evenly_->at(row); }
  void draw(std::span<Draw> rows) const override { evenly_->draw_some(rows); }

 private:
  std::shared_ptr<const Evenly> evenly_;
};

}  // namespace pgrehearse::generators
