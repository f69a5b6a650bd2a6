#include "harness/load/table_columns.hpp"

#include <fmt/format.h>

#include "harness/load/table_lookup.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {
namespace {

constexpr std::size_t columns_read = 8;

Columns shown(const TableShape& table, std::size_t limit) {
  Columns columns = primary_key(table);
  for (std::size_t i = 0; i < table.columns.size() && columns.size() < limit; ++i) {
    if (!contains(columns, i)) columns.push_back(i);
  }
  return columns;
}

std::string of_alias(const std::string& alias, const TableShape& table, std::size_t column) {
  return alias.empty() ? quoted(table, column) : alias + "." + quoted(table, column);
}

}  // namespace

std::string quoted(const TableShape& table) { return postgres::quote_qualified(table.schema, table.name); }

std::string quoted(const TableShape& table, std::size_t column) {
  return postgres::quote_identifier(table.columns[column].name);
}

std::string equal(const TableShape& table, const Columns& columns, std::string_view prefix, const std::string& alias) {
  return join(columns, " AND ",
              [&](std::size_t c) { return of_alias(alias, table, c) + " = " + variable(prefix, table.columns[c]); });
}

std::string select(const TableShape& table) {
  const auto name = [&](std::size_t c) { return quoted(table, c); };
  return fmt::format("SELECT {}\n  FROM {}", join(shown(table, columns_read), ", ", name), quoted(table));
}

std::string select_joined(const TableShape& child, const generators::ForeignKey& key, const TableShape& parent) {
  const auto of_child = [&](std::size_t c) { return of_alias("child", child, c); };
  const auto of_parent = [&](std::size_t c) { return of_alias("parent", parent, c); };
  std::string on;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    on += (i == 0 ? "" : " AND ") + of_parent(key.parent_columns[i]) + " = " + of_child(key.columns[i]);
  }
  return fmt::format("SELECT {}, {}\n  FROM {} AS child\n  JOIN {} AS parent ON {}",
                     join(shown(child, columns_read / 2), ", ", of_child),
                     join(shown(parent, columns_read / 2), ", ", of_parent), quoted(child), quoted(parent), on);
}

std::string update(const TableShape& table, std::size_t column, std::string_view prefix) {
  return fmt::format("UPDATE {}\n  SET {} = {}", quoted(table), quoted(table, column),
                     variable(prefix, table.columns[column]));
}

Columns written(const TableShape& table) {
  Columns columns;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (!table.columns[c].generated && !table.columns[c].sequence) columns.push_back(c);
  }
  return columns;
}

}  // namespace pgrehearse::load
