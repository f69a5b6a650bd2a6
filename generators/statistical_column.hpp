// A column whose statistics are known: its values, and which row gets which, so that null fraction aside ANALYZE finds
// these statistics again.
#pragma once

#include <optional>

#include "generators/physical_order.hpp"
#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {

struct StatisticalColumn {
  std::shared_ptr<const Values> values;
  PickPtr pick;                        // never NULL
  std::vector<std::string> conflicts;  // for people: where something else won over the statistics
};

// `seed` is the pick's. None where the statistics say nothing that could be aimed at.
std::optional<StatisticalColumn> plan_statistical_column(const Aim& aim, base::Seed seed);

// Which row gets which of the values, by their numbers.
PickPtr ranked_pick(const StatisticalValues& made, const Aim& aim, base::Seed seed);

// The order in which the rows of a column without doubles stand.
std::shared_ptr<const Windowed> unique_order(const ColumnStatistics& statistics, std::uint64_t rows, base::Seed seed);

}  // namespace pgrehearse::generators
