#include "harness/observe/data_snapshot.hpp"

#include <algorithm>

#include "harness/observe/catalog_queries.hpp"
#include "harness/observe/data_plan.hpp"

namespace pgrehearse::observe {
namespace {

// The text forms must not depend on the settings of the role or the database. No JIT: it costs more than it saves up to
// some ten million rows.
constexpr const char* begin =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''; SET LOCAL lock_timeout = '30s'; "
    "SET LOCAL statement_timeout = 0; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 4; "
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; "
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'";

// The table as it is now, cut down to what the earlier snapshot has of it. Columns of a key of which a part is gone
// cannot tie values to rows any more: then only the number of rows remains.
PlannedTable restrict_to(const PlannedTable& now, const TableData& like) {
  PlannedTable table = now;
  table.key = like.key;
  table.columns.clear();
  for (const ColumnData& column : like.columns) {
    if (const PlannedColumn* found = now.find(column.name)) table.columns.push_back(*found);
  }
  const bool whole_key = std::all_of(like.key.begin(), like.key.end(),
                                     [&](const std::string& column) { return table.find(column) != nullptr; });
  if (!whole_key) table.key.clear();
  return table;
}

// Those of its columns that stood in `like`.
PlannedTable of_origin(const PlannedTable& now, const TableData& like) {
  const auto stood = [&](const PlannedColumn& column) {
    return std::any_of(like.columns.begin(), like.columns.end(), [&](const ColumnData& earlier) {
      return earlier.name == column.name || (like.oid == now.oid && earlier.number == column.number);
    });
  };
  PlannedTable table = now;
  std::erase_if(table.columns, [&](const PlannedColumn& column) { return !stood(column); });
  const bool whole_key = std::all_of(now.key.begin(), now.key.end(),
                                     [&](const std::string& column) { return table.find(column) != nullptr; });
  if (!whole_key) table.key.clear();
  return table;
}

const TableData* find_origin(const PlannedTable& table, const std::string& name, const DataSnapshot& like) {
  for (const auto& [earlier_name, earlier] : like.tables) {
    if (earlier.oid == table.oid) return &earlier;
  }
  const auto found = like.tables.find(name);
  return found == like.tables.end() ? nullptr : &found->second;
}

TableData sum_up(postgres::Session& session, const PlannedTable& table) {
  const auto rows = session.query(sum_query(table));
  TableData data;
  data.oid = table.oid;
  data.key = table.key;
  std::size_t at = 0;
  data.rows = static_cast<std::uint64_t>(rows.integer(0, at++));
  (table.key.empty() ? data.row_sum : data.key_sum) = rows.string(0, at++);
  for (const PlannedColumn& planned : table.columns) {
    ColumnData& column = data.columns.emplace_back();
    column.name = planned.name;
    column.type = planned.type;
    column.number = planned.number;
    column.values = static_cast<std::uint64_t>(rows.integer(0, at++));
    column.sum = rows.string(0, at++);
    if (needs_text(planned)) column.text_sum = rows.string(0, at++);
  }
  return data;
}

std::map<std::string, std::string> read_sequences(postgres::Session& session) {
  std::map<std::string, std::string> last_values;
  const auto rows = session.query(
      "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE schemaname !~ '^pg_'");
  for (std::size_t row = 0; row < rows.size(); ++row) last_values[rows.string(row, 0)] = rows.string(row, 1);
  return last_values;
}

DataSnapshot read_snapshot(postgres::Session& session, const std::vector<std::string>& excluded,
                           const DataSnapshot* like, Match match) {
  DataSnapshot snapshot;
  for (const auto& [name, table] : read_tables(session, excluded)) {
    if (!like) {
      snapshot.tables[name] = sum_up(session, table);
    } else if (match == Match::origin) {
      if (const auto* earlier = find_origin(table, name, *like)) {
        snapshot.tables[name] = sum_up(session, of_origin(table, *earlier));
      }
    } else if (const auto earlier = like->tables.find(name); earlier != like->tables.end()) {
      snapshot.tables[name] = sum_up(session, restrict_to(table, earlier->second));
    }
  }
  snapshot.sequences = read_sequences(session);
  return snapshot;
}

}  // namespace

base::Result<DataSnapshot> take_data_snapshot(postgres::Session& session,
                                              const std::vector<std::string>& excluded_tables, const DataSnapshot* like,
                                              Match match) {
  try {
    session.query(begin);
    DataSnapshot snapshot = read_snapshot(session, excluded_tables, like, match);
    session.query("COMMIT");
    return snapshot;
  } catch (const postgres::Failure& failure) {
    (void)session.attempt("ROLLBACK");
    return postgres::to_error(failure, "summing up the tables");
  }
}

}  // namespace pgrehearse::observe
