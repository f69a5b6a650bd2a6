#include "harness/populate/table_loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace pgrehearse::populate {
namespace {

// Less than a socket usually holds (Linux: 208 KiB), so that the server has rows to read while the next are made.
constexpr std::size_t kChunkBytes = 64UL * 1024;
constexpr std::uint64_t kFirstBatchRows = 64, kMostBatchRows = 8192;

// As COPY's text format has it.
void append_text(const std::optional<std::string>& value, std::string& out) {
  if (!value) {
    out += "\\N";
    return;
  }
  for (char c : *value) {
    const char* escaped = c == '\\' ? "\\\\" : c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : nullptr;
    if (escaped)
      out += escaped;
    else
      out += c;
  }
}

}  // namespace

std::vector<std::vector<TableIndex>> read_indexes(postgres::Session& session, const Catalog& catalog,
                                                  IndexState state) {
  std::vector<std::vector<TableIndex>> indexes;
  for (const TableFacts& facts : catalog.tables) {
    const auto rows = session.query(fmt::format(
        R"(SELECT i.indexrelid, n.nspname, c.relname
           FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE i.indrelid IN (SELECT {0}) AND c.relkind = 'i' AND i.indislive AND i.indisvalid = {1}
             AND i.indisready = {1}
           ORDER BY i.indexrelid)",
        facts.partitioned ? fmt::format("relid FROM pg_partition_tree({})", facts.oid) : std::to_string(facts.oid),
        state == IndexState::on));
    auto& list = indexes.emplace_back();
    for (std::size_t r = 0; r < rows.size(); ++r)
      list.push_back({static_cast<std::uint32_t>(rows.integer(r, 0)),
                      postgres::quote_qualified(rows.text(r, 1), rows.text(r, 2))});
  }
  return indexes;
}

bool TableLoader::load(std::size_t table, const TableFacts& facts, const std::vector<TableIndex>& indexes) {
  connection_.execute("BEGIN");
  prepare(facts, indexes);
  // COPY freezes rows only in the transaction that gave the table its file, and never those of partitions.
  RowDispenser rows({0, generator_.rows(table)});
  if (!copy(table, facts, rows, !facts.partitioned)) {
    connection_.execute("ROLLBACK");
    return false;
  }
  finish(facts, indexes);
  connection_.execute("COMMIT");
  return true;
}

void TableLoader::prepare(const TableFacts& facts, const std::vector<TableIndex>& indexes) {
  empty(facts);
  if (!indexes.empty()) switch_off(indexes);
}

void TableLoader::finish(const TableFacts& facts, const std::vector<TableIndex>& indexes) {
  for (const TableIndex& index : indexes) connection_.execute("REINDEX INDEX " + index.name);
  if (way_ == Way::superuser) {
    connection_.execute(
        fmt::format("UPDATE pg_class SET relhastriggers = EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {0}) "
                    "WHERE oid = {0} AND NOT relhastriggers",
                    facts.oid));
  }
}

// TRUNCATE refuses a table that a foreign key refers to, unless it takes the referring ones with it; it looks for such
// keys only where the table has triggers (heap_truncate_check_FKs in heap.c). finish() sets the mark again.
void TableLoader::empty(const TableFacts& facts) {
  if (facts.partitioned) {
    connection_.execute("DELETE FROM " + facts.name);
    return;
  }
  if (way_ == Way::superuser) {
    connection_.execute(
        fmt::format("UPDATE pg_class SET relhastriggers = false WHERE oid = {} AND relhastriggers", facts.oid));
  }
  connection_.execute("TRUNCATE ONLY " + facts.name);
}

// After TRUNCATE, which marks all indexes valid.
void TableLoader::switch_off(const std::vector<TableIndex>& indexes) {
  std::vector<std::uint32_t> oids;
  oids.reserve(indexes.size());
  for (const TableIndex& index : indexes) oids.push_back(index.oid);
  connection_.execute(fmt::format("UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid IN ({})",
                                  fmt::join(oids, ", ")));
}

// COPY needs a column; without any to write, each row is its defaults.
bool TableLoader::copy(std::size_t table, const TableFacts& facts, RowDispenser& rows, bool frozen) {
  if (generator_.written_columns(table).empty()) {
    const std::uint64_t count = rows.take(generator_.rows(table)).count();
    connection_.execute(fmt::format("INSERT INTO {} SELECT FROM generate_series(1, {})", facts.name, count));
    return !cancellation_.cancelled();
  }
  format_ = !generator_.binary(table) ? Format::text : facts.binary_copy ? Format::binary : Format::text_by_value;
  connection_.begin(copy_statement(table, facts, frozen));
  if (format_ == Format::binary) connection_.write(generators::kBinaryCopyHeader);
  const auto sent = send_rows(table, rows);
  if (!sent) {
    connection_.abandon("interrupted");
    return false;
  }
  if (format_ == Format::binary) connection_.write(generators::kBinaryCopyTrailer);
  const std::uint64_t copied = connection_.finish();
  PGR_CHECK(copied == *sent);
  return true;
}

// How many; none when the user wants to stop.
std::optional<std::uint64_t> TableLoader::send_rows(std::size_t table, RowDispenser& rows) {
  std::string chunk;
  std::uint64_t batch = kFirstBatchRows, sent = 0;
  for (RowRange range = rows.take(batch); range.count() > 0; range = rows.take(batch)) {
    if (cancellation_.cancelled()) return std::nullopt;
    chunk.clear();
    encode(table, range.first, range.count(), chunk);
    connection_.write(chunk);
    meter_.add(range.count());
    sent += range.count();
    batch = std::clamp<std::uint64_t>(kChunkBytes * range.count() / std::max<std::size_t>(chunk.size(), 1), 1,
                                      kMostBatchRows);
  }
  return sent;
}

void TableLoader::encode(std::size_t table, std::uint64_t first_row, std::uint64_t count, std::string& out) const {
  if (format_ != Format::text_by_value) return generator_.encode(table, first_row, count, out);
  for (std::uint64_t row = first_row; row < first_row + count; ++row) {
    const char* separator = "";
    for (std::size_t column : generator_.written_columns(table)) {
      out += std::exchange(separator, "\t");
      append_text(generator_.text(table, row, column), out);
    }
    out += '\n';
  }
}

std::string TableLoader::copy_statement(std::size_t table, const TableFacts& facts, bool frozen) const {
  std::vector<std::string> names;
  for (std::size_t column : generator_.written_columns(table))
    names.push_back(postgres::quote_identifier(generator_.shape().tables[table].columns[column].name));
  return fmt::format("COPY {} ({}) FROM STDIN WITH (FORMAT {}{})", facts.name, fmt::join(names, ", "),
                     format_ == Format::binary ? "binary" : "text", frozen ? ", FREEZE" : "");
}

}  // namespace pgrehearse::populate
