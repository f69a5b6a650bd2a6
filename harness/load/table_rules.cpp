// What a table allows derived scripts to do.
#include <fmt/format.h>

#include <algorithm>

#include "harness/load/table_columns.hpp"
#include "harness/load/table_lookup.hpp"
#include "harness/load/table_scripts.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::load {
namespace {

// Below this many further rows, a busy insert would run out of new keys.
constexpr std::uint64_t rows_to_insert = 10'000;

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
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

const IndexedColumns& TableScripts::indexed(std::size_t table) const {
  static const IndexedColumns none;
  const auto found = std::find_if(indexed_.begin(), indexed_.end(),
                                  [&](const auto& each) { return each.table == shape(table).qualified(); });
  return found == indexed_.end() ? none : *found;
}

bool TableScripts::is_free(std::size_t table, std::size_t c) const {
  const TableShape& shape = this->shape(table);
  const auto is_one = [&](std::size_t one, std::size_t other) { return one == c || other == c; };
  const auto any = [&](const auto& ties, auto is_tied) { return std::any_of(ties.begin(), ties.end(), is_tied); };
  const bool tied = any(shape.different, [&](auto& tie) { return is_one(tie.left, tie.right); }) ||
                    any(shape.ascending, [&](auto& tie) { return is_one(tie.low, tie.high); }) ||
                    any(shape.follows, [&](auto& tie) { return is_one(tie.column, tie.other); });
  const auto& column = shape.columns[c];
  return !tied && !column.generated && !column.sequence && !contains(shape.keys, c) &&
         !contains(shape.foreign_keys, c) && !contains(shape.pools, c) && !holds(indexed(table).decisive, column.name);
}

std::optional<std::size_t> TableScripts::free_column(std::size_t table, bool in_an_index) const {
  const auto& columns = shape(table).columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (holds(indexed(table).any, columns[c].name) == in_an_index && is_free(table, c)) return c;
  }
  return {};
}

bool TableScripts::can_insert(std::size_t table) const {
  return !shape(table).existing && tables_.capacity(table) - tables_.rows(table) >= rows_to_insert;
}

// Each foreign key to the table looks for children of the row: without an index it reads all of them.
bool TableScripts::can_delete(std::size_t table) const {
  if (!has_path(table, primary_key(shape(table)))) return false;
  for (std::size_t i = 0; i < tables_.shape().tables.size(); ++i) {
    for (const auto& key : shape(i).foreign_keys) {
      if (key.parent == table && !has_path(i, key.columns)) return false;
    }
  }
  return true;
}

std::string TableScripts::insertion(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  const Columns columns = written(shape);
  if (columns.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", quoted(shape));
  return fmt::format("INSERT INTO {} ({})\n  VALUES ({})", quoted(shape),
                     join(columns, ", ", [&](std::size_t c) { return quoted(shape, c); }),
                     join(columns, ", ", [&](std::size_t c) { return variable("new", shape.columns[c]); }));
}

// What a sequence gave to this session's last row, else what was drawn. In a subquery it is looked up once.
std::string TableScripts::key_of_new(std::size_t table) const {
  const TableShape& shape = this->shape(table);
  return join(primary_key(shape), " AND ", [&](std::size_t c) {
    if (!shape.columns[c].sequence) return quoted(shape, c) + " = " + variable("new", shape.columns[c]);
    return fmt::format("{} = (SELECT currval(pg_get_serial_sequence({}, {})))", quoted(shape, c),
                       postgres::quote_literal(quoted(shape)), postgres::quote_literal(shape.columns[c].name));
  });
}

}  // namespace pgrehearse::load
