// Which of the parent's rows a row points at, so that the child's column shows its statistics: how many children the
// most popular parents have, how many parents have any, and how the children of one parent lie together.
#pragma once

#include <functional>
#include <optional>

#include "generators/pick.hpp"
#include "generators/shape.hpp"
#include "generators/statistical_column.hpp"

namespace pgrehearse::generators {

struct Parents {
  std::uint64_t rows = 0;
  const ColumnStatistics* statistics = nullptr;  // of the column that is pointed at; may be null
  // The row whose value of that column has so many values below it, and back; empty: rows stand in the order of values.
  std::function<std::uint64_t(std::uint64_t)> row_of_rank, rank_of_row;
  // The rank of a value, where the parent's values are known; else empty.
  std::function<std::optional<std::uint64_t>(const std::string&)> rank_of_value;
};

// Parents by rank, as another pick gives it.
class Mapped final : public Pick {
 public:
  Mapped(PickPtr rank, std::function<std::uint64_t(std::uint64_t)> row_of_rank)
      : rank_(std::move(rank)), row_of_rank_(std::move(row_of_rank)) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t rank = rank_->at(row);
    return rank == kNone ? kNone : row_of_rank_(rank);
  }
  void draw(std::span<Draw> rows) const override {
    rank_->draw(rows);
    for (Draw& row : rows)
      if (row.number != kNone) row.number = row_of_rank_(row.number);
  }

 private:
  PickPtr rank_;
  std::function<std::uint64_t(std::uint64_t)> row_of_rank_;
};

// What one pick chooses for a row, or else for some other row, that stands before this one, because trees have no
// circles; where there is none, what the last resort chooses. `rows` have a choice.
class EarlierOf final : public Pick {
 public:
  EarlierOf(base::Seed seed, std::uint64_t rows, PickPtr chosen, PickPtr last_resort)
      : seed_(seed), rows_(rows), chosen_(std::move(chosen)), last_resort_(std::move(last_resort)) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t parent = chosen_->at(row);
    if (parent == kNone || parent < row) return parent;
    for (std::uint64_t attempt = 0; attempt < kAttempts; ++attempt) {
      parent = chosen_->at(seed_.below(row * kAttempts + attempt, rows_));
      if (parent < row) return parent;
    }
    return last_resort_->at(row);
  }

 private:
  static constexpr std::uint64_t kAttempts = 16;

  base::Seed seed_;
  std::uint64_t rows_;
  PickPtr chosen_, last_resort_;
};

// What another pick chooses, wherever the parent stands; but the first row of each circle becomes a root. For picks
// that are NULL so often that the ways to a root are short.
class WithoutCircles final : public Pick {
 public:
  WithoutCircles(PickPtr chosen, std::function<bool(std::uint64_t)> has_children)
      : chosen_(std::move(chosen)), has_children_(std::move(has_children)) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t parent = chosen_->at(row);
    return parent != kNone && has_children_(row) && first_of_circle(row, parent) ? kNone : parent;
  }

 private:
  // Brent, "An improved Monte Carlo factorization algorithm", BIT 20 (1980): for circles that the row only leads to.
  bool first_of_circle(std::uint64_t row, std::uint64_t parent) const {
    std::uint64_t first = row, resting = kNone, steps = 0, until = 1;
    for (std::uint64_t at = parent; at != kNone && at != resting; at = chosen_->at(at)) {
      if (at == row) return first == row;
      first = std::min(first, at);
      if (++steps < until) continue;
      resting = at;
      until *= 2;
      steps = 0;
    }
    return false;
  }

  PickPtr chosen_;
  std::function<bool(std::uint64_t)> has_children_;
};

struct StatisticalReference {
  RankedPick pick;
  StatisticalColumn numbers;                        // that stand for parents; without values
  std::function<PickPtr(PickPtr)> parents_of;       // rows of parents from a pick of such numbers
  double parents_with_children = 0;                 // their share
  std::function<bool(std::uint64_t)> has_children;  // whether a parent of this rank has any
};

// How the children are spread over the parents that the column's statistics do not list among the most common values,
// of `distinct` in all. `by_chance`: chance will make them more different than that, and is taken out.
Pattern pattern_of(const FanOut& fan_out, const ColumnStatistics& statistics, double distinct, bool by_chance);

// `wanted` is the child's column, `null_fraction` what it will have of NULLs, `counted` as in Aim; `lines` may be null,
// and else is what the children's numbers say, which wins over the fan-out. None where there is nothing to go by.
std::optional<StatisticalReference> plan_statistical_reference(const Wanted& wanted, const ColumnStatistics& statistics,
                                                               double null_fraction, const FanOut* fan_out,
                                                               const Parents& parents, base::Seed seed,
                                                               std::optional<bool> counted = {},
                                                               const FanOut* lines = nullptr);

}  // namespace pgrehearse::generators
