// What the statistics of tables say at other numbers of rows than they are of: the rules of docs/data.md ("From a
// shape, at other sizes"), which generation follows. Pure.
#pragma once

#include <vector>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Statistics that compare with each other.
struct SameSize {
  std::vector<TableStatistics> wanted;  // as ANALYZE should find them in tables with as many rows as were made
  std::vector<TableStatistics> made;    // as it did, but for values that chance alone made common
};

// `statistics` are of tables that may have had other numbers of rows than those `made`; the tables' rows stay as they
// are in both. `schema` has the types, keys and foreign keys. Tables of the same size, and those that are not in all
// three, are as they were. Where values move, such as keys that count the rows and what points at them, those without
// doubles have their new places, and common values no texts: only their shares and order are known.
SameSize at_same_size(const std::vector<TableStatistics>& statistics, const std::vector<TableStatistics>& made,
                      const DatabaseShape& schema);

}  // namespace pgrehearse::generators
