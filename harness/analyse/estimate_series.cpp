// From analysed rehearsals to one series of measurements for each statement.
#include <algorithm>
#include <map>
#include <utility>

#include "harness/analyse/estimate.hpp"
#include "harness/analyse/interval.hpp"
#include "harness/analyse/lock_modes.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"

namespace pgrehearse::analyse {
namespace {

double foreign_share(const Pass& pass, const std::string& phase_name) {
  const Phase* phase = phase_named(pass, phase_name);
  return phase ? foreign_processors(*phase) : 0;
}

std::vector<Interval> blocking_locks(const record::Statement& statement) {
  std::vector<Interval> found;
  for (const record::HeldLock& lock : statement.locks) {
    const auto mode = parse_lock_mode(lock.mode);
    if (lock.existed_before && mode && blocks_writes(*mode)) found.push_back({lock.from, lock.to});
  }
  return found;
}

double held_ms_of(const record::Statement& statement) {
  Duration longest{};
  for (const Interval& lock : blocking_locks(statement)) longest = std::max(longest, lock.length());
  return base::to_ms(longest);
}

void keep_most(std::optional<int>& most, std::optional<int> found) {
  if (found) most = std::max(most.value_or(0), *found);
}

Measured locked_in(const Pass& pass, const std::string& phase, double rows) {
  std::vector<Interval> locks;
  Measured point;
  point.rows = rows;
  point.foreign_cpu_share = foreign_share(pass, phase);
  for (const StatementRun& run : pass.statements) {
    if (run.statement.phase != phase) continue;
    const auto more = blocking_locks(run.statement);
    locks.insert(locks.end(), more.begin(), more.end());
    point.failed = point.failed || run.statement.sqlstate.has_value();
    keep_most(point.checkpoints, run.statement.checkpoints);
    keep_most(point.parallel_workers, run.statement.parallel_workers);
  }
  point.duration_ms = base::to_ms(covered_by_all({Duration::min() / 2, Duration::max() / 2}, {locks}));
  return point;
}

bool touches_rows(const record::Statement& statement) {
  return !statement.rewrites.empty() || !statement.scans.empty();
}

Measured measured(const Pass& pass, const record::Statement& statement, double rows) {
  Measured point;
  point.rows = rows;
  point.duration_ms = base::to_ms(statement.end - statement.start);
  point.held_ms = held_ms_of(statement);
  if (statement.wal_bytes) point.wal_bytes = static_cast<double>(*statement.wal_bytes);
  point.checkpoints = statement.checkpoints;
  point.parallel_workers = statement.parallel_workers;
  point.foreign_cpu_share = foreign_share(pass, statement.phase);
  point.failed = statement.sqlstate.has_value();
  return point;
}

const Pass* quiet_pass(const Analysis& analysis) {
  for (const Pass& pass : analysis.passes) {
    if (pass.name == "quiet") return &pass;
  }
  return nullptr;
}

}  // namespace

std::vector<StatementSeries> collect(const std::vector<Rehearsed>& runs) {
  std::vector<StatementSeries> all;
  std::map<std::pair<std::string, int>, std::size_t> place;  // (phase, number) -> index in `all`
  for (const Rehearsed& run : runs) {
    const Pass* pass = quiet_pass(*run.analysis);
    if (!pass) continue;
    for (const StatementRun& one : pass->statements) {
      const record::Statement& statement = one.statement;
      if (statement.phase != "up" && statement.phase != "down") continue;
      const auto [found, added] = place.try_emplace({statement.phase, statement.number}, all.size());
      if (added) all.push_back({statement.phase, statement.file, statement.line, statement.sql, false, {}});
      StatementSeries& series = all[found->second];
      series.touches_rows = series.touches_rows || touches_rows(statement);
      series.points.push_back(measured(*pass, statement, run.rows));
    }
  }
  return all;
}

std::vector<StatementSeries> collect_locked(const std::vector<Rehearsed>& runs) {
  std::vector<StatementSeries> all;
  for (const char* phase : {"up", "down"}) {
    StatementSeries series{phase, "", 0, "", false, {}};
    for (const Rehearsed& run : runs) {
      const Pass* pass = quiet_pass(*run.analysis);
      if (!pass || !phase_named(*pass, phase)) continue;
      series.points.push_back(locked_in(*pass, phase, run.rows));
      for (const StatementRun& one : pass->statements) {
        series.touches_rows = series.touches_rows || (one.statement.phase == phase && touches_rows(one.statement));
      }
    }
    if (!series.points.empty()) all.push_back(std::move(series));
  }
  return all;
}

}  // namespace pgrehearse::analyse
