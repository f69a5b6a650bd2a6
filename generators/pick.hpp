// Which value does a row get? A Pick answers with a number, from the row's number alone: the number of a value in a
// numbered set (see values.hpp), or the number of the parent's row that a foreign key points at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "generators/draw.hpp"
#include "generators/permutation.hpp"
#include "harness/base/random.hpp"

namespace pgrehearse::generators {

// Pure and thread-safe.
class Pick {
 public:
  virtual ~Pick() = default;
  // kNone stands for NULL.
  virtual std::uint64_t at(std::uint64_t row) const = 0;
  // The same for rows that may be kNone, at most kDrawnAtOnce of them, in their place.
  virtual void draw(std::span<Draw> rows) const {
    for (Draw& row : rows)
      if (row.number != kNone) row.number = at(row.number);
  }
};

using PickPtr = std::shared_ptr<const Pick>;

// Row n gets number n.
class InOrder final : public Pick {
 public:
  std::uint64_t at(std::uint64_t row) const override { return row; }
};

// Each number below `size` alike.
class Uniform final : public Pick {
 public:
  Uniform(base::Seed seed, std::uint64_t size) : seed_(seed), size_(size) {}
  std::uint64_t at(std::uint64_t row) const override { return seed_.below(row, size_); }

 private:
  base::Seed seed_;
  std::uint64_t size_;
};

// As many rows for each number as its weight says.
class Weighted final : public Pick {
 public:
  Weighted(base::Seed seed, const std::vector<double>& weights) : seed_(seed) {
    double sum = 0;
    for (double weight : weights) bounds_.push_back(sum += weight);
    for (double& bound : bounds_) bound /= sum;
  }
  std::uint64_t at(std::uint64_t row) const override {
    auto found = std::upper_bound(bounds_.begin(), bounds_.end() - 1, seed_.unit(row));
    return static_cast<std::uint64_t>(found - bounds_.begin());
  }

 private:
  base::Seed seed_;
  std::vector<double> bounds_;
};

// Different numbers for different rows, in no order.
class Shuffled final : public Pick {
 public:
  Shuffled(base::Seed seed, std::uint64_t size) : permutation_(seed, size) {}
  std::uint64_t at(std::uint64_t row) const override { return permutation_(row); }

 private:
  Permutation permutation_;
};

// Numbers that grow with the row, give or take two per cent of all: times of events, as rows were inserted.
class Drifting final : public Pick {
 public:
  Drifting(base::Seed seed, std::uint64_t rows, std::uint64_t size)
      : seed_(seed),
        scale_(static_cast<double>(size) / static_cast<double>(std::max<std::uint64_t>(rows, 1))),
        jitter_(0.02 * static_cast<double>(size)),
        last_(static_cast<double>(size - 1)) {}
  std::uint64_t at(std::uint64_t row) const override {
    double number = (static_cast<double>(row) + 0.5) * scale_ + (seed_.unit(row) - 0.5) * jitter_;
    return static_cast<std::uint64_t>(std::clamp(number, 0.0, last_));
  }

 private:
  base::Seed seed_;
  double scale_, jitter_, last_;
};

// Few numbers get many rows: the share of the k-th most popular falls with 1 / sqrt(k), a mild Zipf law, as for the
// children of parents. Which ones are popular is shuffled.
class Skewed final : public Pick {
 public:
  Skewed(base::Seed seed, std::uint64_t size) : seed_(seed), shuffle_(seed.derive("popularity"), size) {}
  std::uint64_t at(std::uint64_t row) const override {
    double u = seed_.unit(row);
    return shuffle_(static_cast<std::uint64_t>(u * u * static_cast<double>(shuffle_.size())));
  }

 private:
  base::Seed seed_;
  Permutation shuffle_;
};

// The number that stands at a rank, after a shuffle.
class ShuffledRank final : public Pick {
 public:
  ShuffledRank(base::Seed seed, std::uint64_t size, PickPtr rank) : shuffle_(seed, size), rank_(std::move(rank)) {}
  std::uint64_t at(std::uint64_t row) const override { return shuffle_(rank_->at(row)); }

 private:
  Permutation shuffle_;
  PickPtr rank_;
};

// One digit of the row's number in a mixed radix, after a shuffle of all combinations: with the other digits of the
// same shuffle, no combination comes twice.
class Digit final : public Pick {
 public:
  Digit(std::shared_ptr<const Permutation> combinations, std::uint64_t stride, std::uint64_t radix)
      : combinations_(std::move(combinations)), stride_(stride), radix_(radix) {}
  std::uint64_t at(std::uint64_t row) const override { return (*combinations_)(row) / stride_ % radix_; }

 private:
  std::shared_ptr<const Permutation> combinations_;
  std::uint64_t stride_, radix_;
};

// Of rows that have all digits of a shuffle in common but one, each gets another number: as many as that one's radix,
// of `size` numbers. Which ones is by chance, and the other digits.
class Turned final : public Pick {
 public:
  Turned(base::Seed seed, std::shared_ptr<const Permutation> combinations, std::uint64_t stride, std::uint64_t radix,
         std::uint64_t size)
      : seed_(seed),
        combinations_(std::move(combinations)),
        stride_(stride),
        radix_(radix),
        numbers_(seed.derive("numbers"), size) {}
  std::uint64_t at(std::uint64_t row) const override {
    const std::uint64_t combination = (*combinations_)(row), digit = combination / stride_ % radix_;
    const std::uint64_t first = seed_.below(combination - digit * stride_, numbers_.size());
    return numbers_((first + digit) % numbers_.size());
  }

