// Parts of statements over one table. Private to this module.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "generators/generator.hpp"
#include "harness/load/draft.hpp"

namespace pgrehearse::load {

using generators::TableShape;
using Columns = std::vector<std::size_t>;

std::string quoted(const TableShape& table);
std::string quoted(const TableShape& table, std::size_t column);

// What `each` makes of the columns, with the separator between.
template <class Each>
std::string join(const Columns& columns, std::string_view separator, Each each) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += separator;
    text += each(columns[i]);
  }
  return text;
}

inline bool contains(const Columns& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}
// Whether one of the keys, foreign keys, ... has the column.
template <class Groups>
bool contains(const Groups& groups, std::size_t column) {
  return std::any_of(groups.begin(), groups.end(), [&](const auto& group) { return contains(group.columns, column); });
}

// "a" = :row_a AND "b" = :row_b; with an alias "child"."a" = ...
std::string equal(const TableShape& table, const Columns& columns, std::string_view prefix,
                  const std::string& alias = {});
// SELECT of the key, and the first columns beside it: what a page would show.
std::string select(const TableShape& table);
// The same of both tables, as child and parent.
std::string select_joined(const TableShape& child, const generators::ForeignKey& key, const TableShape& parent);
// UPDATE of one column from the row that is drawn under the prefix.
std::string update(const TableShape& table, std::size_t column, std::string_view prefix);
// The columns that an INSERT names: the server makes the others.
Columns written(const TableShape& table);

}  // namespace pgrehearse::load
