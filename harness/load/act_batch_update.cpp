#include <fmt/format.h>

#include <algorithm>
#include <map>

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
// As many pages as hold about that number of rows, and all that there are.
constexpr const char* size_query = R"(
    SELECT greatest(1, round($2::float8 * pages / greatest(reltuples, pages)))::int8, pages
    FROM (SELECT c.reltuples, pg_relation_size(c.oid) / current_setting('block_size')::int8 AS pages
          FROM pg_catalog.pg_class c WHERE c.oid = $1::regclass) AS size)";

// A backfill or a clean-up job: writes each row of the table as it is, a stretch of pages a transaction, round and
// round. It has ROW EXCLUSIVE, and the rows of its batch, for as long as a batch takes.
class BatchUpdate final : public SessionAct {
 public:
  explicit BatchUpdate(const Scene& scene) : SessionAct(scene, As::application) {}

  base::Status take(const base::Cancellation&) override {
    if (auto read = look_at_table(); !read) return read;
    if (auto first = must(next_batch()); !first) return first;
    ++batches_;
    record("holds", backend_pid(), fmt::format("batches of {} pages, about {} rows", step_, scene().settings.rows));
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
    const auto size = session().query(size_query, {table_name(), std::to_string(scene().settings.rows)});
    pages_ = size.integer(0, 1);
    step_ = size.integer(0, 0);
    if (column.size() == 0 || pages_ == 0) return base::environment_error("it has no rows to update");
    column_ = postgres::quote_identifier(column.text(0, 0));
    return base::success();
  }

  // Pages are read by a TID range scan.
  std::string next_batch() {
    const std::int64_t from = next_page_, to = std::min(pages_, from + step_);
    next_page_ = to == pages_ ? 0 : to;
    return fmt::format("UPDATE {0} SET {1} = {1} WHERE ctid >= '({2},0)' AND ctid < '({3},0)'", table_name(), column_,
                       from, to);
  }

  std::string column_;  // quoted
  std::int64_t pages_ = 0, step_ = 1, next_page_ = 0, batches_ = 0;
  std::map<std::string, std::int64_t> failures_;
};

}  // namespace

std::unique_ptr<Act> make_batch_update(const Scene& scene) { return std::make_unique<BatchUpdate>(scene); }

}  // namespace pgrehearse::load
