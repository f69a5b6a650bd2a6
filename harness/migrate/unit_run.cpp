#include "harness/migrate/unit_run.hpp"

#include <algorithm>

#include "harness/base/check.hpp"
#include "harness/migrate/scan_counters.hpp"
#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::migrate {
namespace {

using sql::StatementKind;

// Some settings must come before the first query of their transaction, so nothing of ours may come in between.
bool leaves_no_trace(StatementKind kind) {
  return kind == StatementKind::begin || kind == StatementKind::setting || kind == StatementKind::savepoint;
}
bool ends_transaction(StatementKind kind) { return kind == StatementKind::commit || kind == StatementKind::rollback; }

void note_outcome(record::Statement& event, const std::optional<postgres::Failure>& failure) {
  event.sqlstate.reset();
  event.message.clear();
  if (!failure) return;
  event.sqlstate = failure->sqlstate();
  event.message = failure->summary();
}

void note_wal(record::Statement& event, const WalMeter& meter, const WalMeter::Reading& from,
              const WalMeter::Reading& to) {
  event.wal_bytes = meter.between(from, to, event.sqlstate.has_value());
  event.checkpoints = WalMeter::checkpoints_between(from, to);
}

// Workers start some milliseconds after the statement, so a look or two may have come too early.
constexpr int enough_samples = 3;

// One attempt at a statement.
struct Execution {
  Duration start{};
  Watched watched;

  // When a lock that it gained began to be held: when the wait for it ended, else when the statement began.
  Duration gained_at(Oid oid, const std::string& mode, Duration otherwise) const {
    const auto wait = std::ranges::find_if(
        watched.waits, [&](const WatchedWait& waited) { return waited.oid == oid && waited.mode == mode; });
    return wait == watched.waits.end() ? otherwise : wait->end;
  }
};

// The statement alone, and nothing of ours, between the two times.
Execution execute(const UnitStatement& statement, record::Statement& event, Workbench& bench, WatchPace pace) {
  bench.watcher.begin(pace);
  const Duration start = bench.clock.now();
  const auto failure = bench.session.attempt(statement.sql.text);
  event.end = bench.clock.now();
  Watched watched = bench.watcher.end();
  if (event.attempts++ == 0) event.start = start;
  event.locks.clear();
  event.rewrites.clear();
  event.scans.clear();
  event.wal_bytes.reset();
  event.checkpoints.reset();
  event.parallel_workers.reset();
  if (watched.samples >= enough_samples) event.parallel_workers = watched.parallel_workers;
  note_outcome(event, failure);
  // A wait that was on at the last sample ended with the statement when that failed for it.
  if (failure && !watched.waits.empty() && watched.waits.back().end == watched.last_sample) {
    watched.waits.back().end = event.end;
  }
  for (const WatchedWait& wait : watched.waits) event.lock_wait += wait.end - wait.start;
  return {start, std::move(watched)};
}

class TransactionRun {
 public:
  TransactionRun(const Unit& unit, std::vector<record::Statement>& events, Workbench& bench)
      : unit_(unit), events_(events), bench_(bench), probe_(bench.session, bench.catalog), wal_(bench.wal.read()) {}

  FailedIndex run() {
    if (unit_.send_begin) begin();
    for (std::size_t i = 0; i < events_.size() && !failed_ && !bench_.cancellation.cancelled(); ++i) run_statement(i);
    finish();
    return failed_;
  }

 private:
  void begin() {
    const Duration at = bench_.clock.now();
    const auto failure = bench_.session.attempt("BEGIN");
    if (!failure) return probe_.begin();
    record::Statement& first = events_.front();
    if (first.attempts++ == 0) first.start = at;
    first.end = bench_.clock.now();
    note_outcome(first, failure);
    failed_ = 0;
  }

  void run_statement(std::size_t i) {
    const UnitStatement& statement = unit_.statements[i];
    record::Statement& event = events_[i];
    const Execution execution = execute(statement, event, bench_, WatchPace::normal);
    done_ = i + 1;
    if (event.sqlstate) {
      failed_ = i;
      for (const WatchedLock& lock : execution.watched.locks) add_watched(event, lock, execution);
      measure_wal(event);
      return;
    }
    if (i == 0 && !unit_.send_begin) probe_.begin();  // the file's own BEGIN
    ended_ = ended_ || ends_transaction(statement.sql.kind);
    if (ended_ || leaves_no_trace(statement.sql.kind)) return;
    Effects effects = probe_.look();
    for (const GainedLock& lock : effects.locks) {
      event.locks.push_back({lock.relation,
                             lock.mode,
                             execution.gained_at(lock.oid, lock.mode, execution.start),
                             {},
                             lock.oid,
                             lock.existed_before});
    }
    event.rewrites = std::move(effects.rewrites);
    event.scans = std::move(effects.scans);
    measure_wal(event);
  }

