#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/analyse/lock_modes.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"
#include "reports/content.hpp"

namespace pgrehearse::reports {
namespace {

using analyse::is_loaded;
using analyse::StatementRun;

std::vector<Column> run_columns(bool loaded) {
  std::vector<Column> columns{{"took", true}, {"waited", true}, {"lock"}, {"held", true}};
  if (loaded) columns.push_back({"blocked waits", true});
  columns.push_back({"effect"});
  columns.push_back({"WAL", true});
  return columns;
}

// " users, orders"; nothing when it is the one that the lock column names already.
std::string other_names(const std::vector<std::string>& relations, const record::HeldLock* lock) {
  if (lock && relations == std::vector<std::string>{lock->relation}) return "";
  std::vector<std::string> names;
  std::transform(relations.begin(), relations.end(), std::back_inserter(names), analyse::short_relation);
  return fmt::format(" {}", fmt::join(names, ", "));
}

Cell effect_cell(const StatementRun& run, const record::HeldLock* lock) {
  const record::Statement& statement = run.statement;
  std::vector<std::string> effects;
  if (statement.sqlstate) effects.push_back("fails " + *statement.sqlstate);
  if (!statement.rewrites.empty()) effects.push_back("rewrite" + other_names(statement.rewrites, lock));
  if (statement.rewrites.empty() && !statement.scans.empty()) {
    effects.push_back("scan" + other_names(statement.scans, lock));
  }
  if (statement.attempts > 1) effects.push_back(fmt::format("{} attempts", statement.attempts));
  if (effects.empty()) return std::string(nothing);
  const Tone tone = statement.sqlstate ? Tone::bad : statement.rewrites.empty() ? Tone::plain : Tone::doubt;
  return {fmt::format("{}", fmt::join(effects, ", ")), tone};
}

Cell blocked_cell(const analyse::Blocked& blocked) {
  if (blocked.operations == 0) return std::string(nothing);
  return {fmt::format("{} (max {})", base::format_count(blocked.operations), duration_text(blocked.max)), Tone::bad};
}

Cell waited_cell(const StatementRun& run) {
  if (run.lock_wait == Duration{}) return std::string(nothing);
  return duration_text(run.lock_wait);
}

std::vector<Cell> run_cells(const Pass& pass, std::size_t index) {
  const StatementRun& run = pass.statements[index];
  const record::HeldLock* lock = analyse::telling_lock(pass, index);
  const std::string none(nothing);
  std::vector<Cell> cells{duration_text(run.statement.end - run.statement.start), waited_cell(run),
                          lock ? analyse::lock_words(lock->mode) + " " + analyse::short_relation(lock->relation) : none,
                          lock ? duration_text(analyse::held(*lock)) : none};
  if (is_loaded(pass)) cells.push_back(blocked_cell(run.blocked));
  cells.push_back(effect_cell(run, lock));
  cells.push_back(run.statement.wal_bytes ? base::format_bytes(*run.statement.wal_bytes) : none);
  return cells;
}

std::vector<Cell> joined(std::vector<Cell> head, const std::vector<Cell>& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

std::vector<Column> joined(std::vector<Column> head, const std::vector<Column>& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

bool same(const record::Statement& a, const record::Statement& b) {
  return a.file == b.file && a.line == b.line && a.sql == b.sql;
}

}  // namespace

Table statements_table(const Pass& pass) {
  Table table{joined({{"phase"}, {"at", false, true}, {"statement", false, true}}, run_columns(is_loaded(pass))), {}};
  for (std::size_t i = 0; i < pass.statements.size(); ++i) {
    const record::Statement& statement = pass.statements[i].statement;
    table.rows.push_back(joined(
        {analyse::phase_words(statement.phase), analyse::place_of(statement), analyse::short_sql(statement.sql, 400)},
        run_cells(pass, i)));
  }
  return table;
}

StatementRuns statement_runs(const Pass& pass) {
  StatementRuns result;
  result.runs.columns = joined({{"phase"}}, run_columns(is_loaded(pass)));
  std::vector<bool> done(pass.statements.size());
  for (std::size_t i = 0; i < pass.statements.size(); ++i) {
    if (done[i]) continue;
    const record::Statement& first = pass.statements[i].statement;
    StatementRuns::Group& group = result.groups.emplace_back();
    group.place = analyse::place_of(first);
    group.sql = analyse::short_sql(first.sql, 400);
    for (std::size_t k = i; k < pass.statements.size(); ++k) {
      const record::Statement& statement = pass.statements[k].statement;
      if (!same(first, statement)) continue;
      done[k] = true;
      ++group.count;
      result.runs.rows.push_back(joined({analyse::phase_words(statement.phase)}, run_cells(pass, k)));
    }
  }
  return result;
}

}  // namespace pgrehearse::reports
