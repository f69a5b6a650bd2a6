#include "harness/analyse/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "harness/analyse/lock_modes.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/trust.hpp"
#include "harness/analyse/words.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

// Shorter waits than this are the ordinary life of a busy table.
constexpr Duration noticeable = std::chrono::milliseconds(100);

Duration harmful(const scenario::Gates& limits) {
  if (!limits.max_stall && !limits.lock_wait) return noticeable;
  return std::min(limits.max_stall.value_or(Duration::max()), limits.lock_wait.value_or(Duration::max()));
}

// What a statement was seen to do, in the pass where it did it.
struct Seen {
  const Pass& pass;
  std::size_t index;
  const StatementRun& run;
  const record::HeldLock* lock;
  Duration harm{};      // the longest wait or stall under it; without traffic: how long it held a blocking lock
  bool queued = false;  // while it was itself waiting
};

using Advice = std::vector<std::string>;

std::string upper(const std::string& sql) {
  std::string text = short_sql(sql, 100000);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}
bool says(const Seen& seen, const char* words) {
  return upper(seen.run.statement.sql).find(words) != std::string::npos;
}

Duration harm_of(const Pass& pass, std::size_t index) {
  Duration harm = pass.statements[index].blocked.max;
  for (const Stall& stall : pass.stalls) {
    if (stall.statement == index && is_migration_phase(stall.phase)) harm = std::max(harm, stall.duration);
  }
  if (is_loaded(pass)) return harm;
  for (const record::HeldLock& lock : pass.statements[index].statement.locks) {
    const auto mode = parse_lock_mode(lock.mode);
    if (lock.existed_before && mode && blocks_writes(*mode)) harm = std::max(harm, held(lock));
  }
  return harm;
}

Seen look_at(const Pass& pass, std::size_t index) {
  Seen seen{pass, index, pass.statements[index], telling_lock(pass, index), harm_of(pass, index), false};
  for (const Wait& wait : pass.waits) seen.queued = seen.queued || (wait.statement == index && !wait.behind.empty());
  return seen;
}

// ---- one function for each thing that was seen ----

void rewrite(const Seen& seen, Advice& advice) {
  const auto& tables = seen.run.statement.rewrites;
  if (tables.empty() || seen.queued) return;
  const std::string head = fmt::format("{} rewrites {} under {}", place_of(seen.run.statement),
                                       short_relation(tables.front()), lock_words(seen.lock ? seen.lock->mode : ""));
  if (says(seen, "ADD COLUMN") || says(seen, "DEFAULT")) {
    advice.push_back(head + ": add the column without a default, backfill it in batches, then set the default");
  } else if (says(seen, " TYPE ")) {
    advice.push_back(head + ": add a column of the new type, fill it in batches behind a trigger, then swap the names");
  } else {
    advice.push_back(head + ": rebuild it with a tool that copies in the background (pg_repack), or book the window");
  }
}

void index_build(const Seen& seen, Advice& advice) {
  if (!says(seen, "CREATE") || !says(seen, " INDEX ") || seen.queued) return;
  if (!seen.lock || parse_lock_mode(seen.lock->mode) != LockMode::share) return;
  advice.push_back(
      fmt::format("{} stops writes to {} while it builds: use CREATE INDEX CONCURRENTLY, outside a "
                  "transaction",
                  place_of(seen.run.statement), short_relation(seen.lock->relation)));
}

void scan(const Seen& seen, Advice& advice) {
  const auto& statement = seen.run.statement;
  if (statement.scans.empty() || !statement.rewrites.empty() || seen.queued) return;
  const std::string head =
      fmt::format("{} reads all of {} under its lock", place_of(statement), short_relation(statement.scans.front()));
  if (says(seen, "SET NOT NULL")) {
    advice.push_back(head +
                     ": first add CHECK (column IS NOT NULL) NOT VALID and VALIDATE it; then SET NOT NULL need "
                     "not look");
  } else if (says(seen, "ADD CONSTRAINT") || says(seen, "FOREIGN KEY") || says(seen, "CHECK")) {
    advice.push_back(head + ": add the constraint NOT VALID, and VALIDATE CONSTRAINT in a migration of its own");
  }
}

void batch_of_rows(const Seen& seen, Advice& advice) {
  const bool writes = says(seen, "UPDATE ") || says(seen, "DELETE ");
  const bool weak = !seen.lock || parse_lock_mode(seen.lock->mode) == LockMode::row_exclusive;
  if (!writes || !weak || seen.run.blocked.operations == 0) return;
  advice.push_back(
      fmt::format("{} locks the rows that it writes until its transaction ends: write in small batches, "
                  "each in a transaction of its own",
                  place_of(seen.run.statement)));
}

