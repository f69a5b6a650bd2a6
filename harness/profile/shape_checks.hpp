// What no table can look like, however it was filled. Each check reports to the mistakes of its node.
#pragma once

#include <vector>

#include "harness/profile/json_object.hpp"
#include "harness/profile/shape.hpp"

namespace pgrehearse::profile {

// Quantiles never fall.
void check_ascending(const Node& node, const std::vector<double>& quantiles);
// `node`: the marks. Shares and the null fraction are parts of one whole; numbers and times stand in order; a column
// has no more common values than different ones.
void check_marks(const Node& node, const generators::ColumnStatistics& column);
// `node`: the columns. A column that is unique by an index has as many different values as rows.
void check_columns(const Node& node, const Table& table);
void check_joint(const Node& node, const generators::JointStatistics& joint);
// All columns it speaks of are the table's.
void check_joint_columns(const Node& node, const generators::JointStatistics& joint,
                         const generators::TableStatistics& table);
// `node`: the list of tables. No table twice.
void check_tables(const Node& node, const std::vector<Table>& tables);

// Columns that an index alone makes unique: neither partial nor on expressions.
std::vector<std::string> unique_columns(const Table& table);

}  // namespace pgrehearse::profile
