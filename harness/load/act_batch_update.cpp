#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/load/acts.hpp"

namespace pgrehearse::load {
namespace {

// The first column that an UPDATE may set, one without an index if there is any.
constexpr const char* column_query = R"(
    SELECT a.attname FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
    ORDER BY EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)),
             a.attnum
    LIMIT 1)";
// The table, or the leaves of a partitioned one: name, all pages, as many pages as hold about that number of rows, and
// whether it is a leaf.
constexpr const char* pieces_query = R"(
    SELECT format('%I.%I', n.nspname, c.relname), pages,
           greatest(1, round($2::float8 * pages / greatest(c.reltuples, pages)))::int8, c.oid <> $1::regclass
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
         LATERAL (SELECT pg_relation_size(c.oid) / current_setting('block_size')::int8 AS pages) AS size
    WHERE c.oid IN (SELECT $1::regclass UNION SELECT relid FROM pg_partition_tree($1)) AND c.relkind = 'r' AND pages > 0
    ORDER BY c.oid)";

// A backfill or a clean-up job: writes each row of the table as it is, a stretch of pages a transaction, round and
// round; of a partitioned table leaf by leaf. It has ROW EXCLUSIVE, and the rows of its batch, for as long as a batch
// takes.
class BatchUpdate final : public SessionAct {
 public:
  explicit BatchUpdate(const Scene& scene) : SessionAct(scene, As::application) {}

  base::Status take(const base::Cancellation&) override {
    if (auto read = look_at_table(); !read) return read;
    if (auto first = must(next_batch()); !first) return first;
    ++batches_;
    std::string what = fmt::format("batches of {} pages, about {} rows", pieces_[0].step, scene().settings.rows);
    if (pieces_.size() > 1) what += fmt::format(", in {} partitions", pieces_.size());
    record("holds", backend_pid(), what);
    return base::success();
  }

  void keep(const base::Cancellation& ended) override {
    const base::Duration end = scene().clock.now() + scene().settings.hold;
    while (!ended.cancelled() && scene().clock.now() < end) {
      const auto failure = session().attempt(next_batch());
      if (failure && (ended.cancelled() || failure->connection_lost())) return;
      if (failure && failure->sqlstate().starts_with("42")) {  // the table or the column is gone: so the job ends
        return record("gave up", backend_pid(), failure->summary());
      }
      ++batches_;
      if (failure) ++failures_[failure->sqlstate()];
    }
  }

  std::string outcome() const override {
    std::string text = fmt::format("{} batches", batches_);
    for (const auto& [sqlstate, count] : failures_) text += fmt::format(", {} failed with {}", count, sqlstate);
    return text;
  }

 private:
  base::Status look_at_table() {
    const auto column = session().query(column_query, {table_name()});
    const auto pieces = session().query(pieces_query, {table_name(), std::to_string(scene().settings.rows)});
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      pieces_.push_back({pieces.string(i, 0), pieces.integer(i, 1), pieces.integer(i, 2), pieces.boolean(i, 3)});
    }
    if (column.size() == 0 || pieces_.empty()) return base::environment_error("it has no rows to update");
    column_ = postgres::quote_identifier(column.text(0, 0));
    return base::success();
  }

  // Pages are read by a TID range scan. Statements that are sent as one are one transaction; the lock on the parent is
  // that which an UPDATE of it would take.
  std::string next_batch() {
    const Piece& piece = pieces_[piece_];
    const std::int64_t from = next_page_, to = std::min(piece.pages, from + piece.step);
    next_page_ = to == piece.pages ? 0 : to;
    if (next_page_ == 0) piece_ = (piece_ + 1) % pieces_.size();
    const std::string lock =
        piece.leaf ? fmt::format("LOCK TABLE ONLY {} IN ROW EXCLUSIVE MODE; ", table_name()) : std::string();
    return fmt::format("{0}UPDATE {1} SET {2} = {2} WHERE ctid >= '({3},0)' AND ctid < '({4},0)'", lock, piece.table,
                       column_, from, to);
  }

  struct Piece {
    std::string table;  // quoted
    std::int64_t pages, step;
    bool leaf;
  };
  std::vector<Piece> pieces_;  // at least one
  std::size_t piece_ = 0;      // of the next batch
  std::string column_;         // quoted
  std::int64_t next_page_ = 0, batches_ = 0;
  std::map<std::string, std::int64_t> failures_;
};

}  // namespace

std::unique_ptr<Act> make_batch_update(const Scene& scene) { return std::make_unique<BatchUpdate>(scene); }

}  // namespace pgrehearse::load