// The lock outlived the statement several times over: what follows it in the transaction made the outage.
void long_transaction(const Seen& seen, Advice& advice) {
  const record::Statement& statement = seen.run.statement;
  if (!seen.lock || seen.queued || held(*seen.lock) < noticeable) return;
  if (held(*seen.lock) < 2 * (statement.end - statement.start)) return;
  advice.push_back(
      fmt::format("{} took {} and its lock on {} was held for {}, to the end of the transaction: give the "
                  "slow statements after it a transaction of their own",
                  place_of(statement), base::format_duration(statement.end - statement.start),
                  short_relation(seen.lock->relation), base::format_duration(held(*seen.lock))));
}

void queue(const Seen& seen, Advice& advice) {
  const record::Statement& statement = seen.run.statement;
  if (!seen.queued) return;
  const bool timed_out = statement.attempts > 1 || statement.sqlstate == "55P03";
  advice.push_back(
      timed_out ? fmt::format("{} still makes traffic queue while it waits: lower its lock_timeout below what users "
                              "may notice, and retry more often",
                              place_of(statement))
                : fmt::format("{} makes traffic queue while it waits for its lock: SET lock_timeout (say 100ms) "
                              "before it, and retry until it gets through",
                              place_of(statement)));
}

void failure(const Pass& pass, Advice& advice) {
  for (const StatementRun& run : pass.statements) {
    if (!run.statement.sqlstate) continue;
    const std::string& code = *run.statement.sqlstate;
    const std::string place = place_of(run.statement);
    if (code.rfind("23", 0) == 0) {
      advice.push_back(place + " fails on data that is there: correct the rows in an earlier migration");
    } else if (code == "55P03") {
      advice.push_back(place +
                       " gives up before it gets its lock: allow more retries, or run it when no long "
                       "transaction uses the table");
    } else if (code.rfind("42", 0) == 0) {
      advice.push_back(place +
                       " names something that does not stand at that point, or is no valid SQL: run it once "
                       "before merging");
    }
  }
}

void no_way_back(const Pass& pass, Advice& advice) {
  if (!pass.cycle) return;
  if (pass.cycle->schema_restored_by_down == false) {
    advice.push_back("Correct down so that it undoes what up did to the schema; until then going back is not possible");
  }
  if (pass.cycle->data_restored_by_down == false) {
    advice.push_back(
        "Rows or values are lost by going up and down: keep what up removes (rename, or copy aside) "
        "until no way back is needed");
  }
  const bool restored = pass.cycle->schema_restored_by_down != false && pass.cycle->data_restored_by_down != false;
  if (pass.cycle->second_up_equals_first == false && restored) {  // else it is no wonder
    advice.push_back(
        "The second up does not give what the first gave: down leaves something behind that up meets again, or what "
        "up writes depends on the moment");
  }
}

void stale_plans(const Pass& pass, Advice& advice) {
  std::uint64_t failed = 0;
  for (const Phase& phase : pass.phases) {
    if (!phase.traffic || phase.name == "baseline") continue;
    const auto found = phase.traffic->tally.errors.find("0A000");
    if (found != phase.traffic->tally.errors.end()) failed += found->second;
  }
  if (failed == 0) return;
  advice.push_back(
      fmt::format("{} pass: {} operations failed with 0A000 (cached plan must not change result type): name "
                  "the columns instead of SELECT *, or let the application prepare again",
                  pass_words(pass.name), failed));
}

void old_code(const Pass& pass, Advice& advice) {
  for (const ApplicationRun& run : pass.applications) {
    if (run.name != "old" || run.survives != false) continue;
    advice.push_back(
        "Old code still runs while the new code is rolled out: make the schema fit both (expand), deploy, and take the "
        "old way out in a later migration (contract)");
  }
}

void deadlock(const Pass& pass, Advice& advice) {
  if (pass.deadlocks == 0) return;
  advice.push_back(
      fmt::format("{} pass: {} deadlock{}: take the tables' locks one migration at a time, or in the order "
                  "in which the application takes them",
                  pass_words(pass.name), pass.deadlocks, pass.deadlocks == 1 ? "" : "s"));
}

void add_for_statements(const Pass& pass, Duration harmful, Advice& advice) {
  for (std::size_t i = 0; i < pass.statements.size(); ++i) {
    const Seen seen = look_at(pass, i);
    if (seen.harm <= harmful) continue;
    for (const auto look : {rewrite, index_build, scan, batch_of_rows, long_transaction, queue}) look(seen, advice);
  }
}

// The same statement runs in several passes and twice in each.
Advice without_repetition(const Advice& advice) {
  Advice unique;
  for (const std::string& line : advice) {
    if (std::find(unique.begin(), unique.end(), line) == unique.end()) unique.push_back(line);
  }
  return unique;
}

}  // namespace

std::vector<std::string> advice(const std::vector<Pass>& passes, const scenario::Gates& limits) {
  const bool loaded = std::any_of(passes.begin(), passes.end(), is_loaded);
  Advice found;
  for (const Pass& pass : passes) {
    failure(pass, found);
    if (!loaded || is_loaded(pass)) add_for_statements(pass, harmful(limits), found);
    no_way_back(pass, found);
    stale_plans(pass, found);
    old_code(pass, found);
    deadlock(pass, found);
  }
  return without_repetition(found);
}

}  // namespace pgrehearse::analyse
