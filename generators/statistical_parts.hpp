// The parts of a row that statistics describe, where keys and the user leave them the choice.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
  // What of the column's statistics will not be met whatever is done, for people; may be empty.
  std::string conflict(std::size_t table, std::size_t column, bool nullable) const;

 private:
  bool described(std::size_t table, std::size_t column) const;
  std::optional<std::size_t> describing_column(std::size_t table, const Part& part) const;
  std::vector<std::string> marks_of_children(std::size_t table, std::size_t column) const;
  void order_parents(std::size_t table, std::size_t column, Parents& parents) const;
  Parents parents(std::size_t table, const Part& part, std::size_t column) const;

  const DatabaseShape& shape_;
  const Layout& layout_;
  const Choices& choices_;
  const PartPicks& picks_;
};

}  // namespace pgrehearse::generators