  // The transaction has failed, so only the second session's samples tell what the statement held.
  void add_watched(record::Statement& event, const WatchedLock& lock, const Execution& execution) {
    const auto relation = bench_.catalog.find(lock.oid);
    if (relation == bench_.catalog.end() || !probe_.is_news(lock.oid, lock.mode)) return;
    event.locks.push_back({relation->second.name,
                           lock.mode,
                           execution.gained_at(lock.oid, lock.mode, execution.start),
                           {},
                           lock.oid,
                           true});
  }

  void measure_wal(record::Statement& event) {
    const WalMeter::Reading now = bench_.wal.read();
    note_wal(event, bench_.wal, wal_, now);
    wal_ = now;
  }

  // An error releases the transaction's locks at once; the ROLLBACK that follows only leaves the failed block.
  void finish() {
    const bool commits = !failed_ && !bench_.cancellation.cancelled() && unit_.end != Unit::End::rollback;
    if (commits && !ended_) commit();
    if (!commits || failed_) bench_.session.attempt("ROLLBACK");
    const Duration end = failed_ ? events_[*failed_].end : ended_ ? events_[done_ - 1].end : bench_.clock.now();
    for (std::size_t i = 0; i < done_; ++i) {
      events_[i].transaction_end = end;
      for (record::HeldLock& lock : events_[i].locks) lock.to = end;
    }
    if (failed_) events_[*failed_].transaction_end = end;
    const bool own_rollback = ended_ && unit_.statements[done_ - 1].sql.kind == StatementKind::rollback;
    if (commits && !failed_ && !own_rollback) bench_.catalog = probe_.after();
  }

  // Deferred constraints are checked here: their failure belongs to the transaction, and is put to its last statement.
  void commit() {
    const auto failure = bench_.session.attempt("COMMIT");
    if (!failure) return;
    record::Statement& last = events_.back();
    last.end = bench_.clock.now();
    note_outcome(last, failure);
    last.message = "at COMMIT: " + last.message;
    failed_ = events_.size() - 1;
  }

  const Unit& unit_;
  std::vector<record::Statement>& events_;
  Workbench& bench_;
  TransactionProbe probe_;
  WalMeter::Reading wal_;
  std::size_t done_ = 0;  // statements that were run
  bool ended_ = false;    // the file's own COMMIT or ROLLBACK was run
  FailedIndex failed_;
};

// Merges, so that dropped relations keep their names.
void refresh(Catalog& catalog, const Catalog& now) {
  for (const auto& [oid, relation] : now) catalog[oid] = relation;
}

void add_watched_locks(record::Statement& event, const Execution& execution, const Catalog& before,
                       const Catalog& now) {
  const Watched& watched = execution.watched;
  for (const WatchedLock& lock : watched.locks) {
    const bool existed = before.contains(lock.oid);
    const Catalog& names = existed ? before : now;
    const auto relation = names.find(lock.oid);
    if (relation == names.end()) continue;  // a toast table, or gone again
    const Duration to = lock.last_seen == watched.last_sample ? event.end : lock.last_seen;
    const Duration from = execution.gained_at(lock.oid, lock.mode, lock.first_seen);
    event.locks.push_back({relation->second.name, lock.mode, std::min(from, to), to, lock.oid, existed});
  }
}

FailedIndex run_alone(const UnitStatement& statement, record::Statement& event, Workbench& bench) {
  const bool changes_nothing = leaves_no_trace(statement.sql.kind) || ends_transaction(statement.sql.kind);
  if (changes_nothing) {
    execute(statement, event, bench, WatchPace::normal);
    event.transaction_end = event.end;
    return event.sqlstate ? FailedIndex{0} : std::nullopt;
  }
  const bool count_scans = bench.quiet && bench.session.server_version() >= 150000;
  const ScannedRows scanned = count_scans ? read_scanned_rows(bench.session) : ScannedRows{};
  const WalMeter::Reading wal = bench.wal.read();
  const Execution execution = execute(statement, event, bench, WatchPace::close);
  event.transaction_end = event.end;
  note_wal(event, bench.wal, wal, bench.wal.read());
  const Catalog now = read_catalog(bench.session);
  add_watched_locks(event, execution, bench.catalog, now);
  event.rewrites = rewritten(bench.catalog, now);
  if (count_scans) event.scans = scanned_between(scanned, read_scanned_rows(bench.session), bench.catalog);
  refresh(bench.catalog, now);
  return event.sqlstate ? FailedIndex{0} : std::nullopt;
}

}  // namespace

FailedIndex run_once(const Unit& unit, std::vector<record::Statement>& events, Workbench& bench) {
  PGR_CHECK(events.size() == unit.statements.size());
  if (unit.wrap == Unit::Wrap::none) return run_alone(unit.statements.front(), events.front(), bench);
  const FailedIndex failed = TransactionRun(unit, events, bench).run();
  const bool lost = failed && postgres::is_connection_lost(*events[*failed].sqlstate);
  if (!lost) flush_scan_counters(bench.session);
  return failed;
}

}  // namespace pgrehearse::migrate
