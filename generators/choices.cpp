#include "generators/choices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generators/quantity.hpp"

namespace pgrehearse::generators {
namespace {

// Numbers of a key that continue those that already stand.
std::optional<double> above_standing(const TableShape& table, std::size_t column) {
  std::optional<double> highest;
  for (const auto& row : table.existing->rows) {
    if (!row[column]) continue;
    auto value = parse_quantity(Unit{Kind::int8, 0}, *row[column]);
    if (value) highest = std::max(highest.value_or(0), static_cast<double>(*value) + 1);
  }
  return highest;
}

bool whole(Kind kind) { return kind >= Kind::int2 && kind <= Kind::oid; }

}  // namespace

std::vector<std::uint64_t> Choices::usable_parents(std::size_t table, const Part& part) const {
  const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
  const TableShape& parent = shape_.tables[key.parent];
  std::vector<std::uint64_t> usable;
  if (!parent.existing) return usable;
  for (std::size_t row = 0; row < parent.existing->rows.size(); ++row) {
    bool complete = std::all_of(key.parent_columns.begin(), key.parent_columns.end(),
                                [&](std::size_t column) { return parent.existing->rows[row][column].has_value(); });
    if (complete) usable.push_back(row);
  }
  if (usable.size() == parent.existing->rows.size()) usable.clear();
  return usable;
}

std::uint64_t Choices::parents(std::size_t table, const Part& part) const {
  const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
  if (part.group && (part.in_turn || key.parent == *part.group)) return group_size(*part.group);
  auto usable = usable_parents(table, part);
  return usable.empty() ? rows_[key.parent] : usable.size();
}

std::uint64_t Choices::group_size(std::size_t root) const {
  std::uint64_t size = rows_[root];
  for (std::size_t table = 0; table < layout_.tables.size(); ++table)
    for (const Part& part : layout_.tables[table].parts)
      if (part.in_turn && part.group == root && rows_[table] > 0) size = std::min(size, rows_[table]);
  return size;
}

Wanted Choices::wanted(std::size_t table, std::size_t column, bool distinct, Limits& limits) const {
  const TableShape& shape = shape_.tables[table];
  const Column& wanted_column = shape.columns[column];
  limits = wanted_column.limits;
  if (distinct && shape.existing && whole(wanted_column.type.kind)) limits.minimum = above_standing(shape, column);
  if (wanted_column.override_ && wanted_column.override_->length) {
    const Override::Length& length = *wanted_column.override_->length;
    if (length.minimum) limits.length_minimum = length.minimum;
    if (length.maximum) limits.length_maximum = length.maximum;
  }
  Wanted wanted;
  wanted.column = wanted_column.name;
  wanted.type = &wanted_column.type;
  wanted.limits = &limits;
  wanted.override_ = wanted_column.override_ ? &*wanted_column.override_ : nullptr;
  wanted.distinct = distinct;
  wanted.rows = rows_[table];
  wanted.seed = shape_.seed.derive(shape.qualified()).derive(wanted_column.name);
  return wanted;
}

std::uint64_t Choices::siblings(std::size_t table, const Part& part) const {
  std::size_t parent = shape_.tables[table].foreign_keys[part.index].parent;
  if (parent == *part.group) return 1;
  return rows_[parent] / std::max<std::uint64_t>(group_size(*part.group), 1);
}

base::Result<ValuesPtr> Choices::values(std::size_t table, std::size_t column, bool distinct) const {
  Limits limits;
  Wanted wanted = this->wanted(table, column, distinct, limits);
  auto values = make_values(wanted);
  if (values) return values;
  base::Errors errors = std::move(values).errors();
  for (base::Error& error : errors) {
    const TableShape& shape = shape_.tables[table];
    error.message = fmt::format("{}: column {}: {}", shape.qualified(), wanted.column, error.message);
    error.hint += fmt::format(" (tables: {}: columns: {}: in the scenario)", shape.name, wanted.column);
    if (wanted.override_ != nullptr) error.place = wanted.override_->place;
  }
  return errors;
}

}  // namespace pgrehearse::generators
