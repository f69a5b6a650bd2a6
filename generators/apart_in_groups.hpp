// The second column of a key, in the order and as often as its own statistics say, where rows of one group hardly ever
// choose the same: members of groups, lists' entries. Those that would take the next number instead.
#pragma once

#include <algorithm>
#include <vector>

#include "generators/pick.hpp"
#include "generators/tuples.hpp"

namespace pgrehearse::generators {

class ApartInGroups final : public Pick {
 public:
  // `numbers` has numbers below `size`, and none is NULL.
  ApartInGroups(std::shared_ptr<const Tuples> groups, PickPtr numbers, std::uint64_t size)
      : groups_(std::move(groups)), numbers_(std::move(numbers)), size_(size) {}
  // What the rows before it in the group took decides; so groups are to be small.
  std::uint64_t at(std::uint64_t row) const override {
    const Subsets::Row group = groups_->group_of(row);
    thread_local std::vector<std::uint64_t> taken;
    taken.clear();
    for (std::uint64_t index = 0; index <= group.index; ++index) {
      std::uint64_t number = numbers_->at(groups_->row_of(group, index)) % size_;
      while (std::find(taken.begin(), taken.end(), number) != taken.end()) number = (number + 1) % size_;
      taken.push_back(number);
    }
    return taken.back();
  }

  // Null where groups are too large, or where many rows would have to take another number.
  static PickPtr make(std::shared_ptr<const Tuples> groups, std::uint64_t rows, PickPtr numbers, std::uint64_t size) {
    constexpr double many_others = 16, many_moved = 0.03;
    constexpr std::uint64_t looked_at = 1'000;
    if (!groups->without_nulls() || groups->others_in_group() > many_others || groups->most_in_group() > size)
      return nullptr;
    auto made = std::make_shared<ApartInGroups>(groups, numbers, size);
    const std::uint64_t looked = std::min(rows, looked_at);
    std::uint64_t moved = 0;
    for (std::uint64_t i = 0; i < looked; ++i) {
      const std::uint64_t row = i * rows / looked;
      moved += made->at(row) != numbers->at(row) ? 1 : 0;
    }
    return static_cast<double>(moved) <= many_moved * static_cast<double>(looked) ? made : nullptr;
  }

 private:
  std::shared_ptr<const Tuples> groups_;
  PickPtr numbers_;
  std::uint64_t size_;
};

}  // namespace pgrehearse::generators
