// Columns whose values are long in the same rows: an article as text, and again as HTML. A value is made of its number
// alone, so the length that its row asks for is found the other way round: from the number to the row that has it.
#pragma once

#include <functional>
#include <memory>

#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {

// Immutable, so that threads share it.
class RowLengths {
 public:
  using RowOf = std::function<std::uint64_t(std::uint64_t number)>;

  // `table`: the same for all columns of a table. `together`: as ColumnStatistics has it. A row has a normal number of
  // its own; a column's follows it as far as makes two such columns correlate as asked for.
  RowLengths(base::Seed table, double together, std::uint64_t numbers, RowOf row_of);

  // The share of the column's lengths that are below that of value `number`, which has its own 0 < chance < 1.
  double share(std::uint64_t number, double chance) const;

 private:
  base::Seed table_;
  double strength_, noise_;
  std::uint64_t numbers_;
  RowOf row_of_;
};

// Null where the column's lengths are its own matter.
std::shared_ptr<const RowLengths> row_lengths(const Aim& aim, const std::shared_ptr<const Distribution>& distribution);

}  // namespace pgrehearse::generators
