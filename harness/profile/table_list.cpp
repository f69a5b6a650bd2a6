#include "harness/profile/table_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pgrehearse::profile {
namespace {

// Rows as the planner counts them: the density at the last ANALYZE or VACUUM, times the pages of now
// (estimate_rel_size in plancat.c). A file without pages beside statistics of pages is a restored set of statistics.
constexpr const char* kTablesSql = R"(
  WITH root AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.reloptions
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
  part AS (
    SELECT r.oid AS root, r.oid FROM root r WHERE r.relkind = 'r'
    UNION ALL
    SELECT r.oid, t.relid FROM root r CROSS JOIN LATERAL pg_partition_tree(r.oid) t WHERE r.relkind = 'p' AND t.isleaf),
  size AS (
    SELECT p.root, n.nspname, c.relname, c.reltuples::float8 AS tuples, c.relpages AS pages,
           pg_relation_size(c.oid) AS heap, coalesce(pg_relation_size(c.reltoastrelid), 0) AS toast,
           pg_indexes_size(c.oid) AS indexes, pg_stat_get_live_tuples(c.oid) AS live,
           pg_stat_get_dead_tuples(c.oid) AS dead, current_setting('block_size')::bigint AS block
    FROM part p JOIN pg_class c ON c.oid = p.oid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid = c.relnamespace),
  counted AS (
    SELECT s.*, CASE WHEN tuples < 0 OR (pages = 0 AND heap > 0) THEN live
                     WHEN pages > 0 AND heap > 0 THEN tuples / pages * (heap / block)
                     ELSE tuples END AS counted
    FROM size s)
  SELECT r.oid, r.nspname, r.relname, r.relkind = 'p', row_security_active(r.oid),
         (SELECT option_value FROM pg_options_to_table(r.reloptions) WHERE option_name = 'fillfactor'),
         coalesce(bool_and(c.tuples >= 0), true), coalesce(round(sum(c.counted)), 0)::bigint,
         coalesce(sum(CASE WHEN c.heap = 0 THEN c.pages * c.block ELSE c.heap END), 0), coalesce(sum(c.toast), 0),
         coalesce(sum(c.indexes), 0), coalesce(sum(c.dead) / nullif(sum(c.live) + sum(c.dead), 0), 0)::float8,
         (array_agg(c.nspname ORDER BY c.counted DESC))[1], (array_agg(c.relname ORDER BY c.counted DESC))[1]
  FROM root r LEFT JOIN counted c ON c.root = r.oid
  GROUP BY r.oid, r.nspname, r.relname, r.relkind, r.reloptions ORDER BY r.nspname, r.relname)";

// bool, int8, int2, int4, oid, float4, float8, money, date, time, timestamp, timestamptz, interval, timetz, numeric:
// fixed oids of the system (pg_type.dat), and enums, whose labels stand in the schema. Arrays go by their elements,
// domains by what is below them. Whatever else there is or will be is private.
constexpr const char* kColumnsSql = R"(
  WITH RECURSIVE below AS (
    SELECT t.oid AS type, t.oid AS base, t.typtype, t.typbasetype FROM pg_type t
    UNION ALL
    SELECT b.type, t.oid, t.typtype, t.typbasetype FROM below b JOIN pg_type t ON t.oid = b.typbasetype
    WHERE b.typtype = 'd'),
  plain AS (
    SELECT type, base, typtype, typtype = 'e' OR base IN (16, 20, 21, 23, 26, 700, 701, 790, 1082, 1083, 1114, 1184, 1186, 1266,
                                                 1700) AS public
    FROM below WHERE typtype <> 'd')
  SELECT a.attrelid, a.attname, a.attnum,
         CASE WHEN a.atttypid = p.base THEN format_type(a.atttypid, a.atttypmod) ELSE format_type(p.base, -1) END,
         format_type(p.base, -1),
         CASE WHEN k.oid IS NOT NULL THEN format('%I.%I', n.nspname, k.collname) END,
         coalesce(e.public, p.public), p.base = 17, has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
         p.typtype = 'r', p.typtype = 'm'
  FROM pg_attribute a JOIN plain p ON p.type = a.atttypid
       LEFT JOIN pg_type l ON l.oid = p.base AND l.typsubscript = 'array_subscript_handler'::regproc AND l.typlen = -1
       LEFT JOIN plain e ON e.type = l.typelem
       LEFT JOIN pg_collation k ON k.oid = a.attcollation LEFT JOIN pg_namespace n ON n.oid = k.collnamespace
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum)";

constexpr const char* kIndexesSql = R"(
  SELECT i.indrelid, c.relname, m.amname,
         ARRAY(SELECT coalesce(a.attname::text, '')
               FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, n)
                    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number <> 0
               WHERE k.n <= i.indnkeyatts ORDER BY k.n),
         i.indisunique, i.indpred IS NOT NULL,
         CASE WHEN c.relkind = 'I'
              THEN (SELECT coalesce(sum(pg_relation_size(t.relid)), 0) FROM pg_partition_tree(c.oid) t WHERE t.isleaf)
              WHEN pg_relation_size(i.indrelid) = 0
              THEN greatest(c.relpages, 1) * current_setting('block_size')::bigint
              ELSE pg_relation_size(c.oid) END,
         (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor')
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
  WHERE i.indrelid = ANY ($1::oid[]) AND i.indisvalid ORDER BY i.indrelid, c.relname)";

std::optional<int> optional_whole(const postgres::Rows& rows, std::size_t row, std::size_t column) {
  if (rows.null(row, column)) return {};
  return static_cast<int>(rows.integer(row, column));
}

