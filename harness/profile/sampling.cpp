#include "harness/profile/sampling.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace pgrehearse::profile {
namespace {

constexpr double rows_for_widths = 30'000;
constexpr double parents_to_count = 10'000;
constexpr const char* time_limit = "60s";

// Every hundredth, so that the tails show.
std::string hundredths() {
  std::vector<double> shares;
  for (int i = 0; i <= 100; ++i) shares.push_back(i / 100.0);
  return fmt::format("'{{{}}}'::float8[]", fmt::join(shares, ","));
}

std::string sample_of(const ListedTable& listed, double rows) {
  const generators::TableStatistics& statistics = listed.table.statistics;
  const double percent = std::min(100.0, 100 * rows / std::max(1.0, static_cast<double>(statistics.rows)));
  return fmt::format("{} TABLESAMPLE SYSTEM ({:.6g}) REPEATABLE (1)",
                     postgres::quote_qualified(statistics.schema, statistics.name), std::max(percent, 1e-6));
}

// False, and a notice, where the server gave up.
template <class Work>
void within_limits(postgres::Session& session, const std::string& what, std::vector<std::string>& notices, Work work) {
  session.query(fmt::format("SET statement_timeout = '{}'", time_limit));
  try {
    work();
  } catch (const postgres::Failure& failure) {
    if (failure.connection_lost()) throw;
    notices.push_back(fmt::format("{} was not sampled: {}", what, failure.summary()));
  }
  session.query("RESET statement_timeout");
}

bool is_wide(const ColumnFacts& column) {
  static const std::vector<std::string> types{"text", "character varying", "bpchar", "bytea", "json", "jsonb", "xml"};
  return std::find(types.begin(), types.end(), column.base_type) != types.end() || column.base_type.ends_with("citext");
}

std::uint32_t to_width(const std::string& text) { return static_cast<std::uint32_t>(std::stoul(text)); }

// A column whose widths are sampled: its values, and their lengths, as the sample names them.
struct Wide {
  std::string column, value, length;
  bool binary_json = false;
};

// What is too wide for its row is compressed, the widest value first (heap_toast_insert_or_update() in
// src/backend/access/heap/heaptoast.c): of such a value the size tells how far it can be.
std::string widths_sql(const ListedTable& listed, const std::vector<Wide>& wide) {
  std::vector<std::string> given, lengths, figures;
  for (const Wide& each : wide) {
    given.push_back(fmt::format("{} AS {}, {} AS {}", each.column, each.value, each.length, "l" + each.value));
    lengths.push_back("l" + each.value);
  }
  for (const Wide& each : wide) {
    figures.push_back(fmt::format("percentile_disc({}) WITHIN GROUP (ORDER BY l{})", hundredths(), each.value));
    figures.push_back(
        fmt::format("coalesce(sum(pg_column_size({0})) FILTER (WHERE l{0} = widest AND every >= 2000)::float8 / "
                    "sum(l{0}) FILTER (WHERE l{0} = widest AND every >= 2000), "
                    "sum(pg_column_size({0})) FILTER (WHERE pg_column_compression({0}) IS NOT NULL)::float8 / "
                    "sum(l{0}) FILTER (WHERE pg_column_compression({0}) IS NOT NULL))",
                    each.value));
    figures.push_back(
        fmt::format("sum(pg_column_size({0})) FILTER (WHERE pg_column_compression({0}) IS NULL)::float8 / "
                    "nullif(sum(l{0}) FILTER (WHERE pg_column_compression({0}) IS NULL), 0)",
                    each.value));
    figures.push_back(
        fmt::format("CASE WHEN max(every) >= 2000 THEN "
                    "corr(ln(l{0}::float8 + 1), ln(every::float8 - l{0} + 1)) FILTER (WHERE every > l{0}) END",
                    each.value));
  }
  return fmt::format(
      "SELECT {} FROM (SELECT {} FROM {}) AS s CROSS JOIN LATERAL "
      "(SELECT max(l) AS widest, sum(l) AS every FROM unnest(ARRAY[{}]) AS u(l)) AS r",
      fmt::join(figures, ", "), fmt::join(given, ", "), sample_of(listed, rows_for_widths), fmt::join(lengths, ", "));
}

void sample_widths_of(postgres::Session& session, ListedTable& listed) {
  std::vector<std::string> names;
  std::vector<Wide> wide;
  for (const ColumnFacts& column : listed.columns) {
    if (!column.readable || !is_wide(column)) continue;
    const std::string name = postgres::quote_identifier(column.name);
    wide.push_back({name, fmt::format("v{}", names.size()),
                    fmt::format("octet_length({}{})", name, column.bytes ? "" : "::text"),
                    column.base_type == "jsonb"});
    names.push_back(column.name);
  }
  if (names.empty()) return;
  const auto rows = session.query(widths_sql(listed, wide));
  for (std::size_t i = 0; i < wide.size(); ++i) {
    const std::size_t at = 4 * i;
    if (rows.null(0, at)) continue;  // no row had a value
    auto& column = listed.table.statistics.columns[names[i]];
    for (const std::string& width : rows.array(0, at)) column.widths.push_back(to_width(width));
    if (!rows.null(0, at + 1)) column.stored_share = rows.number(0, at + 1);
    if (wide[i].binary_json && !rows.null(0, at + 2)) column.plain_share = rows.number(0, at + 2);
    if (!rows.null(0, at + 3)) column.together = rows.number(0, at + 3);
  }
}

struct ForeignKey {
  std::string name;
  ListedTable* child;
  ListedTable* parent;
  std::vector<std::string> columns, parent_columns;
};

std::vector<ForeignKey> foreign_keys(postgres::Session& session, std::vector<ListedTable>& tables) {
  std::map<std::int64_t, ListedTable*> by_oid;
  for (ListedTable& table : tables) by_oid[table.oid] = &table;
  const auto rows = session.query(R"(
      SELECT f.conname, f.conrelid, f.confrelid,
             ARRAY(SELECT a.attname FROM unnest(f.conkey) WITH ORDINALITY AS k(number, n)
                   JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number ORDER BY k.n),
             ARRAY(SELECT a.attname FROM unnest(f.confkey) WITH ORDINALITY AS k(number, n)
                   JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number ORDER BY k.n)
      FROM pg_constraint f WHERE f.contype = 'f' AND f.conparentid = 0 ORDER BY f.conrelid, f.conname)");
  std::vector<ForeignKey> keys;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto child = by_oid.find(rows.integer(r, 1)), parent = by_oid.find(rows.integer(r, 2));
    if (child == by_oid.end() || parent == by_oid.end()) continue;
    keys.push_back({rows.string(r, 0), child->second, parent->second, rows.array(r, 3), rows.array(r, 4)});
  }
  return keys;
}

