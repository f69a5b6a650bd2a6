#include "harness/populate/fill.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "harness/populate/aging.hpp"
#include "harness/populate/finish.hpp"
#include "harness/populate/load_error.hpp"
#include "harness/populate/streamed_load.hpp"
#include "harness/populate/table_loader.hpp"
#include "harness/populate/workers.hpp"

namespace pgrehearse::populate {
namespace {

class Filler {
 public:
  Filler(const postgres::Target& target, Way way, const Catalog& catalog, const generators::Generator& generator,
         const base::Clock& clock, base::Progress& progress, const base::Cancellation& cancellation)
      : way_(way),
        target_(session_target(target, way)),
        catalog_(catalog),
        generator_(generator),
        clock_(clock),
        progress_(progress),
        cancellation_(cancellation) {
    filling_.tables.resize(catalog.tables.size());
  }

  using Step = base::Status (Filler::*)();

  base::Result<Filling> fill() {
    return run({&Filler::load, &Filler::finish, &Filler::vacuum, &Filler::verify_foreign_keys, &Filler::age,
                &Filler::describe});
  }
  base::Result<Filling> settle() {
    return run({&Filler::finish, &Filler::vacuum, &Filler::verify_foreign_keys, &Filler::age, &Filler::describe});
  }

 private:
  base::Result<Filling> run(std::initializer_list<Step> steps) {
    auto opened = postgres::Session::open(target_);
    if (!opened) return opened.errors();
    session_ = std::move(*opened);
    const CancelForwarder forwarder(target_, cancellation_);
    for (const Step step : steps)
      if (auto status = guarded(step); !status) return status.errors();
    progress_.finish();
    return std::move(filling_);
  }

  base::Status guarded(Step step) {
    try {
      const auto status = (this->*step)();
      return cancellation_.cancelled() ? base::Status(base::interrupted_error()) : status;
    } catch (const postgres::Failure& failure) {
      if (cancellation_.cancelled()) return base::interrupted_error();
      return postgres::to_error(failure, "filling the database");
    }
  }

  std::uint64_t cells(std::size_t table) const {
    return generator_.rows(table) * generator_.written_columns(table).size();
  }

  // The biggest first, so that no worker is left alone with it in the end.
  std::vector<std::size_t> tables_to_load() const {
    std::vector<std::size_t> tables;
    for (std::size_t table = 0; table < catalog_.tables.size(); ++table)
      if (!generator_.shape().tables[table].existing) tables.push_back(table);
    std::stable_sort(tables.begin(), tables.end(), [&](std::size_t a, std::size_t b) { return cells(a) > cells(b); });
    return tables;
  }

  base::Status load() {
    progress_.stage("Filling the tables");
    if (way_ == Way::superuser) return load_tables(read_indexes(*session_, catalog_, IndexState::on));
    const ForeignKeysAside aside(*session_);
    if (auto loaded = load_tables(std::vector<std::vector<TableIndex>>(catalog_.tables.size())); !loaded) return loaded;
    progress_.stage("Adding the foreign keys again");
    aside.put_back(*session_);
    return base::success();
  }

  // `indexes`: those to be built after the rows, by table.
  base::Status load_tables(const std::vector<std::vector<TableIndex>>& indexes) {
    auto tables = tables_to_load();
    const auto sum = [&](auto of) {
      return std::accumulate(tables.begin(), tables.end(), std::uint64_t{0},
                             [&](std::uint64_t all, std::size_t table) { return all + of(table); });
    };
    RowMeter meter(progress_, sum([&](std::size_t table) { return generator_.rows(table); }));
    const std::uint64_t all = sum([&](std::size_t table) { return cells(table); });
    const unsigned processors = std::thread::hardware_concurrency();
    for (; way_ == Way::superuser && !tables.empty() && gains_by_streams(cells(tables.front()), all, processors);
         tables.erase(tables.begin())) {
      const base::Duration start = clock_.now();
      const std::size_t table = tables.front();
      auto loaded =
          load_in_streams(target_, generator_, table, catalog_.tables[table], indexes[table], meter, cancellation_);
      if (!loaded) return loaded;
      filling_.tables[table].duration = clock_.now() - start;
    }
    return load_side_by_side(tables, indexes, meter);
  }

  base::Status load_side_by_side(const std::vector<std::size_t>& tables,
                                 const std::vector<std::vector<TableIndex>>& indexes, RowMeter& meter) {
    return run_workers(tables.size(), cancellation_, "filling the tables", [&](JobQueue& queue) -> base::Status {
      auto connection = postgres::CopyConnection::open(target_);
      if (!connection) return connection.errors();
      TableLoader loader(**connection, way_, generator_, meter, cancellation_);
      while (const auto job = queue.take())
        if (auto status = load_one(loader, tables[*job], indexes[tables[*job]]); !status) return status;
      return base::success();
    });
  }

