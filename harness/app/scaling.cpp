#include "harness/app/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/units.hpp"

namespace pgrehearse::app {
namespace {

const scenario::Table* find(const scenario::Data& data, const std::string& name) {
  const auto found = std::find_if(data.tables.begin(), data.tables.end(),
                                  [&](const scenario::Table& table) { return table.name == name; });
  return found == data.tables.end() ? nullptr : &*found;
}

// Of the shape's tables, as it is scaled.
std::optional<double> observed_rows(const scenario::Data& data, const std::string& table) {
  for (const auto& observed : data.statistics) {
    if (table != observed.name && table != observed.schema + "." + observed.name) continue;
    return static_cast<double>(observed.rows) * data.scale;
  }
  return {};
}

std::uint64_t scaled(double rows, double factor) {
  return static_cast<std::uint64_t>(std::max(1.0, std::round(rows * factor)));
}

}  // namespace

base::Result<SizeTarget> parse_size_target(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return base::usage_error(fmt::format("'{}' names no table and size", text), "write it like --at users=40M");
  }
  const auto rows = base::parse_count(text.substr(equals + 1));
  if (!rows) return rows.errors();
  if (*rows == 0) return base::usage_error("--at needs more than no rows", "write it like --at users=40M");
  return SizeTarget{text.substr(0, equals), *rows};
}

base::Result<std::uint64_t> rows_of(const scenario::Data& data, const std::string& table) {
  const scenario::Table* found = find(data, table);
  if (!found || !found->rows) {
    const auto observed = observed_rows(data, table);
    return observed ? scaled(*observed, 1) : data.default_rows;
  }
  if (found->rows->per_table.empty()) return static_cast<std::uint64_t>(found->rows->number);
  return base::usage_error(fmt::format("the rows of {} are given per {}", table, found->rows->per_table),
                           fmt::format("name the table on which the others depend: --at {}=N", found->rows->per_table));
}

std::vector<std::uint64_t> geometric_sizes(std::uint64_t largest, std::size_t count) {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t size = largest; sizes.size() < count; size /= 3) {
    if (size == 0 || (sizes.size() >= 3 && size < 1000)) break;
    sizes.push_back(size);
  }
  std::reverse(sizes.begin(), sizes.end());
  return sizes;
}

scenario::Data scaled_to(scenario::Data data, const std::string& table, std::uint64_t rows) {
  const auto own = rows_of(data, table);
  PGR_CHECK(own.ok() && *own > 0);
  const double factor = static_cast<double>(rows) / static_cast<double>(*own);
  data.default_rows = scaled(static_cast<double>(data.default_rows), factor);
  data.scale *= factor;
  for (scenario::Table& each : data.tables) {
    if (each.rows && each.rows->per_table.empty()) {
      each.rows->number = static_cast<double>(scaled(each.rows->number, factor));
    }
  }
  return data;
}

}  // namespace pgrehearse::app
