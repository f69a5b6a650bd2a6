#include "harness/populate/table_loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pgrehearse::populate {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr std::uint64_t kFirstBatchRows = 64, kMostBatchRows = 8192;

}  // namespace

std::vector<std::vector<TableIndex>> read_indexes(postgres::Session& session, const Catalog& catalog) {
  std::vector<std::vector<TableIndex>> indexes;
  for (const TableFacts& facts : catalog.tables) {
    const auto rows = session.query(fmt::format(
        R"(SELECT i.indexrelid, n.nspname, c.relname
           FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE i.indrelid IN (SELECT {}) AND c.relkind = 'i' AND i.indisvalid AND i.indisready AND i.indislive
           ORDER BY i.indexrelid)",
        facts.partitioned ? fmt::format("relid FROM pg_partition_tree({})", facts.oid) : std::to_string(facts.oid)));
    auto& list = indexes.emplace_back();
    for (std::size_t r = 0; r < rows.size(); ++r)
      list.push_back({static_cast<std::uint32_t>(rows.integer(r, 0)),
                      postgres::quote_qualified(rows.text(r, 1), rows.text(r, 2))});
  }
  return indexes;
}

bool TableLoader::load(std::size_t table, const TableFacts& facts, const std::vector<TableIndex>& indexes) {
  connection_.execute("BEGIN");
  empty(facts);
  if (!indexes.empty()) switch_off(indexes);
  if (!copy(table, facts)) {
    connection_.execute("ROLLBACK");
    return false;
  }
  for (const TableIndex& index : indexes) connection_.execute("REINDEX INDEX " + index.name);
  connection_.execute(
      fmt::format("UPDATE pg_class SET relhastriggers = EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {0}) "
                  "WHERE oid = {0} AND NOT relhastriggers",
                  facts.oid));
  connection_.execute("COMMIT");
  return true;
}

// TRUNCATE refuses a table that a foreign key refers to, unless it takes the referring ones with it; it looks for such
// keys only where the table has triggers (heap_truncate_check_FKs in heap.c). load() sets the mark again.
void TableLoader::empty(const TableFacts& facts) {
  if (facts.partitioned) {
    connection_.execute("DELETE FROM " + facts.name);
    return;
  }
  connection_.execute(
      fmt::format("UPDATE pg_class SET relhastriggers = false WHERE oid = {} AND relhastriggers", facts.oid));
  connection_.execute("TRUNCATE ONLY " + facts.name);
}

// After TRUNCATE, which marks all indexes valid.
void TableLoader::switch_off(const std::vector<TableIndex>& indexes) {
  std::vector<std::uint32_t> oids;
  for (const TableIndex& index : indexes) oids.push_back(index.oid);
  connection_.execute(fmt::format("UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid IN ({})",
                                  fmt::join(oids, ", ")));
}

bool TableLoader::copy(std::size_t table, const TableFacts& facts) {
  connection_.begin(copy_statement(table, facts));
  if (generator_.binary(table)) connection_.write(generators::kBinaryCopyHeader);
  if (!send_rows(table)) {
    connection_.abandon("interrupted");
    return false;
  }
  if (generator_.binary(table)) connection_.write(generators::kBinaryCopyTrailer);
  const std::uint64_t copied = connection_.finish();
  PGR_CHECK(copied == generator_.rows(table));
  return true;
}

bool TableLoader::send_rows(std::size_t table) {
  const std::uint64_t rows = generator_.rows(table);
  std::string chunk;
  std::uint64_t batch = kFirstBatchRows;
  for (std::uint64_t row = 0; row < rows;) {
    if (cancellation_.cancelled()) return false;
    chunk.clear();
    const std::uint64_t count = std::min(batch, rows - row);
    generator_.encode(table, row, count, chunk);
    connection_.write(chunk);
    meter_.add(count);
    row += count;
    batch = std::clamp<std::uint64_t>(kChunkBytes * count / std::max<std::size_t>(chunk.size(), 1), 1, kMostBatchRows);
  }
  return true;
}

// FREEZE is not for partitioned tables.
std::string TableLoader::copy_statement(std::size_t table, const TableFacts& facts) const {
  std::vector<std::string> names, options;
  for (std::size_t column : generator_.written_columns(table))
    names.push_back(postgres::quote_identifier(generator_.shape().tables[table].columns[column].name));
  options.emplace_back(generator_.binary(table) ? "FORMAT binary" : "FORMAT text");
  if (!facts.partitioned) options.emplace_back("FREEZE");
  return fmt::format("COPY {} ({}) FROM STDIN WITH ({})", facts.name, fmt::join(names, ", "), fmt::join(options, ", "));
}

}  // namespace pgrehearse::populate