  base::Status load_one(TableLoader& loader, std::size_t table, const std::vector<TableIndex>& indexes) {
    const base::Duration start = clock_.now();
    const auto loaded = telling_of(generator_.shape().tables[table], [&]() -> base::Status {
      if (!loader.load(table, catalog_.tables[table], indexes)) return base::interrupted_error();
      return base::success();
    });
    filling_.tables[table].duration = clock_.now() - start;
    return loaded;
  }

  base::Status finish() {
    progress_.stage("Setting sequences, refreshing views");
    set_sequences(*session_);
    filling_.notices = refresh_views(*session_);
    return base::success();
  }

  base::Status vacuum() {
    progress_.stage("Vacuuming and analyzing");
    return each_table("vacuuming the tables", [&](postgres::Session& session, std::size_t table) {
      const base::Duration start = clock_.now();
      session.query("VACUUM (FREEZE, ANALYZE) " + catalog_.tables[table].name);
      filling_.tables[table].duration += clock_.now() - start;
    });
  }

  base::Status verify_foreign_keys() {
    progress_.stage("Verifying foreign keys");
    const auto checks = foreign_key_checks(*session_, catalog_);
    return run_workers(checks.size(), cancellation_, "verifying foreign keys", [&](JobQueue& queue) -> base::Status {
      auto session = postgres::Session::open(target_);
      if (!session) return session.errors();
      while (const auto job = queue.take())
        if (auto status = verify(**session, checks[*job]); !status) return status;
      return base::success();
    });
  }

  base::Status age() {
    const auto notices = age_tables(*session_, catalog_);
    filling_.notices.insert(filling_.notices.end(), notices.begin(), notices.end());
    return base::success();
  }

  base::Status each_table(const std::string& doing, const std::function<void(postgres::Session&, std::size_t)>& job) {
    std::atomic<std::size_t> done = 0;
    return run_workers(catalog_.tables.size(), cancellation_, doing, [&](JobQueue& queue) -> base::Status {
      auto session = postgres::Session::open(target_);
      if (!session) return session.errors();
      while (const auto table = queue.take()) {
        job(**session, *table);
        progress_.update(static_cast<double>(++done), static_cast<double>(queue.size()), "tables");
      }
      return base::success();
    });
  }

  base::Status describe() {
    for (std::size_t table = 0; table < catalog_.tables.size(); ++table) {
      FilledTable& filled = filling_.tables[table];
      filled.name = catalog_.shape.tables[table].qualified();
      filled.rows = generator_.rows(table);
      filled.note = catalog_.tables[table].note;
      filled.bytes = static_cast<std::uint64_t>(
          session_
              ->query(
                  fmt::format("SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_partition_tree({0}) "
                              "WHERE relid IS NOT NULL UNION ALL SELECT pg_total_relation_size({0}) ORDER BY 1 DESC",
                              catalog_.tables[table].oid))
              .integer(0, 0));
    }
    return base::success();
  }

  Way way_;
  postgres::Target target_;
  const Catalog& catalog_;
  const generators::Generator& generator_;
  const base::Clock& clock_;
  base::Progress& progress_;
  const base::Cancellation& cancellation_;
  std::unique_ptr<postgres::Session> session_;
  Filling filling_;
};

}  // namespace

// An index of 5M integers or of 2M texts is built faster in 64 MB than in 256 MB (by 10 %, PostgreSQL 15): the sort
// stays in the processor's caches. The leader takes part in it, hence one worker less than there are processors.
postgres::Target session_target(postgres::Target target, Way way) {
  const unsigned workers = std::clamp(std::thread::hardware_concurrency(), 2u, 9u) - 1;
  const std::map<std::string, std::string> settings = {{"statement_timeout", "0"},
                                                       {"lock_timeout", "0"},
                                                       {"idle_in_transaction_session_timeout", "0"},
                                                       {"DateStyle", "ISO, YMD"},
                                                       {"IntervalStyle", "postgres"},
                                                       {"TimeZone", "UTC"},
                                                       {"bytea_output", "hex"},
                                                       {"maintenance_work_mem", "64MB"},
                                                       {"max_parallel_maintenance_workers", std::to_string(workers)},
                                                       {"client_min_messages", "warning"}};
  for (const auto& [name, value] : settings) target.settings[name] = value;
  if (way == Way::superuser) target.settings["session_replication_role"] = "replica";
  target.application = fmt::format("pgrehearse:populate:{}", getpid());
  return target;
}

base::Result<Filling> fill(const postgres::Target& target, Way way, const Catalog& catalog,
                           const generators::Generator& generator, const base::Clock& clock, base::Progress& progress,
                           const base::Cancellation& cancellation) {
  return Filler(target, way, catalog, generator, clock, progress, cancellation).fill();
}

base::Result<Filling> settle(const postgres::Target& target, Way way, const Catalog& catalog,
                             const generators::Generator& generator, const base::Clock& clock, base::Progress& progress,
                             const base::Cancellation& cancellation) {
  return Filler(target, way, catalog, generator, clock, progress, cancellation).settle();
}

}  // namespace pgrehearse::populate