std::string list(const std::vector<std::string>& columns, const char* alias) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(alias + postgres::quote_identifier(column));
  return fmt::format("{}", fmt::join(names, ", "));
}

// Through the child's index where it has one; else one scan of the child.
std::string fan_out_sql(const ForeignKey& key) {
  std::vector<std::string> match;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    match.push_back(fmt::format("c.{} = p.{}", postgres::quote_identifier(key.columns[i]),
                                postgres::quote_identifier(key.parent_columns[i])));
  }
  const generators::TableStatistics& child = key.child->table.statistics;
  return fmt::format(
      "WITH parents AS MATERIALIZED (SELECT {0} FROM {1}), "
      "counted AS (SELECT count(c.{2}) AS children FROM parents p LEFT JOIN {3} c ON {4} GROUP BY {5}) "
      "SELECT avg((children > 0)::int)::float8, "
      "percentile_disc({6}) WITHIN GROUP (ORDER BY children) FILTER (WHERE children > 0) FROM counted",
      list(key.parent_columns, ""), sample_of(*key.parent, parents_to_count),
      postgres::quote_identifier(key.columns[0]), postgres::quote_qualified(child.schema, child.name),
      fmt::join(match, " AND "), list(key.parent_columns, "p."), hundredths());
}

void sample_fan_out(postgres::Session& session, const ForeignKey& key) {
  const auto rows = session.query(fan_out_sql(key));
  if (rows.null(0, 0)) return;  // the parent is empty
  generators::FanOut fan_out;
  fan_out.parents_with_children = rows.number(0, 0);
  if (!rows.null(0, 1)) {
    for (const std::string& children : rows.array(0, 1)) fan_out.children.push_back(std::stod(children));
  }
  key.child->table.statistics.fan_outs[key.name] = std::move(fan_out);
}

}  // namespace

void sample_widths(postgres::Session& session, std::vector<ListedTable>& tables, std::vector<std::string>& notices) {
  for (ListedTable& listed : tables) {
    const std::string name = listed.table.statistics.schema + "." + listed.table.statistics.name;
    within_limits(session, "the widths of " + name, notices, [&] { sample_widths_of(session, listed); });
  }
}

void sample_fan_outs(postgres::Session& session, std::vector<ListedTable>& tables, std::vector<std::string>& notices) {
  for (const ForeignKey& key : foreign_keys(session, tables)) {
    within_limits(session, "the children by foreign key " + key.name, notices, [&] { sample_fan_out(session, key); });
  }
}

}  // namespace pgrehearse::profile
