#include "harness/observe/data_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/observe/catalog_queries.hpp"

namespace pgrehearse::observe {
namespace {

// The hash of column {0} with seed {1}, where a function for it can be called from SQL. Two to three times as fast as
// hash_record_extended(), which looks the function up; NULL gives NULL, which a sum leaves out.
const std::map<std::string, std::string>& hash_calls() {
  static const std::map<std::string, std::string> calls{
      {"bool", "hashint4extended({0}::int4, {1})"},
      {"int2", "hashint2extended({0}, {1})"},
      {"int4", "hashint4extended({0}, {1})"},
      {"int8", "hashint8extended({0}, {1})"},
      {"float4", "hashfloat4extended({0}, {1})"},
      {"float8", "hashfloat8extended({0}, {1})"},
      {"numeric", "hash_numeric_extended({0}, {1})"},
      {"text", "hashtextextended({0}, {1})"},
      {"varchar", "hashtextextended({0}, {1})"},
      {"bpchar", "hashbpcharextended({0}, {1})"},
      {"uuid", "uuid_hash_extended({0}, {1})"},
      {"time", "time_hash_extended({0}, {1})"},
      {"timestamp", "timestamp_hash_extended({0}, {1})"},
      {"timestamptz", "timestamp_hash_extended({0} AT TIME ZONE interval '0', {1})"},
      {"inet", "hashinetextended({0}, {1})"},
      {"macaddr", "hashmacaddrextended({0}, {1})"}};
  return calls;
}

// Types whose function cannot be called so.
bool hashes_in_a_record(const std::string& base) {
  static const std::set<std::string> types{"date", "timetz", "bytea", "oid", "char", "name", "cidr", "macaddr8"};
  return types.contains(base);
}

std::string text_hash(const PlannedColumn& column, const std::string& seed) {
  return fmt::format("hashtextextended({}::text COLLATE \"C\", {})", postgres::quote_identifier(column.name), seed);
}

std::string hash(const PlannedColumn& column, const std::string& seed) {
  const std::string name = postgres::quote_identifier(column.name);
  const auto call = hash_calls().find(column.base);
  if (call != hash_calls().end()) return fmt::format(fmt::runtime(call->second), name, seed);
  if (hashes_in_a_record(column.base)) return fmt::format("hash_record_extended(ROW({}), {})", name, seed);
  return text_hash(column, seed);
}

// The hash of the first is the seed of the next.
std::string key_hash(const PlannedTable& table) {
  std::string seed = "0";
  for (const std::string& name : table.key) seed = hash(*table.find(name), seed);
  return seed;
}

// What ties a value to its row. One integer is good enough by itself: the hash mixes it in.
std::string seed_of(const PlannedTable& table) {
  if (table.key.empty()) return "0";
  const PlannedColumn& first = *table.find(table.key.front());
  const bool integer = first.base == "int2" || first.base == "int4" || first.base == "int8";
  return table.key.size() == 1 && integer ? postgres::quote_identifier(first.name) : key_hash(table);
}

// As ROW() wants it: NULLs count, and types without a hash are text.
std::string row_hash(const PlannedTable& table) {
  if (table.columns.empty()) return "0";
  std::vector<std::string> values;
  for (const PlannedColumn& column : table.columns) {
    const bool hashable = hash_calls().contains(column.base) || hashes_in_a_record(column.base);
    values.push_back(postgres::quote_identifier(column.name) + (hashable ? "" : "::text"));
  }
  return fmt::format("hash_record_extended(ROW({}), 0)", fmt::join(values, ", "));
}

std::string excluded_names(const std::vector<std::string>& tables) {
  std::vector<std::string> literals{"''"};
  for (const std::string& table : tables) literals.push_back(postgres::quote_literal(table));
  return fmt::format("{}", fmt::join(literals, ", "));
}

std::string tables_query(const std::vector<std::string>& excluded_tables) {
  return fmt::format(R"(
WITH RECURSIVE base AS (
  SELECT oid AS type, oid, typname, typtype, typbasetype, typnamespace FROM pg_type
  UNION ALL
  SELECT b.type, t.oid, t.typname, t.typtype, t.typbasetype, t.typnamespace
  FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd'),
key AS MATERIALIZED (
  SELECT DISTINCT ON (i.indrelid) i.indrelid, (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns FROM pg_index i
  WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indrelid >= 16384
    AND NOT EXISTS (SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) k
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k WHERE NOT a.attnotnull)
  ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid)
SELECT n.nspname, c.relname, c.relkind = 'p', a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace THEN b.typname ELSE '' END,
       a.atttypmod >= 0 OR a.atttypid <> b.oid, coalesce(array_position(key.columns, a.attnum), 0), c.oid, a.attnum
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN base b ON b.type = a.atttypid AND b.typtype <> 'd'
LEFT JOIN key ON key.indrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND {0}
  AND c.relname NOT IN ({1}) AND n.nspname || '.' || c.relname NOT IN ({1})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2, a.attnum)",
                     user_schema, excluded_names(excluded_tables));
}

}  // namespace

const PlannedColumn* PlannedTable::find(const std::string& column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const PlannedColumn& planned) { return planned.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::map<std::string, PlannedTable> read_tables(postgres::Session& session,
                                                const std::vector<std::string>& excluded_tables) {
  const auto rows = session.query(tables_query(excluded_tables));
  std::map<std::string, PlannedTable> tables;
  std::map<std::string, std::map<std::int64_t, std::string>> keys;  // by table and position
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string qualified = rows.string(row, 0) + "." + rows.string(row, 1);
    PlannedTable& table = tables[qualified];
    table.schema = rows.string(row, 0);
    table.name = rows.string(row, 1);
    table.partitioned = rows.boolean(row, 2);
    table.oid = rows.string(row, 8);
    if (rows.null(row, 3)) continue;  // a table without columns
    table.columns.push_back(
        {rows.string(row, 3), rows.string(row, 4), rows.string(row, 5), rows.boolean(row, 6), rows.integer(row, 9)});
    if (const auto position = rows.integer(row, 7)) keys[qualified][position] = rows.string(row, 3);
  }
  for (const auto& [qualified, columns] : keys) {
    for (const auto& [position, column] : columns) tables[qualified].key.push_back(column);
  }
  return tables;
}

bool needs_text(const PlannedColumn& column) { return column.base == "numeric" && !column.scaled; }

std::string sum_query(const PlannedTable& table) {
  std::vector<std::string> sums{"count(*)"};
  sums.push_back(fmt::format("sum({})", table.key.empty() ? row_hash(table) : key_hash(table)));
  const std::string seed = seed_of(table);
  for (const PlannedColumn& column : table.columns) {
    sums.push_back(fmt::format("count({})", postgres::quote_identifier(column.name)));
    sums.push_back(fmt::format("sum({})", hash(column, seed)));
    if (needs_text(column)) sums.push_back(fmt::format("sum({})", text_hash(column, seed)));
  }
  return fmt::format("SELECT {} FROM {}{}", fmt::join(sums, ", "), table.partitioned ? "" : "ONLY ",
                     postgres::quote_qualified(table.schema, table.name));
}

}  // namespace pgrehearse::observe
