#include "harness/load/table_scripts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/load/script.hpp"
#include "harness/load/table_lookup.hpp"

namespace pgrehearse::load {
namespace {

using generators::TableShape;
using postgres::quote_identifier;
using Columns = std::vector<std::size_t>;

constexpr std::size_t columns_read = 8;
// Below this many further rows, a busy insert would run out of new keys.
constexpr std::uint64_t rows_to_insert = 10'000;

std::string quoted(const TableShape& table) { return postgres::quote_qualified(table.schema, table.name); }
std::string quoted(const TableShape& table, std::size_t column) { return quote_identifier(table.columns[column].name); }
std::string variable(std::string_view prefix, const TableShape& table, std::size_t column) {
  return fmt::format(":{}_{}", prefix, variable_suffix(table.columns[column].name));
}

template <class Each>
std::string join(const Columns& columns, std::string_view separator, Each each) {
  std::vector<std::string> parts;
  for (std::size_t column : columns) parts.push_back(each(column));
  return fmt::format("{}", fmt::join(parts, separator));
}

bool contains(const Columns& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

// "a" = :row_a AND "b" = :row_b
std::string equal(const TableShape& table, const Columns& columns, std::string_view prefix) {
  return join(columns, " AND ", [&](std::size_t c) { return quoted(table, c) + " = " + variable(prefix, table, c); });
}

// The key, and the first columns beside it: what a page would show.
std::string select(const TableShape& table) {
  Columns columns = primary_key(table);
  for (std::size_t i = 0; i < table.columns.size() && columns.size() < columns_read; ++i) {
    if (!contains(columns, i)) columns.push_back(i);
  }
  return fmt::format("SELECT {}\n  FROM {}", join(columns, ", ", [&](std::size_t c) { return quoted(table, c); }),
                     quoted(table));
}

// "users", or "billing.users" outside public.
std::string label(const TableShape& table) {
  return table.schema == "public" ? table.name : table.schema + '.' + table.name;
}

// Names become names of files and tags of logs.
scenario::Script script(std::string name, double weight, std::string text) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == ',' || static_cast<unsigned char>(c) <= ' '; },
      '_');
  scenario::Script script;
  script.source = "derived script " + name;
  script.name = std::move(name);
  script.weight = weight;
  script.text = std::move(text);
  return script;
}

std::string pick(std::string_view prefix, const TableShape& table) {
  return fmt::format("\\pick {} {}\n", prefix, quoted(table));
}

}  // namespace

std::vector<TableScripts::Path> TableScripts::paths_of(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const std::string name = shape.qualified();
  std::vector<Path> found;
  for (const AccessPath& path : paths_) {
    if (path.table != name) continue;
    Path here{{}, path.unique};
    for (const std::string& column : path.columns) {
      const auto at =
          std::find_if(shape.columns.begin(), shape.columns.end(), [&](auto& c) { return c.name == column; });
      if (at == shape.columns.end()) break;
      here.columns.push_back(static_cast<std::size_t>(at - shape.columns.begin()));
    }
    if (here.columns.size() == path.columns.size()) found.push_back(std::move(here));
  }
  return found;
}

bool TableScripts::has_path(std::size_t table, const Columns& columns) const {
  const auto paths = paths_of(table);
  return std::any_of(paths.begin(), paths.end(), [&](const Path& path) {
    return path.columns.size() >= columns.size() &&
           std::all_of(path.columns.begin(), path.columns.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                       [&](std::size_t column) { return contains(columns, column); });
  });
}

std::vector<scenario::Script> TableScripts::by_primary_key(std::size_t table) const {
  std::vector<scenario::Script> scripts;
  for (const Maybe& each : {read_by_key(table), update(table)}) {
    if (each) scripts.push_back(*each);
  }
  return scripts;
}

std::vector<scenario::Script> TableScripts::all(std::size_t table) const {
  std::vector<scenario::Script> scripts;
  for (const Maybe& each : {read_by_key(table), read_by_unique_key(table), read_children(table), read_newest(table),
                            read_range(table), update(table), insert(table)}) {
    if (each) scripts.push_back(*each);
  }
  return scripts;
}

TableScripts::Maybe TableScripts::read_by_key(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const Columns key = primary_key(shape);
  if (!has_path(table, key)) return {};
  return script("read-" + label(shape), 40,
                pick("row", shape) + fmt::format("{}\n  WHERE {};\n", select(shape), equal(shape, key, "row")));
}

