#include "harness/populate/observed.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "generators/type_family.hpp"

namespace pgrehearse::populate {
namespace {

using generators::TableShape;
using generators::TableStatistics;

// Nothing was known of the column where the shape was made.
bool tells(const generators::ColumnStatistics& column) {
  return column.null_fraction > 0 || column.average_width > 0 || !column.marks.empty();
}

double stored_width(const generators::ColumnStatistics& column) {
  return (1 - column.null_fraction) * column.average_width;
}

// Of the header and all columns.
double row_width(const TableStatistics& table) {
  double width = 24;
  for (const auto& [name, column] : table.columns) width += stored_width(column);
  return width;
}

// Without a sample: values that are too wide for the histogram are likely where many of those in it are wide.
double likely_wide_bytes(const generators::ColumnStatistics& column) {
  bool wide_type = false;
  for (const char* family : {"text", "bytea", "json", "jsonb", "xml"})
    wide_type = wide_type || generators::same_kind_of_type(column.type, family);
  if (!wide_type) return 0;
  constexpr std::size_t wide = 500;
  constexpr double many = 0.03;
  double count = 0;
  for (const generators::Mark& mark : column.marks)
    count += (mark.value ? mark.value->size() : mark.length) > wide && !mark.common() ? 1 : 0;
  if (column.marks.empty()) return column.average_width > wide / 2 ? stored_width(column) : 0;
  return count >= many * static_cast<double>(column.marks.size())
             ? (1 - column.null_fraction) * count / static_cast<double>(column.marks.size())
             : 0;
}

// Of its values that may be stored apart, bytes a row.
double wide_bytes(const generators::ColumnStatistics& column) {
  if (column.widths.empty()) return likely_wide_bytes(column);
  constexpr std::uint32_t wide = 1'900;
  double sum = 0;
  for (const std::uint32_t width : column.widths) sum += width > wide ? width : 0;
  return (1 - column.null_fraction) * sum / static_cast<double>(column.widths.size());
}

// What the table has in TOAST, shared out by how many bytes of the columns could be there.
std::optional<double> stored_apart(const TableStatistics& table, const generators::ColumnStatistics& column) {
  double all = 0;
  for (const auto& [name, each] : table.columns) all += wide_bytes(each);
  if (all <= 0 || table.rows == 0) return {};
  return static_cast<double>(table.toast_bytes) / static_cast<double>(table.rows) * wide_bytes(column) / all;
}

class Observed {
 public:
  Observed(postgres::Session& session, const scenario::Data& data, Catalog& catalog)
      : session_(session), data_(data), catalog_(catalog), rows_(catalog.tables.size()) {}

  base::Result<std::vector<std::optional<std::uint64_t>>> apply() {
    std::vector<std::string> missing;
    for (const TableStatistics& observed : data_.statistics) {
      const auto table = find(observed);
      if (!table) {
        missing.push_back(observed.schema + "." + observed.name);
        continue;
      }
      ++tables_found_;
      rows_[*table] = static_cast<std::uint64_t>(std::llround(static_cast<double>(observed.rows) * data_.scale));
      apply_to(*table, observed);
    }
    if (!data_.statistics.empty() && is_of_another_schema()) return other_schema(missing);
    tell_missing(missing);
    if (!elsewhere_.empty()) {
      catalog_.notices.push_back(
          fmt::format("not taken from the shape, because the schema has no such thing, or has it with another type: {}",
                      fmt::join(elsewhere_, ", ")));
    }
    return std::move(rows_);
  }

 private:
  std::optional<std::size_t> find(const TableStatistics& observed) const {
    for (std::size_t i = 0; i < catalog_.shape.tables.size(); ++i) {
      const TableShape& shape = catalog_.shape.tables[i];
      if (shape.schema == observed.schema && shape.name == observed.name) return i;
    }
    return {};
  }

  void apply_to(std::size_t table, const TableStatistics& observed) {
    TableShape& shape = catalog_.shape.tables[table];
    for (const auto& [name, column] : observed.columns) apply_to(shape, name, column, observed);
    for (const auto& [name, fan_out] : observed.fan_outs) {
      const auto key = std::find_if(shape.foreign_keys.begin(), shape.foreign_keys.end(),
                                    [&, &wanted = name](const auto& each) { return each.name == wanted; });
      if (key == shape.foreign_keys.end()) {
        elsewhere_.push_back(fmt::format("foreign key {} of {}", name, shape.qualified()));
      } else {
        key->fan_out = std::make_shared<generators::FanOut>(fan_out);
      }
    }
    for (const auto& joint : observed.joint) {
      if (has_all(shape, joint.columns)) shape.joint.push_back(joint);
    }
  }

