// What the numbers of a group's rows tell of the groups: (order_id, line), (playlist_id, place), (document_id,
// version).
#pragma once

#include <optional>

#include "generators/statistics.hpp"

namespace pgrehearse::generators {

// Where rows count from the least number on within their group, as many groups reach a number as rows have it. How many
// rows the groups have, then, as a fan-out of so many `rows` over `parents`, without looking at any. None where the
// numbers cannot be such: no whole numbers, or larger ones more frequent; or where there would be more groups than
// parents, or far fewer or more than `distinct`, which ANALYZE estimates.
std::optional<FanOut> fan_out_of_lines(const ColumnStatistics& numbers, double rows, double parents, double distinct);

}  // namespace pgrehearse::generators
