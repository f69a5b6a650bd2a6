// The parts of a row that statistics describe, where keys and the user leave them the choice.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/pairs.hpp"
#include "generators/part_picks.hpp"
#include "generators/statistical_column.hpp"
#include "generators/statistical_reference.hpp"

namespace pgrehearse::generators {

// Refers to its arguments, which must outlive it. Not thread-safe.
class StatisticalParts {
 public:
  StatisticalParts(const DatabaseShape& shape, const Layout& layout, const Choices& choices, const PartPicks& picks)
      : shape_(shape), layout_(layout), choices_(choices), picks_(picks) {}

  // None where something else decides the column's values, or its statistics say nothing of them.
  std::optional<StatisticalColumn> value(std::size_t table, std::size_t column, double null_fraction) const;
  // Of a reference; none where something else decides.
  std::optional<RankedPick> reference(std::size_t table, std::size_t part, double null_fraction) const;
  // Of a key over two parts, both with statistics: how many rows it has room for; none: the key decides.
  std::optional<std::uint64_t> pairs(std::size_t table, std::size_t part) const;
  // What of the column's statistics will not be met whatever is done, for people; may be empty.
  std::string conflict(std::size_t table, std::size_t column, bool nullable) const;

 private:
  // One of the two parts of a key.
  struct Side {
    ColumnStatistics statistics;
    StatisticalValues made;  // of a value
    std::shared_ptr<const Distribution> distribution;
    std::function<PickPtr(PickPtr)> picked;  // what the part chooses, by numbers of the distribution
  };
  struct Pair {
    Side side;  // of the part that was asked for
    std::shared_ptr<const Pairs> pairs;
    bool first = false;
  };
  std::optional<Side> side(std::size_t table, const Part& part, bool counted) const;
  const std::optional<Pair>& pair(std::size_t table, const Part& part) const;
  std::optional<Pair> make_pair(std::size_t table, const Part& part) const;
  bool described(std::size_t table, std::size_t column) const;
  bool goes_first(std::size_t table, const Part& part, const Part& other) const;
  std::optional<std::size_t> describing_column(std::size_t table, const Part& part) const;
  std::vector<std::string> marks_of_children(std::size_t table, std::size_t column) const;
  void order_parents(std::size_t table, std::size_t column, Parents& parents) const;
  Parents parents(std::size_t table, const Part& part, std::size_t column) const;

  const DatabaseShape& shape_;
  const Layout& layout_;
  const Choices& choices_;
  const PartPicks& picks_;
  mutable std::map<const Part*, std::optional<Pair>> pairs_;  // made once
};

}  // namespace pgrehearse::generators
