#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "harness/load/key_source.hpp"
#include "harness/load/table_lookup.hpp"

namespace pgrehearse::load {
namespace {

// So many pages are read of a table whose keys do not simply count on.
constexpr double most_pages = 128;
constexpr int most_keys = 100'000;
// The planner's row count is an estimate: a range is taken for dense when this share of it is rows.
constexpr double dense = 0.95;

// A table as the server describes it.
struct Table {
  std::string qualified;
  std::vector<std::string> columns;  // of the primary key
  bool whole_numbers;                // one column, of an integer type
  double rows;                       // the planner's estimate, of all partitions; -1: none
  double pages;
};

// Every number of a range.
class DenseKeys final : public KeySource {
 public:
  DenseKeys(std::int64_t low, std::int64_t high) : low_(low), high_(high) {}
  std::uint64_t size() const override {
    return static_cast<std::uint64_t>(high_) - static_cast<std::uint64_t>(low_) + 1;
  }
  std::size_t columns() const override { return 1; }
  std::variant<std::int64_t, std::string> value(std::uint64_t n, std::size_t) const override {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low_) + n);
  }

 private:
  std::int64_t low_, high_;
};

// Keys that were read.
class SampledKeys final : public KeySource {
 public:
  explicit SampledKeys(std::vector<std::vector<std::string>> keys) : keys_(std::move(keys)) {}
  std::uint64_t size() const override { return keys_.size(); }
  std::size_t columns() const override { return keys_.front().size(); }
  std::variant<std::int64_t, std::string> value(std::uint64_t n, std::size_t column) const override {
    return keys_[n][column];
  }

 private:
  std::vector<std::vector<std::string>> keys_;
};

constexpr const char* describe = R"(
SELECT format('%I.%I', n.nspname, c.relname), array_agg(a.attname ORDER BY k.place),
       count(*) = 1 AND bool_and(a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)),
       CASE WHEN sizes.unknown THEN -1 ELSE sizes.rows END, sizes.pages
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
LEFT JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON true
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
CROSS JOIN LATERAL (
  SELECT sum(l.reltuples)::float8 AS rows, bool_or(l.reltuples < 0) AS unknown,
         sum(pg_relation_size(l.oid) / current_setting('block_size')::bigint)::float8 AS pages
  FROM pg_class l
  WHERE l.oid = c.oid AND c.relkind <> 'p'
     OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf AND c.relkind = 'p')) AS sizes
WHERE c.oid = to_regclass($1)
GROUP BY n.nspname, c.relname, sizes.rows, sizes.unknown, sizes.pages)";

class ServerKeys final : public KeyCatalog {
 public:
  ServerKeys(postgres::Session& session, base::Seed seed) : session_(session), seed_(seed) {}

  base::Result<std::shared_ptr<const KeySource>> find(std::string_view name) override {
    try {
      const auto table = look_up(name);
      if (!table) return table.errors();
      if (auto keys = range_of(*table)) return keys;
      return sample(*table);
    } catch (const postgres::Failure& failure) {
      return postgres::to_error(failure, fmt::format("reading keys of {}", name));
    }
  }

 private:
  base::Result<Table> look_up(std::string_view name) {
    const auto rows = session_.query(describe, {std::string(name)});
    if (rows.size() == 0) {
      return base::usage_error(fmt::format("there is no table '{}'", name),
                               "write its schema too where it is not on the path");
    }
    Table table{rows.string(0, 0), rows.array(0, 1), false, 0, rows.null(0, 4) ? 0 : rows.number(0, 4)};
    if (rows.null(0, 2) || table.columns.empty() || table.columns.front().empty()) {
      return base::usage_error(fmt::format("{} has no primary key", name), "\\key draws primary keys");
    }
    table.whole_numbers = rows.boolean(0, 2);
    table.rows = rows.null(0, 3) ? -1 : rows.number(0, 3);
    return table;
  }

  // The ends of the index, when the numbers between them are nearly all there.
  std::shared_ptr<const KeySource> range_of(const Table& table) {
    if (!table.whole_numbers || table.rows <= 0) return nullptr;
    const std::string column = postgres::quote_identifier(table.columns.front());
    const auto ends = session_.query(fmt::format("SELECT min({0}), max({0}) FROM {1}", column, table.qualified));
    if (ends.null(0, 0)) return nullptr;
    const std::int64_t low = ends.integer(0, 0), high = ends.integer(0, 1);
    const double width = static_cast<double>(high) - static_cast<double>(low) + 1;
    if (table.rows < dense * width || width >= 0x1p62) return nullptr;
    return std::make_shared<DenseKeys>(low, high);
  }

  base::Result<std::shared_ptr<const KeySource>> sample(const Table& table) {
    std::string columns;
    for (const std::string& column : table.columns) {
      columns += (columns.empty() ? "" : ", ") + postgres::quote_identifier(column) + "::text";
    }
    const double percent = table.pages > most_pages ? 100 * most_pages / table.pages : 100;
    const auto rows =
        session_.query(fmt::format("SELECT {} FROM {} TABLESAMPLE SYSTEM ({}) REPEATABLE ({}) LIMIT {}", columns,
                                   table.qualified, percent, seed_.value % 1'000'000, most_keys));
    if (rows.size() == 0) {
      return base::usage_error(fmt::format("{} has no rows to draw from", table.qualified), "give it rows");
    }
    std::vector<std::vector<std::string>> keys(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < rows.columns(); ++column) keys[row].push_back(rows.string(row, column));
    }
    return std::shared_ptr<const KeySource>(std::make_shared<SampledKeys>(std::move(keys)));
  }

  postgres::Session& session_;
  base::Seed seed_;
};

}  // namespace

std::unique_ptr<KeyCatalog> server_keys(postgres::Session& session, base::Seed seed) {
  return std::make_unique<ServerKeys>(session, seed);
}

}  // namespace pgrehearse::load
