#include "harness/populate/sliced_fill.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "harness/populate/ledger.hpp"
#include "harness/populate/load_error.hpp"
#include "harness/populate/plan.hpp"
#include "harness/populate/request.hpp"
#include "harness/populate/table_loader.hpp"
#include "harness/populate/workers.hpp"

namespace pgrehearse::populate {
namespace {

constexpr const char* kUniqueViolation = "23505";

class SlicedFiller {
 public:
  SlicedFiller(const postgres::Target& target, Slice slice, const base::Clock& clock, base::Progress& progress,
               const base::Cancellation& cancellation)
      : target_(session_target(target, Way::superuser)),
        slice_(slice),
        clock_(clock),
        progress_(progress),
        cancellation_(cancellation) {}

  base::Result<SliceFilled> run(const scenario::Data& data, const std::function<base::Status()>& make_schema) {
    const CancelForwarder forwarder(target_, cancellation_);
    auto opened = postgres::Session::open(target_);
    if (!opened) return opened.errors();
    session_ = std::move(*opened);
    try {
      if (auto begun = begin(data, make_schema); !begun) return begun.errors();
      if (auto loaded = load(); !loaded) return loaded.errors();
      if (auto ended = finish_if_last(); !ended) return ended.errors();
    } catch (const postgres::Failure& failure) {
      if (cancellation_.cancelled()) return base::interrupted_error();
      return postgres::to_error(failure, "filling the database");
    }
    if (cancellation_.cancelled()) return base::interrupted_error();
    progress_.finish();
    return std::move(outcome_);
  }

 private:
  base::Status begin(const scenario::Data& data, const std::function<base::Status()>& make_schema) {
    Ledger ledger(*session_);
    progress_.stage("Planning the rows");
    ledger.lock();
    const bool first = !ledger.stands();
    if (first) {
      if (auto made = make_schema(); !made) return made;
    }
    if (auto planned = plan(data, first); !planned) return planned;
    const std::uint64_t hash = plan_hash(*generator_);
    if (!first) {
      if (auto same = ledger.check(hash, slice_); !same) return same;
    } else if (auto prepared = prepare(hash); !prepared) {
      return prepared;
    }
    ledger.unlock();
    return base::success();
  }

  base::Status plan(const scenario::Data& data, bool first) {
    auto catalog = read_catalog(*session_);
    if (!catalog) return catalog.errors();
    catalog_ = std::move(*catalog);
    if (first) {
      if (auto empty = check_empty(*session_, catalog_); !empty) return empty;
    }
    if (auto applied = apply_request(*session_, data, catalog_, Standing::none); !applied) return applied;
    auto planned = plan_catalog(*session_, catalog_);
    if (!planned) return planned.errors();
    generator_ = std::move(planned->generator);
    outcome_.notices = std::move(planned->notices);
    return base::success();
  }

  base::Status prepare(std::uint64_t hash) {
    auto connection = postgres::CopyConnection::open(target_);
    if (!connection) return connection.errors();
    const auto indexes = read_indexes(*session_, catalog_, IndexState::on);
    RowMeter nothing(progress_, 0);
    TableLoader loader(**connection, Way::superuser, *generator_, nothing, cancellation_);
    (*connection)->execute("BEGIN");
    (*connection)->execute(Ledger::creation(hash, slice_));
    for (std::size_t table = 0; table < indexes.size(); ++table) loader.prepare(catalog_.tables[table], indexes[table]);
    (*connection)->execute("COMMIT");
    return base::success();
  }

  RowRange range(std::size_t table) const { return rows_of(slice_, generator_->rows(table)); }

  base::Status load() {
    progress_.stage("Filling the tables");
    outcome_.tables.resize(catalog_.tables.size());
    std::uint64_t total = 0;
    for (std::size_t table = 0; table < catalog_.tables.size(); ++table) total += range(table).count();
    RowMeter meter(progress_, total);
    return run_workers(catalog_.tables.size(), cancellation_, "filling the tables",
                       [&](JobQueue& queue) -> base::Status {
                         auto connection = postgres::CopyConnection::open(target_);
                         if (!connection) return connection.errors();
                         TableLoader loader(**connection, Way::superuser, *generator_, meter, cancellation_);
                         while (const auto table = queue.take())
                           if (auto status = load_one(**connection, loader, *table); !status) return status;
                         return base::success();
                       });
  }