  void apply_to(TableShape& shape, const std::string& name, const generators::ColumnStatistics& observed,
                const TableStatistics& table) {
    const auto column =
        std::find_if(shape.columns.begin(), shape.columns.end(), [&](const auto& each) { return each.name == name; });
    if (column == shape.columns.end()) {
      elsewhere_.push_back(shape.qualified() + "." + name);
    } else if (!observed.type.empty() && !generators::same_kind_of_type(observed.type, column->type.name)) {
      elsewhere_.push_back(
          fmt::format("{}.{} ({}, not {})", shape.qualified(), name, column->type.name, observed.type));
    } else {
      ++fitting_;
      if (!tells(observed)) return;
      auto statistics = std::make_shared<generators::ColumnStatistics>(observed);
      statistics->rows = table.rows;
      statistics->beside = row_width(table) - stored_width(observed);
      statistics->apart = stored_apart(table, observed);
      column->statistics = std::move(statistics);
    }
  }

  static bool has_all(const TableShape& shape, const std::vector<std::string>& columns) {
    return std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
      return std::any_of(shape.columns.begin(), shape.columns.end(),
                         [&](const auto& each) { return each.name == name && each.statistics; });
    });
  }

  // Next to nothing of the one is in the other, nor the other way round. Shapes of a part, or of more, are welcome.
  bool is_of_another_schema() const {
    constexpr double next_to_nothing = 1.0 / 6;
    std::size_t wanted = 0, here = 0;
    for (const TableStatistics& observed : data_.statistics) wanted += observed.columns.size();
    for (const TableShape& shape : catalog_.shape.tables) here += shape.columns.size();
    const auto least = static_cast<double>(std::min(wanted, here));
    return tables_found_ == 0 || static_cast<double>(fitting_) < next_to_nothing * least;
  }

  // The first few.
  static std::string some(const std::vector<std::string>& names) {
    const std::size_t shown = std::min<std::size_t>(names.size(), 5);
    const std::string more = names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "";
    return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                       more);
  }

  base::Error other_schema(const std::vector<std::string>& missing) const {
    std::vector<std::string> here;
    for (const TableShape& shape : catalog_.shape.tables)
      if (std::none_of(data_.statistics.begin(), data_.statistics.end(), [&](const TableStatistics& each) {
            return each.schema == shape.schema && each.name == shape.name;
          }))
        here.push_back(shape.qualified());
    std::string message = fmt::format("the shape is of another schema: {} of its {} tables {} here", tables_found_,
                                      data_.statistics.size(), tables_found_ == 1 ? "stands" : "stand");
    if (!missing.empty()) message += "; only in the shape are " + some(missing);
    if (!here.empty()) message += "; only here are " + some(here);
    if (!elsewhere_.empty())
      message += "; what stands in both has no such column, or one of another type: " + some(elsewhere_);
    return base::usage_error(message, "profile a database with this schema, or go without the shape",
                             {data_.shape_file, 0, 0});
  }

  // Tables that stand there and are not to be filled, such as a migration tool's own, are none of the user's concern.
  void tell_missing(const std::vector<std::string>& missing) {
    std::vector<std::string> unknown;
    for (const TableStatistics& observed : data_.statistics) {
      const std::string name = observed.schema + "." + observed.name;
      if (std::find(missing.begin(), missing.end(), name) == missing.end()) continue;
      const auto there = session_.query("SELECT to_regclass($1) IS NOT NULL",
                                        {postgres::quote_qualified(observed.schema, observed.name)});
      if (!there.boolean(0, 0)) unknown.push_back(name);
    }
    if (unknown.empty()) return;
    catalog_.notices.push_back(
        fmt::format("tables of the shape that this schema does not have: {}", fmt::join(unknown, ", ")));
  }

  postgres::Session& session_;
  const scenario::Data& data_;
  Catalog& catalog_;
  std::vector<std::optional<std::uint64_t>> rows_;
  std::vector<std::string> elsewhere_;
  std::size_t tables_found_ = 0, fitting_ = 0;  // fitting: columns with a counterpart
};

}  // namespace

base::Result<std::vector<std::optional<std::uint64_t>>> apply_statistics(postgres::Session& session,
                                                                         const scenario::Data& data, Catalog& catalog) {
  return Observed(session, data, catalog).apply();
}

}  // namespace pgrehearse::populate
