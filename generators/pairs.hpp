// Keys over two columns whose statistics are known: the rows of one value of the first are a group, in which the values
// of the second differ. How many rows a group has is what the first one's distribution says; which values of the second
// they take is a systematic sample with unequal chances (Madow, "On the theory of systematic sampling, II", Annals of
// Mathematical Statistics 20, 1949), whose weights are set so that over all groups each value comes as often as its
// distribution says.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "generators/distribution.hpp"
#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

// A group of so many rows, and how many groups are like it.
struct GroupSize {
  double rows = 0, groups = 0;
};

// Different values for the rows of each group. Immutable, so that threads share it.
class Subsets {
 public:
  // Groups are asked for so many `spare` rows more, which only come later.
  Subsets(std::shared_ptr<const Distribution> distribution, const std::vector<GroupSize>& sizes, std::uint64_t spare);
  // The value of row `index` of a group of `rows`, all below size(); `unit` is the group's chance, 0 to 1.
  std::uint64_t at(std::uint64_t index, std::uint64_t rows, double unit) const;

 private:
  std::size_t certain(double rows) const;  // how many of the heaviest stretches are in every group of so many rows
  void adjust(const std::vector<GroupSize>& sizes, std::uint64_t spare);
  void sort();

  std::shared_ptr<const Distribution> distribution_;
  std::vector<std::size_t> order_;      // of stretches, by falling weight of their values
  std::vector<double> mass_;            // by stretch, as adjusted
  std::vector<double> values_, until_;  // of the first so many in order: how many values, which mass
};

class Pairs {
 public:
  // None where a group would need more different values than there are.
  static std::shared_ptr<const Pairs> make(base::Seed seed, std::shared_ptr<const Windowed> order,
                                           std::shared_ptr<const Distribution> first,
                                           std::shared_ptr<const Distribution> second);
  struct Numbers {
    std::uint64_t first, second;
  };
  // row < capacity()
  Numbers at(std::uint64_t row) const;
  // The rows, and some more for those that come later.
  std::uint64_t capacity() const { return order_->rows() + spare_ * first_->size(); }

 private:
  Pairs(base::Seed seed, std::shared_ptr<const Windowed> order, std::shared_ptr<const Distribution> first,
        std::shared_ptr<const Distribution> second, const std::vector<GroupSize>& sizes, std::uint64_t spare)
      : seed_(seed),
        order_(std::move(order)),
        first_(std::move(first)),
        seconds_(std::move(second), sizes, spare),
        spare_(spare) {}
  // Of the rows in the order of the first value: where those of a value begin.
  std::uint64_t begin(std::uint64_t number) const;

  base::Seed seed_;
  std::shared_ptr<const Windowed> order_;
  std::shared_ptr<const Distribution> first_;
  Subsets seconds_;
  std::uint64_t spare_;
};

class OfPairs final : public Pick {
 public:
  OfPairs(std::shared_ptr<const Pairs> pairs, bool first) : pairs_(std::move(pairs)), first_(first) {}
  std::uint64_t at(std::uint64_t row) const override {
    auto [first, second] = pairs_->at(row);
    return first_ ? first : second;
  }

 private:
  std::shared_ptr<const Pairs> pairs_;
  bool first_;
};

}  // namespace pgrehearse::generators
