#include "harness/populate/streamed_load.hpp"

#include <fmt/format.h>

#include <functional>
#include <thread>

#include "harness/populate/load_error.hpp"
#include "harness/populate/workers.hpp"

namespace pgrehearse::populate {
namespace {

constexpr std::uint64_t kCellsWorthIt = 5'000'000;

// The table's own file and its TOAST's. Indexes stay as they are: REINDEX would make init forks for unlogged ones, from
// which crash recovery empties them.
std::string mark(const TableFacts& facts, char persistence) {
  return fmt::format(
      "UPDATE pg_class SET relpersistence = '{1}' WHERE relkind IN ('r', 't') AND relpersistence <> '{1}' AND "
      "(oid = {0} OR oid = (SELECT reltoastrelid FROM pg_class WHERE oid = {0}))",
      facts.oid, persistence);
}

bool is_relaxed(postgres::Session& session) {
  return session.query("SELECT current_setting('wal_level') = 'minimal' AND current_setting('fsync') = 'off'")
      .boolean(0, 0);
}

class StreamedLoad {
 public:
  StreamedLoad(const postgres::Target& target, const generators::Generator& generator, std::size_t table,
               const TableFacts& facts, const std::vector<TableIndex>& indexes, RowMeter& meter,
               const base::Cancellation& cancellation)
      : target_(target),
        generator_(generator),
        table_(table),
        facts_(facts),
        indexes_(indexes),
        meter_(meter),
        cancellation_(cancellation) {}

  base::Status run() {
    const auto status = guarded([&] { return load(); });
    if (status) return status;
    base::Errors errors = cancellation_.cancelled() ? base::Errors{base::interrupted_error()} : status.errors();
    if (const auto restored = guarded([&] { return give_back(); }); !restored) {
      errors.insert(errors.end(), restored.errors().begin(), restored.errors().end());
    }
    return errors;
  }

 private:
  template <class Step>
  base::Status guarded(Step step) {
    return telling_of(generator_.shape().tables[table_], step);
  }

  // One transaction of a connection of its own.
  base::Status change(const postgres::Target& target,
                      const std::function<void(postgres::CopyConnection&, TableLoader&)>& steps) {
    auto connection = postgres::CopyConnection::open(target);
    if (!connection) return connection.errors();
    TableLoader loader(**connection, Way::superuser, generator_, meter_, cancellation_);
    (*connection)->execute("BEGIN");
    steps(**connection, loader);
    (*connection)->execute("COMMIT");
    return base::success();
  }

  base::Status load() {
    auto session = postgres::Session::open(target_);
    if (!session) return session.errors();
    const bool unlogged = !facts_.partitioned && is_relaxed(**session);
    auto prepared = change(target_, [&](postgres::CopyConnection& connection, TableLoader& loader) {
      loader.prepare(facts_, indexes_);
      if (unlogged) connection.execute(mark(facts_, 'u'));
    });
    if (!prepared) return prepared;
    if (auto streamed = stream(); !streamed) return streamed;
    (*session)->query("VACUUM (FREEZE) " + facts_.name);
    return change(target_, [&](postgres::CopyConnection& connection, TableLoader& loader) {
      loader.finish(facts_, indexes_);
      connection.execute(mark(facts_, 'p'));
    });
  }

  base::Status stream() {
    RowDispenser rows({0, generator_.rows(table_)});
    const std::size_t streams = std::max(1u, std::thread::hardware_concurrency());
    return run_workers(streams, cancellation_, "filling the tables", [&](JobQueue&) -> base::Status {
      auto connection = postgres::CopyConnection::open(target_);
      if (!connection) return connection.errors();
      TableLoader loader(**connection, Way::superuser, generator_, meter_, cancellation_);
      return guarded([&]() -> base::Status {
        if (!loader.copy(table_, facts_, rows)) return base::interrupted_error();
        return base::success();
      });
    });
  }

  // Whole, but empty. Under a name of its own, for whoever cancels the others must not cancel this.
  base::Status give_back() {
    postgres::Target target = target_;
    target.application = "pgrehearse:give-back";
    return change(target, [&](postgres::CopyConnection& connection, TableLoader& loader) {
      loader.prepare(facts_, {});
      connection.execute(mark(facts_, 'p'));
      loader.finish(facts_, indexes_);
    });
  }

  const postgres::Target& target_;
  const generators::Generator& generator_;
  std::size_t table_;
  const TableFacts& facts_;
  const std::vector<TableIndex>& indexes_;
  RowMeter& meter_;
  const base::Cancellation& cancellation_;
};

}  // namespace

bool gains_by_streams(std::uint64_t cells, std::uint64_t all, unsigned processors) {
  return processors > 2 && cells >= kCellsWorthIt && cells > all / processors;
}

base::Status load_in_streams(const postgres::Target& target, const generators::Generator& generator, std::size_t table,
                             const TableFacts& facts, const std::vector<TableIndex>& indexes, RowMeter& meter,
                             const base::Cancellation& cancellation) {
  return StreamedLoad(target, generator, table, facts, indexes, meter, cancellation).run();
}

}  // namespace pgrehearse::populate