  base::Status load_one(postgres::CopyConnection& connection, TableLoader& loader, std::size_t table) {
    const base::Duration start = clock_.now();
    const TableFacts& facts = catalog_.tables[table];
    outcome_.tables[table].name = catalog_.shape.tables[table].qualified();
    outcome_.tables[table].note = facts.note;
    connection.execute("BEGIN");
    try {
      connection.execute(Ledger::claim(facts.oid, slice_));
    } catch (const postgres::Failure& failure) {
      if (failure.sqlstate() != kUniqueViolation) throw;
      connection.execute("ROLLBACK");
      outcome_.tables[table].note = "was loaded before";
      return base::success();
    }
    const auto copied = telling_of(generator_->shape().tables[table], [&]() -> base::Status {
      RowDispenser rows(range(table));
      if (!loader.copy(table, facts, rows)) return base::interrupted_error();
      return base::success();
    });
    if (!copied) return copied;
    connection.execute("COMMIT");
    outcome_.tables[table].rows = range(table).count();
    outcome_.tables[table].duration = clock_.now() - start;
    return base::success();
  }

  base::Status finish_if_last() {
    Ledger ledger(*session_);
    ledger.lock();
    if (!ledger.stands()) {  // another one has just finished
      outcome_.slices_done = slice_.of;
      return base::success();
    }
    outcome_.slices_done = ledger.complete_slices(catalog_.tables.size());
    if (outcome_.slices_done < slice_.of) return base::success();
    if (auto built = build_indexes(); !built) return built;
    auto filling = settle(target_, Way::superuser, catalog_, *generator_, clock_, progress_, cancellation_);
    if (!filling) return filling.errors();
    outcome_.tables = std::move(filling->tables);
    outcome_.notices.insert(outcome_.notices.end(), filling->notices.begin(), filling->notices.end());
    outcome_.finished = true;
    ledger.remove();
    return base::success();
  }

  base::Status build_indexes() {
    progress_.stage("Building the indexes");
    const auto indexes = read_indexes(*session_, catalog_, IndexState::off);
    return run_workers(catalog_.tables.size(), cancellation_, "building the indexes",
                       [&](JobQueue& queue) -> base::Status {
                         auto connection = postgres::CopyConnection::open(target_);
                         if (!connection) return connection.errors();
                         RowMeter nothing(progress_, 0);
                         TableLoader loader(**connection, Way::superuser, *generator_, nothing, cancellation_);
                         while (const auto table = queue.take()) {
                           auto built = telling_of(generator_->shape().tables[*table], [&]() -> base::Status {
                             loader.finish(catalog_.tables[*table], indexes[*table]);
                             return base::success();
                           });
                           if (!built) return built;
                         }
                         return base::success();
                       });
  }

  postgres::Target target_;
  Slice slice_;
  const base::Clock& clock_;
  base::Progress& progress_;
  const base::Cancellation& cancellation_;
  std::unique_ptr<postgres::Session> session_;
  Catalog catalog_;
  std::optional<generators::Generator> generator_;
  SliceFilled outcome_;
};

}  // namespace

base::Result<SliceFilled> fill_slice(const postgres::Target& target, const scenario::Data& data, Slice slice,
                                     const std::function<base::Status()>& make_schema, const base::Clock& clock,
                                     base::Progress& progress, const base::Cancellation& cancellation) {
  const auto way = way_of(target);
  if (!way) return way.errors();
  if (*way != Way::superuser) {
    return base::usage_error("slices need a superuser: indexes and foreign keys are off until the last one is loaded",
                             "connect as one, or fill the database with one command, without --slice");
  }
  return SlicedFiller(target, slice, clock, progress, cancellation).run(data, make_schema);
}

base::Status check_empty(postgres::Session& session, const Catalog& catalog) {
  std::vector<std::string> names;
  for (const TableFacts& facts : catalog.tables) {
    if (session.query(fmt::format("SELECT EXISTS (SELECT FROM {})", facts.name)).boolean(0, 0)) {
      names.push_back(facts.name);
    }
  }
  if (names.empty()) return base::success();
  return base::environment_error(
      fmt::format("{} table{} of this database hold{} rows already: {}", names.size(), names.size() == 1 ? "" : "s",
                  names.size() == 1 ? "s" : "",
                  fmt::join(names.begin(), names.begin() + std::min<std::ptrdiff_t>(std::ssize(names), 5), ", ")),
      "name an empty database, or keep these rows with --keep-rows, which does not go with --slice");
}

}  // namespace pgrehearse::populate
