// Columns whose values go together, by extended statistics: frequent combinations first; else one column that decides
// another, or allows it few values. The rest is independent.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "generators/statistical_column.hpp"

namespace pgrehearse::generators {

// A column that statistics describe and nothing else decides.
struct JointColumn {
  StatisticalColumn planned;
  PickPtr pick;  // with NULLs, if it may have any; plan_joint() sets another where it must follow a column
  double null_fraction = 0;
  double correlation = 0;
  std::function<PickPtr(PickPtr)> parents_of =
      {};  // of a foreign key: rows of parents from a pick; `planned` has no values
};

// By name; of statistics over further columns what they say of these. The columns' own distributions and the
// correlation of the leading ones stay as they are. `seed` is the table's.
void plan_joint(const std::vector<JointStatistics>& joint, std::uint64_t rows, base::Seed seed,
                std::map<std::string, JointColumn>& columns);

}  // namespace pgrehearse::generators
