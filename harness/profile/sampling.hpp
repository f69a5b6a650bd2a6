// What statistics do not tell and a look at some rows does: how wide values are, and how many children parents have.
// Internal to this module; functions throw postgres::Failure.
#pragma once

#include "harness/profile/table_list.hpp"

namespace pgrehearse::profile {

// Whole pages of a table are taken at random (TABLESAMPLE SYSTEM); only lengths and counts come back. What takes too
// long for a production database is given up, and said in `notices`.
void sample_widths(postgres::Session& session, std::vector<ListedTable>& tables, std::vector<std::string>& notices);
void sample_fan_outs(postgres::Session& session, std::vector<ListedTable>& tables, std::vector<std::string>& notices);

}  // namespace pgrehearse::profile
