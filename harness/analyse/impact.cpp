#include "harness/analyse/impact.hpp"

#include <algorithm>

#include "harness/analyse/adversaries.hpp"
#include "harness/analyse/blame.hpp"
#include "harness/analyse/lock_modes.hpp"
#include "harness/analyse/phases.hpp"

namespace pgrehearse::analyse {
namespace {

using record::LockWait;

Interval running_during(const record::Statement& statement) { return {statement.start, statement.end}; }

// ---- the migration's own waiting ----

void add_words(std::vector<std::string>& words, const std::vector<std::string>& more) {
  for (const std::string& word : more) {
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
}

// Its session measures a lower bound (it looks between attempts), and so does the log (nothing below the role's
// deadlock_timeout, a second for the migration's): the larger of the two is nearer the truth.
StatementRun run_of(const record::Statement& statement, const std::vector<LockWait>& waits, const Blame& blame) {
  StatementRun run;
  run.statement = statement;
  Duration seen{};
  for (const LockWait& wait : waits) {
    if (wait.pid != statement.backend_pid) continue;
    const Duration during = overlap(time_of(wait), running_during(statement));
    if (during == Duration{}) continue;
    seen += during;
    add_words(run.waited_for, blame.roots(wait));
  }
  run.lock_wait = std::max(seen, statement.lock_wait);
  return run;
}

// ---- the traffic's ----

std::string phase_at(const PassEvents& events, Duration at) {
  for (const PhaseSpan& phase : events.phases) {
    if (phase.time.from <= at && at < phase.time.to) return phase.name;
  }
  return events.phases.empty() ? "" : events.phases.back().name;
}

void charge(Blocked& blocked, Duration waited) {
  ++blocked.operations;
  blocked.total += waited;
  blocked.max = std::max(blocked.max, waited);
}

void add_wait(Pass& pass, const PassEvents& events, const LockWait& wait, const Blame& blame) {
  const Blamed blamed = blame.of(wait);
  if (!blamed.statement) {
    ++(blamed.adversary.empty() ? pass.lock_waits.ordinary : pass.lock_waits.adversaries);
    pass.waits.push_back({wait, phase_at(events, wait.start), {}, "", blamed.adversary});
    return;
  }
  StatementRun& run = pass.statements[*blamed.statement];
  charge(run.blocked, wait.duration);
  ++pass.lock_waits.count;
  pass.lock_waits.total += wait.duration;
  pass.lock_waits.max = std::max(pass.lock_waits.max, wait.duration);
  pass.waits.push_back({wait, run.statement.phase, blamed.statement, blamed.behind});
}

// ---- stalls ----

// A stall that touches a phase of the migration counts as that phase's (the one that has most of it): it is then for
// the reader to say that it began before, not for the gate to overlook it.
std::string phase_of(const PassEvents& events, Interval stall) {
  std::string best;
  Duration most{};
  for (const PhaseSpan& phase : events.phases) {
    const Duration shared = overlap(phase.time, stall);
    if (!is_migration_phase(phase.name) || shared <= most) continue;
    most = shared;
    best = phase.name;
  }
  return best.empty() ? phase_at(events, stall.from) : best;
}

// Time in the stall during which waits blamed on this statement lasted.
Duration evidence_by_waits(const Pass& pass, std::size_t statement, Interval stall) {
  Duration sum{};
  for (const Wait& wait : pass.waits) {
    if (wait.statement == statement) sum += overlap(time_of(wait.wait), stall);
  }
  return sum;
}

Duration evidence_against(const Pass& pass, const std::string& adversary, Interval stall) {
  Duration sum{};
  for (const Wait& wait : pass.waits) {
    if (wait.adversary == adversary) sum += overlap(time_of(wait.wait), stall);
  }
  return sum;
}

// Time in the stall during which the statement waited, or held a lock that stops reads or writes.
Duration evidence_by_locks(const StatementRun& run, Interval stall) {
  const record::Statement& statement = run.statement;
  Duration most = overlap({statement.start, statement.start + run.lock_wait}, stall);
  for (const record::HeldLock& lock : statement.locks) {
    const auto mode = parse_lock_mode(lock.mode);
    if (!lock.existed_before || !mode || !blocks_writes(*mode)) continue;
    most = std::max(most, overlap({lock.from, lock.to}, stall));
  }
  return most;
}

template <class Evidence>
std::optional<std::size_t> strongest(std::size_t count, Evidence evidence) {
  std::optional<std::size_t> best;
  Duration most{};
  for (std::size_t i = 0; i < count; ++i) {
    const Duration found = evidence(i);
    if (found <= most) continue;
    most = found;
    best = i;
  }
  return best;
}

std::optional<std::size_t> cause_by_locks(const Pass& pass, Interval stall) {
  return strongest(pass.statements.size(), [&](std::size_t i) { return evidence_by_locks(pass.statements[i], stall); });
}

struct Cause {
  std::optional<std::size_t> statement;
  std::string adversary;  // whose locks alone, without the migration, explain more of it than any statement's
};
Cause cause_of(const Pass& pass, Interval stall) {
  const auto by_statement = [&](std::size_t i) { return evidence_by_waits(pass, i, stall); };
  const auto by_adversary = [&](std::size_t i) { return evidence_against(pass, pass.adversaries[i].name, stall); };
  const auto statement = strongest(pass.statements.size(), by_statement);
  const auto adversary = strongest(pass.adversaries.size(), by_adversary);
  if (adversary && (!statement || by_adversary(*adversary) > by_statement(*statement))) {
    return {{}, pass.adversaries[*adversary].name};
  }
  return {statement ? statement : cause_by_locks(pass, stall), ""};
}

void add_stalls(Pass& pass, const PassEvents& events) {
  for (const record::Stall& stall : events.stalls) {
    const Interval time{stall.start, stall.start + stall.duration};
    const Cause cause = cause_of(pass, time);
    pass.stalls.push_back(
        {stall.script, phase_of(events, time), stall.start, stall.duration, cause.statement, cause.adversary});
  }
}

std::optional<Duration> first_blocked(const Pass& pass, Duration exhausted) {
  std::optional<Duration> first;
  for (const Wait& wait : pass.waits) {
    const Interval time = time_of(wait.wait);
    if (time.from <= exhausted && exhausted < time.to && (!first || time.from < *first)) first = time.from;
  }
  return first;
}

void add_pool(Pass& pass, const PassEvents& events) {
  for (const record::PoolExhausted& pool : events.pool) {
    const Interval time{pool.start, pool.start + pool.duration};
    pass.pool.push_back(
        {pool, phase_of(events, time), first_blocked(pass, pool.start), cause_of(pass, time).statement});
  }
}

// For most of the pass: an observer that never saw anything, not one that missed a moment.
bool was_blind(const PassEvents& events, std::string_view observer) {
  Duration blind{};
  for (const record::Gap& gap : events.gaps) {
    if (gap.observer == observer) blind += gap.duration;
  }
  return blind > events.time.length() / 2;
}

}  // namespace

void add_impact(Pass& pass, const PassEvents& events) {
  const std::vector<LockWait> waits = merge_observers(events.waits);
  const Blame blame(events.statements, waits, events.adversary);
  for (const record::Statement& statement : events.statements) {
    pass.statements.push_back(run_of(statement, waits, blame));
  }
  const bool log_was_read = !was_blind(events, "server_log");
  pass.lock_waits.source = sources(waits, log_was_read);
  pass.lock_waits.smallest_visible = log_was_read ? smallest_visible_wait : smallest_sampled_wait;
  for (const LockWait& wait : waits) {
    if (is_traffic(wait)) add_wait(pass, events, wait, blame);
  }
  for (const record::ActivitySample& sample : events.samples) {
    pass.lock_waits.longest_queue = std::max(pass.lock_waits.longest_queue, sample.longest_queue);
  }
  pass.adversaries = adversary_runs(events.adversary, pass.waits);
  pass.deadlocks = events.deadlocks.size();
  add_stalls(pass, events);
  add_pool(pass, events);
}

}  // namespace pgrehearse::analyse
