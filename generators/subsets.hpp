// Which values of one column the rows of a group take, where other columns' values make groups and a key wants the rows
// of a group to differ. They are a systematic sample with unequal chances (Madow, "On the theory of systematic
// sampling, II", Annals of Mathematical Statistics 20, 1949), whose weights are set so that over all groups each value
// comes as often as its distribution says.
#pragma once

#include <memory>
#include <vector>

#include "generators/distribution.hpp"

namespace pgrehearse::generators {

// A group of so many rows, and how many groups are like it.
struct GroupSize {
  double rows = 0, groups = 0;
};

// Alike ones together, until they are few.
std::vector<GroupSize> few_sizes(std::vector<GroupSize> sizes);

// Immutable, so that threads share it.
class Subsets {
 public:
  // No group takes a value more than `most` times: 1, or as often as further columns can tell such rows apart.
  Subsets(std::shared_ptr<const Distribution> distribution, const std::vector<GroupSize>& sizes, std::uint64_t most);

  struct Row {
    std::uint64_t value, index, rows;  // the row's value; which of the group's `rows` with that value it is
  };
  // Row `index` of a group of `rows`, at most size() * most; `unit` is the group's chance, 0 to 1. Indexes from `rows`
  // on are those of rows that come later: they take what the others leave, beginning with the rarest values, and the
  // group that they belong to by their value has `rows` without them, too.
  Row at(std::uint64_t index, std::uint64_t rows, double unit) const;
  // The groups that rows of one value make within groups of these sizes.
  std::vector<GroupSize> within(const std::vector<GroupSize>& sizes) const;

 private:
  class Sample;

  std::size_t certain(double rows) const;  // how many of the heaviest stretches have `most` in every group of `rows`
  void adjust(const std::vector<GroupSize>& sizes);
  void sort();
  double end_of(std::size_t place, double values) const;  // of the mass of a stretch's first values

  std::shared_ptr<const Distribution> distribution_;
  double most_;
  std::vector<std::size_t> order_;      // of stretches, by falling weight of their values
  std::vector<double> mass_;            // by stretch, as adjusted
  std::vector<double> values_, until_;  // of the first so many in order: how many values, which mass
};

}  // namespace pgrehearse::generators
