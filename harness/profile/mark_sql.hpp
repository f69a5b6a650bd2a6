// SQL that sorts, measures and hides the values of statistics on the server. Internal to this module.
#pragma once

#include <string>

#include "harness/profile/table_list.hpp"

namespace pgrehearse::profile {

// A name for common table expressions of the statistics of one table ($1 schema, $2 table, $3 inherited): columns
// attname, null_frac, n_distinct, avg_width, correlation, and the lists as text: common, shares, bounds, elements,
// element_shares, counts.
std::string statistics_cte();
// All values that the statistics of a column single out: columns v (text) and f (share; 0: a bound).
std::string marks_of(const ColumnFacts& column);
// In the order of the column's type, which has one.
std::string in_order(const ColumnFacts& column, const std::string& value);
// What of `value` leaves: itself, or NULL.
std::string shown(const ColumnFacts& column, const std::string& value);
std::string length_of(const ColumnFacts& column, const std::string& value);

}  // namespace pgrehearse::profile
