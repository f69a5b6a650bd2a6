#include "harness/profile/fidelity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "generators/type_family.hpp"
#include "harness/profile/distances.hpp"
#include "harness/profile/nested_distances.hpp"

namespace pgrehearse::profile {
namespace {

using generators::ColumnStatistics;
using generators::TableStatistics;

bool tells(const ColumnStatistics& column) {
  return column.null_fraction > 0 || column.average_width > 0 || !column.marks.empty();
}

// So many different values there should be among so many rows.
double expected_distinct(const ColumnStatistics& column, double rows) {
  return std::min(column.distinct_in(rows), rows * (1 - column.null_fraction));
}

std::optional<double> distinct_ratio(const ColumnStatistics& target, const ColumnStatistics& achieved, double rows) {
  const double expected = expected_distinct(target, rows);
  if (expected <= 0 || achieved.distinct == 0) return {};
  return expected_distinct(achieved, rows) / expected;
}

class Judge {
 public:
  Judge(ColumnFidelity& column) : column_(column) {}

  void judge(const char* name, const std::optional<double>& off, double limit) {
    if (!off) return;
    ++column_.measures;
    if (*off > limit) column_.missed.emplace_back(name);
  }
  void judge_ratio(const char* name, const std::optional<double>& ratio, double limit) {
    if (ratio) judge(name, std::abs(*ratio - 1), limit);
  }

 private:
  ColumnFidelity& column_;
};

ColumnFidelity compare_columns(const std::string& name, const ColumnStatistics& target,
                               const ColumnStatistics& achieved, double rows, const Limits& limits) {
  ColumnFidelity column;
  column.name = name;
  column.by_value = know_values(target, achieved);
  column.null_fraction = std::abs(target.null_fraction - achieved.null_fraction);
  column.distinct_ratio = distinct_ratio(target, achieved, rows);
  column.common = common_distance(target, achieved, column.by_value);
  if (column.by_value) {
    column.distribution = value_distance(target, achieved);
  } else {
    column.distribution = rank_distance(target, achieved);
  }
  column.length = width_distance(target, achieved);
  const bool sampled = column.length.has_value();
  if (!column.by_value && !sampled) column.length = length_distance(target, achieved);
  if (target.correlation && achieved.correlation) {
    column.correlation = std::abs(*target.correlation - *achieved.correlation);
  }
  if (target.average_width > 0) column.width_ratio = achieved.average_width / target.average_width;
  column.elements = element_distance(target, achieved);
  column.element_count = count_distance(target, achieved);
  column.ranges = range_distance(target, achieved);

  Judge judge(column);
  judge.judge("null_fraction", column.null_fraction, limits.null_fraction);
  judge.judge_ratio("distinct", column.distinct_ratio, limits.distinct);
  judge.judge("common", column.common, limits.common);
  judge.judge("distribution", column.distribution, limits.distribution);
  judge.judge("length", column.length, sampled ? limits.sampled_length : limits.length);
  judge.judge("correlation", column.correlation, limits.correlation);
  judge.judge_ratio("width", column.width_ratio, limits.width);
  judge.judge("elements", column.elements, limits.elements);
  judge.judge("element_count", column.element_count, limits.element_count);
  judge.judge("ranges", column.ranges, limits.ranges);
  return column;
}

TableFidelity compare_tables(const TableStatistics& target, const TableStatistics& achieved, double scale,
                             const Limits& limits) {
  TableFidelity table;
  table.name = target.schema + "." + target.name;
  table.rows_asked = static_cast<std::uint64_t>(std::llround(static_cast<double>(target.rows) * scale));
  table.rows = achieved.rows;
  for (const auto& [name, wanted] : target.columns) {
    const auto found = achieved.columns.find(name);
    if (!tells(wanted) || found == achieved.columns.end() || !tells(found->second)) continue;
    if (!generators::same_kind_of_type(wanted.type, found->second.type)) continue;
    table.columns.push_back(compare_columns(name, wanted, found->second, static_cast<double>(achieved.rows), limits));
  }
  return table;
}

}  // namespace

double TableFidelity::score() const {
  double measures = 0, missed = 0;
  for (const ColumnFidelity& column : columns) {
    measures += column.measures;
    missed += static_cast<double>(column.missed.size());
  }
  return measures == 0 ? 1 : (measures - missed) / measures;
}

std::size_t TableFidelity::columns_met() const {
  return static_cast<std::size_t>(std::count_if(columns.begin(), columns.end(),
                                                [](const ColumnFidelity& column) { return column.missed.empty(); }));
}

Fidelity compare(const std::vector<TableStatistics>& target, const std::vector<TableStatistics>& achieved, double scale,
                 const Limits& limits) {
  Fidelity fidelity;
  for (const TableStatistics& wanted : target) {
    const auto found = std::find_if(achieved.begin(), achieved.end(), [&](const TableStatistics& table) {
      return table.schema == wanted.schema && table.name == wanted.name;
    });
    if (found == achieved.end() || found->rows == 0) continue;
    fidelity.tables.push_back(compare_tables(wanted, *found, scale, limits));
  }
  return fidelity;
}

std::vector<std::string> summary_lines(const Fidelity& fidelity) {
  std::vector<std::string> lines;
  for (const TableFidelity& table : fidelity.tables) {
    std::vector<std::string> off;
    for (const ColumnFidelity& column : table.columns) {
      if (!column.missed.empty()) off.push_back(fmt::format("{} ({})", column.name, fmt::join(column.missed, ", ")));
    }
    std::string line =
        fmt::format("{}: the rows meet {:.0f} % of the shape's measures", table.name, std::floor(100 * table.score()));
    if (!off.empty()) {
      constexpr std::size_t shown = 5;
      const auto end = off.begin() + static_cast<std::ptrdiff_t>(std::min(shown, off.size()));
      line += fmt::format("; off in {}", fmt::join(off.begin(), end, ", "));
      if (off.size() > shown) line += fmt::format(" and {} more", off.size() - shown);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace pgrehearse::profile
