// pg_stats of one table. Internal to this module; functions throw postgres::Failure.
#pragma once

#include "harness/profile/table_list.hpp"

namespace pgrehearse::profile {

// Fills in the statistics of the table's columns, as far as the role sees any. What of them could not be read is added
// to `notices`.
void read_columns(postgres::Session& session, ListedTable& listed, std::vector<std::string>& notices);

}  // namespace pgrehearse::profile
