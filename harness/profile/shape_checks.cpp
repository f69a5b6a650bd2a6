#include "harness/profile/shape_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/profile/json_places.hpp"
#include "harness/profile/value_order.hpp"

namespace pgrehearse::profile {
namespace {

using generators::Mark;

// The server keeps shares in single precision, and rounds a count to the next whole row.
constexpr double whole_tolerance = 1e-3;
constexpr double unique_tolerance = 0.01;

double total_share(const std::vector<Mark>& marks) {
  double total = 0;
  for (const Mark& mark : marks) total += mark.frequency;
  return total;
}

void check_order(const Node& node, const generators::ColumnStatistics& column) {
  const auto kind = order_kind(column.type);
  std::optional<double> before;
  for (std::size_t i = 0; i < column.marks.size(); ++i) {
    const Mark& mark = column.marks[i];
    const auto at = mark.value ? position(kind, *mark.value) : std::nullopt;
    if (at && before && *at < *before) {
      return node.complain(fmt::format("are not in order: '{}' stands behind a greater value", *mark.value));
    }
    if (at) before = at;
  }
}

}  // namespace

void check_ascending(const Node& node, const std::vector<double>& quantiles) {
  const auto falls = std::adjacent_find(quantiles.begin(), quantiles.end(), std::greater<>());
  if (falls == quantiles.end()) return;
  node.complain(fmt::format("are not in order: {} stands behind {}, but quantiles never fall", *(falls + 1), *falls));
}

void check_marks(const Node& node, const generators::ColumnStatistics& column) {
  const double whole = total_share(column.marks) + column.null_fraction;
  if (whole > 1 + whole_tolerance) {
    node.complain(
        fmt::format("have shares that make {:.4g} of the rows together with the nulls, more than all of them", whole),
        kAnalyzeAgain);
  }
  const auto common = static_cast<double>(
      std::count_if(column.marks.begin(), column.marks.end(), [](const Mark& mark) { return mark.common(); }));
  if (column.distinct > 0 && common > column.distinct) {
    node.complain(fmt::format("have {} common values, but the column has {} different ones", common, column.distinct),
                  kAnalyzeAgain);
  }
  check_order(node, column);
}

void check_columns(const Node& node, const Table& table) {
  const generators::TableStatistics& statistics = table.statistics;
  for (const std::string& name : unique_columns(table)) {
    const auto column = statistics.columns.find(name);
    if (column == statistics.columns.end() || column->second.distinct == 0) continue;
    const double rows = static_cast<double>(statistics.rows);
    const double filled = rows * (1 - column->second.null_fraction);
    const double distinct = column->second.distinct_in(rows);
    if (distinct >= filled * (1 - unique_tolerance) - 1) continue;
    for (const auto& [key, item] : node.named()) {
      if (key != name) continue;
      item.complain(
          fmt::format("is unique, but has {:.0f} different values for {:.0f} rows that are not null", distinct, filled),
          "a unique column's distinct is -1, or minus the share of rows that are not null");
    }
  }
  for (const auto& [key, item] : node.named()) {
    const double distinct = statistics.columns.at(key).distinct;
    if (distinct <= static_cast<double>(statistics.rows) * (1 + unique_tolerance) + 1) continue;
    item.complain(fmt::format("has {:.0f} different values in {} rows", distinct, statistics.rows), kAnalyzeAgain);
  }
}

void check_joint(const Node& node, const generators::JointStatistics& joint) {
  double total = 0;
  for (const auto& combination : joint.common) total += combination.frequency;
  if (total > 1 + whole_tolerance) {
    node.complain(fmt::format("has combinations that make {:.4g} of the rows, more than all of them", total),
                  kAnalyzeAgain);
  }
}

void check_joint_columns(const Node& node, const generators::JointStatistics& joint,
                         const generators::TableStatistics& table) {
  std::set<std::string> unknown;
  const auto look_at = [&](const std::string& column) {
    if (!table.columns.contains(column)) unknown.insert(column);
  };
  const auto look_at_all = [&](const std::vector<std::string>& columns) {
    std::for_each(columns.begin(), columns.end(), look_at);
  };
  look_at_all(joint.columns);
  for (const auto& [columns, number] : joint.distinct) look_at_all(columns);
  for (const auto& dependency : joint.dependencies) {
    look_at_all(dependency.from);
    look_at(dependency.to);
  }
  for (const std::string& column : unknown) {
    node.complain(fmt::format("speaks of column '{}', which {}.{} does not have", column, table.schema, table.name));
  }
}

void check_tables(const Node& node, const std::vector<Table>& tables) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Table& table : tables) {
    if (seen.insert({table.statistics.schema, table.statistics.name}).second) continue;
    node.complain(fmt::format("have {}.{} twice", table.statistics.schema, table.statistics.name));
  }
}

std::vector<std::string> unique_columns(const Table& table) {
  std::vector<std::string> columns;
  for (const Index& index : table.indexes) {
    if (!index.unique || index.partial || index.columns.size() != 1 || index.columns[0].empty()) continue;
    columns.push_back(index.columns[0]);
  }
  return columns;
}

}  // namespace pgrehearse::profile
