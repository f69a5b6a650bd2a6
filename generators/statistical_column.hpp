// A column whose statistics are known: its values, and which row gets which, so that ANALYZE finds these statistics
// again.
#pragma once

#include <optional>

#include "generators/physical_order.hpp"
#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {

// Which row gets which number.
struct RankedPick {
  PickPtr always;     // never NULL
  PickPtr sometimes;  // the same, but for NULLs
};

struct StatisticalColumn {
  StatisticalValues made;
  RankedPick pick;
};

// `seed` is the pick's. None where the statistics say nothing that could be aimed at.
std::optional<StatisticalColumn> plan_statistical_column(const Aim& aim, base::Seed seed);

// Of values that get exactly their share of the rows.
std::shared_ptr<const Evenly> even_pick(const std::shared_ptr<const Distribution>& distribution, const Aim& aim,
                                        base::Seed seed);

// Of values that stand more than once.
RankedPick ranked_pick(const StatisticalValues& made, const Aim& aim, base::Seed seed);

// NULLs by chance.
RankedPick with_nulls(PickPtr pick, double null_fraction, base::Seed seed);

// The order in which the rows of a column without doubles stand.
std::shared_ptr<const Windowed> unique_order(const ColumnStatistics& statistics, std::uint64_t rows, base::Seed seed);

}  // namespace pgrehearse::generators
