// pg_stats_ext of one table. Internal to this module; functions throw postgres::Failure.
#pragma once

#include "harness/profile/table_list.hpp"

namespace pgrehearse::profile {

// Fills in the extended statistics of the table. Those on expressions keep what they say of plain columns alone. What
// the role does not see is added to `notices`.
void read_joint(postgres::Session& session, ListedTable& listed, std::vector<std::string>& notices);

}  // namespace pgrehearse::profile