std::uint64_t count(const postgres::Rows& rows, std::size_t row, std::size_t column) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(rows.integer(row, column), 0));
}

ListedTable listed(const postgres::Rows& rows, std::size_t r) {
  ListedTable listed;
  listed.oid = static_cast<std::uint32_t>(rows.integer(r, 0));
  generators::TableStatistics& statistics = listed.table.statistics;
  statistics.schema = rows.string(r, 1);
  statistics.name = rows.string(r, 2);
  listed.partitioned = rows.boolean(r, 3);
  listed.row_security = rows.boolean(r, 4);
  listed.table.fillfactor = optional_whole(rows, r, 5);
  listed.analyzed = rows.boolean(r, 6);
  statistics.rows = count(rows, r, 7);
  statistics.heap_bytes = count(rows, r, 8);
  statistics.toast_bytes = count(rows, r, 9);
  statistics.index_bytes = count(rows, r, 10);
  statistics.dead_fraction = rows.number(r, 11);
  listed.largest_part_schema = rows.string(r, 12);
  listed.largest_part = rows.string(r, 13);
  return listed;
}

class Tables {
 public:
  explicit Tables(postgres::Session& session) : session_(session) {}

  std::vector<ListedTable> list() {
    const auto rows = session_.query(kTablesSql);
    std::vector<std::uint32_t> oids;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      tables_.push_back(listed(rows, r));
      oids.push_back(tables_.back().oid);
      places_[oids.back()] = r;
    }
    oids_ = fmt::format("{{{}}}", fmt::join(oids, ","));
    add_columns();
    add_indexes();
    return std::move(tables_);
  }

 private:
  ListedTable& table_of(const postgres::Rows& rows, std::size_t row) {
    return tables_[places_.at(static_cast<std::uint32_t>(rows.integer(row, 0)))];
  }

  void add_columns() {
    const auto rows = session_.query(kColumnsSql, {oids_});
    for (std::size_t r = 0; r < rows.size(); ++r) {
      table_of(rows, r).columns.push_back({.name = rows.string(r, 1),
                                           .number = static_cast<int>(rows.integer(r, 2)),
                                           .type = rows.string(r, 3),
                                           .base_type = rows.string(r, 4),
                                           .collation = rows.string(r, 5),
                                           .public_values = rows.boolean(r, 6),
                                           .bytes = rows.boolean(r, 7),
                                           .readable = rows.boolean(r, 8),
                                           .range = rows.boolean(r, 9),
                                           .multirange = rows.boolean(r, 10)});
    }
  }

  void add_indexes() {
    const auto rows = session_.query(kIndexesSql, {oids_});
    for (std::size_t r = 0; r < rows.size(); ++r) {
      table_of(rows, r).table.indexes.push_back({.name = rows.string(r, 1),
                                                 .method = rows.string(r, 2),
                                                 .columns = rows.array(r, 3),
                                                 .unique = rows.boolean(r, 4),
                                                 .partial = rows.boolean(r, 5),
                                                 .bytes = count(rows, r, 6),
                                                 .fillfactor = optional_whole(rows, r, 7)});
    }
    // Restored statistics without files: the sizes that the figures of the indexes tell.
    for (ListedTable& listed : tables_) {
      std::uint64_t bytes = 0;
      for (const Index& index : listed.table.indexes) bytes += index.bytes;
      auto& whole = listed.table.statistics.index_bytes;
      whole = std::max(whole, bytes);
    }
  }

  postgres::Session& session_;
  std::vector<ListedTable> tables_;
  std::map<std::uint32_t, std::size_t> places_;  // by oid
  std::string oids_;
};

}  // namespace

std::vector<ListedTable> list_tables(postgres::Session& session) { return Tables(session).list(); }

std::vector<Sequence> list_sequences(postgres::Session& session) {
  const auto rows = session.query(
      "SELECT schemaname, sequencename, increment_by, last_value FROM pg_sequences "
      "WHERE schemaname !~ '^pg_' ORDER BY 1, 2");
  std::vector<Sequence> sequences;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Sequence sequence{rows.string(r, 0), rows.string(r, 1), rows.integer(r, 2), {}};
    if (!rows.null(r, 3)) sequence.last_value = rows.integer(r, 3);
    sequences.push_back(std::move(sequence));
  }
  return sequences;
}

// The provider's column is new in 15; before, every database's locale was libc's.
Origin read_origin(postgres::Session& session) {
  const auto rows = session.query(
      fmt::format("SELECT current_setting('server_version'), pg_encoding_to_char(encoding), datcollate, {} "
                  "FROM pg_database WHERE datname = current_database()",
                  session.server_version() >= 150000 ? "datlocprovider" : "'c'"));
  const std::string version = rows.string(0, 0), provider = rows.string(0, 3);
  return {session.server_version() / 10000, version.substr(0, version.find(' ')), rows.string(0, 1),
          fmt::format("{} ({})", rows.text(0, 2),
                      provider == "i"   ? "icu"
                      : provider == "b" ? "builtin"
                                        : "libc")};
}

std::map<std::string, std::string> read_settings(postgres::Session& session) {
  const auto rows = session.query(
      "SELECT name, current_setting(name) FROM pg_settings "
      "WHERE context <> 'internal' AND source NOT IN ('default', 'override', 'client', 'session') "
      "AND setting IS DISTINCT FROM boot_val ORDER BY name");
  std::map<std::string, std::string> settings;
  for (std::size_t r = 0; r < rows.size(); ++r) settings[rows.string(r, 0)] = rows.string(r, 1);
  return settings;
}

}  // namespace pgrehearse::profile