TableScripts::Maybe TableScripts::read_by_unique_key(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  for (const Path& path : paths_of(table)) {
    if (!path.unique || path.columns == primary_key(shape)) continue;
    const std::string by = join(path.columns, "-", [&](std::size_t c) { return shape.columns[c].name; });
    return script(
        fmt::format("read-{}-by-{}", label(shape), by), 10,
        pick("row", shape) + fmt::format("{}\n  WHERE {};\n", select(shape), equal(shape, path.columns, "row")));
  }
  return {};
}

// Through the first foreign key that has an index on the child's side.
TableScripts::Maybe TableScripts::read_children(std::size_t table) const {
  const TableShape& child = shape(table);
  for (const auto& key : child.foreign_keys) {
    const TableShape& parent = shape(key.parent);
    if (!has_path(table, key.columns) || tables_.rows(key.parent) == 0) continue;
    std::vector<std::string> conditions;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      conditions.push_back(quoted(child, key.columns[i]) + " = " + variable("parent", parent, key.parent_columns[i]));
    }
    return script(fmt::format("read-{}-of-{}", label(child), label(parent)), 15,
                  pick("parent", parent) +
                      fmt::format("{}\n  WHERE {}\n  LIMIT 20;\n", select(child), fmt::join(conditions, " AND ")));
  }
  return {};
}

TableScripts::Maybe TableScripts::read_newest(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const Columns key = primary_key(shape);
  if (key.size() != 1 || !shape.columns[key[0]].sequence || !has_path(table, key)) return {};
  return script("read-newest-" + label(shape), 5,
                fmt::format("{}\n  ORDER BY {} DESC\n  LIMIT 10;\n", select(shape), quoted(shape, key[0])));
}

TableScripts::Maybe TableScripts::read_range(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  for (const Path& path : paths_of(table)) {
    const std::size_t column = path.columns.front();
    const bool foreign = std::any_of(shape.foreign_keys.begin(), shape.foreign_keys.end(),
                                     [&](const auto& key) { return contains(key.columns, column); });
    if (path.unique || foreign) continue;
    const std::string name = quoted(shape, column);
    return script(fmt::format("read-{}-from-{}", label(shape), shape.columns[column].name), 5,
                  pick("row", shape) + fmt::format("{}\n  WHERE {} >= {}\n  ORDER BY {}\n  LIMIT 10;\n", select(shape),
                                                   name, variable("row", shape, column), name));
  }
  return {};
}

// One that no key, foreign key or index has, and no CHECK ties to others: its values can be exchanged between rows.
std::optional<std::size_t> TableScripts::column_to_update(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const auto paths = paths_of(table);
  const auto among = [](const auto& groups, std::size_t column) {
    return std::any_of(groups.begin(), groups.end(),
                       [&](const auto& group) { return contains(group.columns, column); });
  };
  for (std::size_t c = 0; c < shape.columns.size(); ++c) {
    const auto& column = shape.columns[c];
    const bool tied = std::any_of(shape.different.begin(), shape.different.end(),
                                  [&](const auto& pair) { return pair.left == c || pair.right == c; });
    if (column.generated || column.sequence || tied || among(shape.keys, c) || among(shape.foreign_keys, c) ||
        among(shape.pools, c) || among(paths, c)) {
      continue;
    }
    return c;
  }
  return {};
}

TableScripts::Maybe TableScripts::update(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const auto column = column_to_update(table);
  const Columns key = primary_key(shape);
  if (!column || !has_path(table, key)) return {};
  return script("update-" + label(shape), 15,
                pick("row", shape) + pick("other", shape) +
                    fmt::format("UPDATE {}\n  SET {} = {}\n  WHERE {};\n", quoted(shape), quoted(shape, *column),
                                variable("other", shape, *column), equal(shape, key, "row")));
}

TableScripts::Maybe TableScripts::insert(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  if (shape.existing || tables_.capacity(table) - tables_.rows(table) < rows_to_insert) return {};
  Columns columns;
  for (std::size_t c = 0; c < shape.columns.size(); ++c) {
    if (!shape.columns[c].generated && !shape.columns[c].sequence) columns.push_back(c);
  }
  if (columns.empty()) {
    return script("insert-" + label(shape), 10, fmt::format("INSERT INTO {} DEFAULT VALUES;\n", quoted(shape)));
  }
  return script("insert-" + label(shape), 10,
                fmt::format("\\row new {}\nINSERT INTO {} ({})\n  VALUES ({});\n", quoted(shape), quoted(shape),
                            join(columns, ", ", [&](std::size_t c) { return quoted(shape, c); }),
                            join(columns, ", ", [&](std::size_t c) { return variable("new", shape, c); })));
}

}  // namespace pgrehearse::load
