#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/units.hpp"
#include "harness/profile/fidelity.hpp"

namespace pgrehearse::profile {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

std::string line(std::size_t width, const ColumnFidelity& column) {
  return fmt::format("  {:<{}} {:>7} {:>9} {:>7} {:>13} {:>7} {:>12} {:>7} {:>8} {:>6} {:>6}  {}\n", column.name, width,
                     shown(column.null_fraction), shown(column.distinct_ratio), shown(column.common),
                     shown(column.distribution), shown(column.length), shown(column.correlation),
                     shown(column.width_ratio), shown(column.elements), shown(column.element_count),
                     shown(column.ranges), fmt::join(column.missed, ", "));
}

std::string table_text(const TableFidelity& table) {
  std::size_t width = 6;
  for (const ColumnFidelity& column : table.columns) width = std::max(width, column.name.size());
  std::string text = fmt::format(
      "{}: {:.0f} % of {} measures met, {} of {} columns in all; {} rows\n"
      "  {:<{}} {:>7} {:>9} {:>7} {:>13} {:>7} {:>12} {:>7} {:>8} {:>6} {:>6}  off\n",
      table.name, 100 * table.score(),
      [&] {
        int measures = 0;
        for (const ColumnFidelity& column : table.columns) measures += column.measures;
        return measures;
      }(),
      table.columns_met(), table.columns.size(), base::format_count(table.rows), "column", width, "nulls", "distinct",
      "common", "distribution", "length", "correlation", "width", "elements", "counts", "ranges");
  for (const ColumnFidelity& column : table.columns) text += line(width, column);
  return text;
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json column_json(const ColumnFidelity& column) {
  return {{"name", column.name},
          {"by_value", column.by_value},
          {"null_fraction", column.null_fraction},
          {"distinct_ratio", number(column.distinct_ratio)},
          {"common", number(column.common)},
          {"distribution", number(column.distribution)},
          {"length", number(column.length)},
          {"correlation", number(column.correlation)},
          {"width_ratio", number(column.width_ratio)},
          {"elements", number(column.elements)},
          {"element_count", number(column.element_count)},
          {"ranges", number(column.ranges)},
          {"missed", column.missed}};
}

}  // namespace

std::string fidelity_text(const Fidelity& fidelity) {
  std::string text;
  for (const TableFidelity& table : fidelity.tables) text += table_text(table);
  return text.empty() ? "nothing to compare: no table has rows and statistics on both sides\n" : text;
}

std::string fidelity_json(const Fidelity& fidelity) {
  Json json = Json::object();
  json["format"] = "pgrehearse-fidelity/1";
  Json& tables = json["tables"] = Json::array();
  for (const TableFidelity& table : fidelity.tables) {
    Json columns = Json::array();
    for (const ColumnFidelity& column : table.columns) columns.push_back(column_json(column));
    tables.push_back({{"name", table.name},
                      {"rows_asked", table.rows_asked},
                      {"rows", table.rows},
                      {"score", table.score()},
                      {"columns_met", table.columns_met()},
                      {"columns", columns}});
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgrehearse::profile
