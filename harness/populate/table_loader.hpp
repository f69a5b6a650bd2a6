// One table: from empty, or whatever stood in it, to all its rows and its indexes. At once, in one transaction; or in
// steps, so that several connections, or machines, can each load a range of its rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/base/cancellation.hpp"
#include "harness/base/progress.hpp"
#include "harness/populate/catalog.hpp"
#include "harness/populate/row_range.hpp"
#include "harness/populate/way.hpp"
#include "harness/postgres/copy.hpp"

namespace pgrehearse::populate {

// Rows loaded so far, of all tables. Thread-safe.
class RowMeter {
 public:
  RowMeter(base::Progress& progress, std::uint64_t total) : progress_(progress), total_(total) {}
  void add(std::uint64_t rows) {
    progress_.update(static_cast<double>(done_ += rows), static_cast<double>(total_), "rows");
  }

 private:
  base::Progress& progress_;
  std::uint64_t total_;
  std::atomic<std::uint64_t> done_{0};
};

// An index that is kept off while rows are loaded. One that was invalid before is left alone.
struct TableIndex {
  std::uint32_t oid = 0;
  std::string name;  // quoted and qualified
};

// off: as prepare() leaves them.
enum class IndexState { on, off };

// By table of the catalog; of partitions, with their root. Throws postgres::Failure.
std::vector<std::vector<TableIndex>> read_indexes(postgres::Session& session, const Catalog& catalog, IndexState state);

// Not thread-safe. Throws postgres::Failure; the transaction is then rolled back with the connection.
class TableLoader {
 public:
  TableLoader(postgres::CopyConnection& connection, Way way, const generators::Generator& generator, RowMeter& meter,
              const base::Cancellation& cancellation)
      : connection_(connection), way_(way), generator_(generator), meter_(meter), cancellation_(cancellation) {}

  // False when the user wants to stop; nothing has changed then.
  bool load(std::size_t table, const TableFacts& facts, const std::vector<TableIndex>& indexes);

  // The steps of load(), for transactions of the caller's: empty, and its indexes off; then ranges of rows, which is
  // where other connections may come in; then the indexes.
  void prepare(const TableFacts& facts, const std::vector<TableIndex>& indexes);
  bool copy(std::size_t table, const TableFacts& facts, RowDispenser& rows, bool frozen = false);
  void finish(const TableFacts& facts, const std::vector<TableIndex>& indexes);

 private:
  void empty(const TableFacts& facts);
  void switch_off(const std::vector<TableIndex>& indexes);
  std::optional<std::uint64_t> send_rows(std::size_t table, RowDispenser& rows);
  std::string copy_statement(std::size_t table, const TableFacts& facts, bool frozen) const;
  void encode(std::size_t table, std::uint64_t first_row, std::uint64_t count, std::string& out) const;

  postgres::CopyConnection& connection_;
  Way way_;
  const generators::Generator& generator_;
  RowMeter& meter_;
  const base::Cancellation& cancellation_;
  enum class Format { binary, text, text_by_value };
  Format format_ = Format::binary;  // of the table at hand
};

}  // namespace pgrehearse::populate
