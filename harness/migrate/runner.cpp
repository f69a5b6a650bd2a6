#include "harness/migrate/runner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/migrate/interrupter.hpp"
#include "harness/migrate/scan_counters.hpp"
#include "harness/migrate/unit_run.hpp"
#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::migrate {
namespace {

std::string milliseconds(base::Duration duration) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(duration);  // 0 would mean "no limit"
  return fmt::format("{}ms", whole.count());
}

postgres::Target migration_target(const RunnerOptions& options) {
  postgres::Target target = options.migration;
  target.application = application_name;
  const scenario::Policy& policy = options.policy;
  if (policy.lock_timeout) target.settings["lock_timeout"] = milliseconds(*policy.lock_timeout);
  if (policy.statement_timeout) target.settings["statement_timeout"] = milliseconds(*policy.statement_timeout);
  return target;
}

// A sample that does not come back is worth nothing.
postgres::Target observer_target(const RunnerOptions& options) {
  postgres::Target target = options.observer;
  target.application = "pgrehearse:observer";
  target.settings["statement_timeout"] = "5s";
  return target;
}

class PhaseRun {
 public:
  PhaseRun(const Phase& phase, const scenario::Policy& policy, Workbench& bench, record::Recorder& recorder)
      : phase_(phase), policy_(policy), bench_(bench), recorder_(recorder) {}

  PhaseOutcome run(const std::vector<Unit>& units) {
    outcome_.start = bench_.clock.now();
    for (const Unit& unit : units) {
      if (outcome_.failure || bench_.cancellation.cancelled()) break;
      run_unit(unit);
    }
    outcome_.end = bench_.clock.now();
    return std::move(outcome_);
  }

 private:
  void run_unit(const Unit& unit) {
    std::vector<record::Statement> events = events_for(unit);
    FailedIndex failed;
    try {
      failed = run_with_retries(unit, events);
    } catch (const postgres::Failure&) {  // a query of ours was cancelled with the run, or the server is gone
      record_all(std::move(events));
      throw;
    }
    if (unit.wrap == Unit::Wrap::transaction) ++transactions_;
    if (failed) note_failure(events[*failed]);
    record_all(std::move(events));
    if (unit.end == Unit::End::rollback && !failed) note_unfinished(unit);
  }

  FailedIndex run_with_retries(const Unit& unit, std::vector<record::Statement>& events) {
    FailedIndex failed = run_once(unit, events, bench_);
    for (int retry = 0; retry < policy_.retries && failed; ++retry) {
      if (!postgres::is_retryable(*events[*failed].sqlstate)) break;
      if (bench_.cancellation.wait_for(policy_.retry_wait)) break;
      failed = run_once(unit, events, bench_);
    }
    return failed;
  }

  void record_all(std::vector<record::Statement> events) {
    for (record::Statement& event : events) {
      if (event.attempts == 0) continue;
      ++outcome_.statements;
      event.transaction_end = std::max(event.transaction_end, event.end);
      for (record::HeldLock& lock : event.locks) lock.to = std::max(lock.to, lock.from);
      recorder_.append(std::move(event));
    }
  }

  std::vector<record::Statement> events_for(const Unit& unit) {
    std::vector<record::Statement> events;
    for (const UnitStatement& statement : unit.statements) {
      record::Statement event;
      event.pass = phase_.pass;
      event.phase = phase_.phase;
      event.number = next_number_++;
      event.file = statement.file->name;
      event.line = statement.sql.line;
      event.sql = statement.sql.text;
      event.backend_pid = bench_.session.backend_pid();
      event.transaction = unit.wrap == Unit::Wrap::transaction ? transactions_ : -1;
      event.attempts = 0;
      events.push_back(std::move(event));
    }
    return events;
  }

  void note_failure(const record::Statement& event) {
    outcome_.failure = FailedStatement{event.number, event.file, event.line, *event.sqlstate, event.message};
  }

  void note_unfinished(const Unit& unit) {
    const UnitStatement& first = unit.statements.front();
    recorder_.append(record::Notice{
        bench_.clock.now(), fmt::format("{}:{} opens a transaction that the file does not end: it was rolled back, as "
                                        "when psql ends",
                                        first.file->name, first.sql.line)});
  }

  const Phase& phase_;
  const scenario::Policy& policy_;
  Workbench& bench_;
  record::Recorder& recorder_;
  PhaseOutcome outcome_;
  int next_number_ = 0, transactions_ = 0;
};

}  // namespace

base::Result<PhaseOutcome> run_phase(const std::vector<Migration>& range, const Phase& phase,
                                     const RunnerOptions& options, const base::Clock& clock, record::Recorder& recorder,
                                     const base::Cancellation& cancellation) {
  const std::vector<Unit> units = transaction_units(range, phase.direction);
  auto session = postgres::Session::open(migration_target(options));
  if (!session) return std::move(session).errors();
  auto observer = postgres::Session::open(observer_target(options));
  if (!observer) return std::move(observer).errors();
  auto sampler = postgres::Session::open(observer_target(options));
  if (!sampler) return std::move(sampler).errors();
  try {
    postgres::Session& migration = **session;
    const std::string role = migration.query("SELECT session_user").string(0, 0);
    WalMeter wal(**observer, role, options.quiet);
    LockWatcher watcher(std::move(sampler).value(), migration.backend_pid(), clock);
    Workbench bench{migration, watcher, wal, clock, cancellation, options.quiet, read_catalog(migration)};
    TransactionProbe(migration, bench.catalog).look();  // the first of its kind takes 3 ms, later ones below 1 ms
    flush_scan_counters(migration);
    PhaseOutcome outcome = [&] {
      const Interrupter interrupter(migration, cancellation);
      return PhaseRun(phase, options.policy, bench, recorder).run(units);
    }();
    if (cancellation.cancelled()) return base::interrupted_error();
    return outcome;
  } catch (const postgres::Failure& failure) {
    if (cancellation.cancelled()) return base::interrupted_error();
    return postgres::to_error(failure, "watching the migration");
  }
}

}  // namespace pgrehearse::migrate
