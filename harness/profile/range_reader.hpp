// What the statistics say of columns of ranges: shown by pg_stats from PostgreSQL 17 on. Internal to this module.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/profile/table_list.hpp"

namespace pgrehearse::profile {

// `of`: schema, table, inherited. Bounds leave only of columns whose values may. Nothing on older servers, whose view
// does not have them and whose pg_statistic only superusers read. Throws postgres::Failure.
void read_ranges(postgres::Session& session, const std::vector<ColumnFacts>& columns,
                 const std::vector<postgres::Parameter>& of,
                 std::map<std::string, generators::ColumnStatistics>& statistics);

}  // namespace pgrehearse::profile