 private:
  base::Seed seed_;
  std::shared_ptr<const Permutation> combinations_;
  std::uint64_t stride_, radix_;
  Permutation numbers_;
};

// A row of the same table, before this one: parents of a tree. The first row has none, or itself.
class Earlier final : public Pick {
 public:
  Earlier(base::Seed seed, std::uint64_t rows, bool or_itself) : seed_(seed), rows_(rows), or_itself_(or_itself) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t choices = std::min(row + (or_itself_ ? 1 : 0), rows_);
    return choices == 0 ? kNone : seed_.below(row, choices);
  }

 private:
  base::Seed seed_;
  std::uint64_t rows_;
  bool or_itself_;
};

// The row just before: a chain, each link used once. The first row has none, nor have rows beyond the planned ones.
class Previous final : public Pick {
 public:
  explicit Previous(std::uint64_t rows) : rows_(rows) {}
  std::uint64_t at(std::uint64_t row) const override { return row == 0 || row >= rows_ ? kNone : row - 1; }

 private:
  std::uint64_t rows_;
};

// Parents in turn, so that the rows of one parent can be counted off: see Sibling.
class InTurn final : public Pick {
 public:
  explicit InTurn(std::uint64_t parents) : parents_(parents) {}
  std::uint64_t at(std::uint64_t row) const override { return row % parents_; }

 private:
  std::uint64_t parents_;
};

// A row of a parent whose rows belong to `groups` groups in turn: one of the group that `other` chose. Of the table
// itself, only rows before this one, or up to it.
class Sibling final : public Pick {
 public:
  enum class Among { all, earlier, up_to_itself };

  Sibling(base::Seed seed, PickPtr other, std::uint64_t groups, std::uint64_t rows, Among among)
      : seed_(seed), other_(std::move(other)), groups_(groups), rows_(rows), among_(among) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t group = other_->at(row) % groups_, end = rows_;
    if (among_ != Among::all) end = std::min(end, row + (among_ == Among::up_to_itself ? 1 : 0));
    if (end <= group) return kNone;
    return group + groups_ * seed_.below(row, (end - group + groups_ - 1) / groups_);
  }

 private:
  base::Seed seed_;
  PickPtr other_;
  std::uint64_t groups_, rows_;
  Among among_;
};

// The same, of all: the n-th of the group. Different n are different rows, whatever the group.
class NthSibling final : public Pick {
 public:
  NthSibling(PickPtr other, PickPtr nth, std::uint64_t groups)
      : other_(std::move(other)), nth_(std::move(nth)), groups_(groups) {}
  std::uint64_t at(std::uint64_t row) const override { return other_->at(row) % groups_ + groups_ * nth_->at(row); }

 private:
  PickPtr other_, nth_;
  std::uint64_t groups_;
};

// Never what `other` chose, of `size` numbers; `steps` picks below size - 1.
class Apart final : public Pick {
 public:
  Apart(PickPtr other, PickPtr steps, std::uint64_t size)
      : other_(std::move(other)), steps_(std::move(steps)), size_(size) {}
  std::uint64_t at(std::uint64_t row) const override { return (other_->at(row) + 1 + steps_->at(row)) % size_; }

 private:
  PickPtr other_, steps_;
  std::uint64_t size_;
};

// How many pairs of different numbers below `size` there are, whatever their order.
inline std::uint64_t pairs(std::uint64_t size) {
  return size < 2 ? 1 : size % 2 == 0 ? size / 2 * (size - 1) : (size - 1) / 2 * size;
}

// One of a pair's two numbers, `number` picking the pair: pair k of 0 1, 0 2, 1 2, 0 3, 1 3, 2 3, ...
class OfPair final : public Pick {
 public:
  OfPair(PickPtr number, bool larger) : number_(std::move(number)), larger_(larger) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t pair = number_->at(row);
    auto larger = static_cast<std::uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(pair))) / 2);
    while (pairs_below(larger) > pair) --larger;  // the root is not exact
    while (pairs_below(larger + 1) <= pair) ++larger;
    return larger_ ? larger : pair - pairs_below(larger);
  }

 private:
  static std::uint64_t pairs_below(std::uint64_t size) { return size < 2 ? 0 : pairs(size); }
  PickPtr number_;
  bool larger_;
};

// The n-th of a list of numbers.
class Listed final : public Pick {
 public:
  Listed(std::vector<std::uint64_t> numbers, PickPtr nth) : numbers_(std::move(numbers)), nth_(std::move(nth)) {}
  std::uint64_t at(std::uint64_t row) const override { return numbers_[nth_->at(row)]; }

 private:
  std::vector<std::uint64_t> numbers_;
  PickPtr nth_;
};

// A part of the numbers that another pick gives is NULL instead.
class SometimesNull final : public Pick {
 public:
  SometimesNull(base::Seed seed, double fraction, PickPtr other)
      : seed_(seed), fraction_(fraction), other_(std::move(other)) {}
  std::uint64_t at(std::uint64_t row) const override { return seed_.unit(row) < fraction_ ? kNone : other_->at(row); }
  void draw(std::span<Draw> rows) const override {
    for (Draw& row : rows)
      if (seed_.unit(row.number) < fraction_) row.number = kNone;
    other_->draw(rows);
  }

 private:
  base::Seed seed_;
  double fraction_;
  PickPtr other_;
};

// Always NULL.
class Never final : public Pick {
 public:
  std::uint64_t at(std::uint64_t) const override { return kNone; }
};

}  // namespace pgrehearse::generators
