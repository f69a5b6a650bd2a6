#include "harness/analyse/blame.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/analyse/lock_modes.hpp"

namespace pgrehearse::analyse {
namespace {

using record::HeldLock;
using record::LockWait;
using record::Statement;

Interval at_instant(Duration at) { return {at, at}; }
Interval held_during(const HeldLock& lock) { return {lock.from, lock.to}; }
Interval open_transaction(const Statement& statement) { return {statement.start, statement.transaction_end}; }

// When the server looked at holders and queue: once in each wait, after deadlock_timeout.
Duration reported_at(const LockWait& wait) { return wait.start + std::min(wait.duration, smallest_visible_wait); }

bool waits_for_row(const LockWait& wait) {
  return wait.object.rfind("transaction ", 0) == 0 || wait.object.rfind("tuple ", 0) == 0;
}

// By number too: the migration may have renamed the table since.
bool same_relation(const HeldLock& lock, const LockWait& wait) {
  if (!wait.relation.empty() && wait.relation == lock.relation) return true;
  return lock.oid && wait.object.find(fmt::format("relation {} of", *lock.oid)) != std::string::npos;
}

// A mode that the table does not know is of another lock space; then the holders' list alone speaks.
bool excludes(const std::string& held, const std::string& wanted) {
  const auto a = parse_lock_mode(held), b = parse_lock_mode(wanted);
  return !a || !b || conflicts(*a, *b);
}

bool writes_rows(const HeldLock& lock) {
  const auto mode = parse_lock_mode(lock.mode);
  return mode && *mode >= LockMode::row_exclusive;
}

}  // namespace

Blame::Blame(const std::vector<Statement>& statements, const std::vector<LockWait>& waits,
             const std::vector<record::AdversaryStep>& adversaries)
    : statements_(statements), waits_(waits), adversaries_(adversaries) {
  for (const Statement& statement : statements) migration_pids_.insert(statement.backend_pid);
}

Blamed Blame::of(const LockWait& wait) const {
  Visited visited, again;
  Blamed blamed = follow(wait, visited);
  if (!blamed.statement) blamed.adversary = adversary_before(wait, again);
  return blamed;
}

std::string Blame::adversary_before(const LockWait& wait, Visited& visited) const {
  if (!visited.insert(wait.pid).second) return {};
  for (int pid : wait.queue) {
    if (pid == wait.pid) break;
    const LockWait* ahead = wait_of(pid, time_of(wait));
    if (ahead && excludes(ahead->mode, wait.mode) && !adversary_named(pid).empty()) return adversary_named(pid);
  }
  for (int pid : wait.holders) {
    const LockWait* next = wait_of(pid, time_of(wait));
    std::string name = next ? adversary_before(*next, visited) : adversary_named(pid);
    if (!name.empty()) return name;
  }
  return {};
}

std::string Blame::adversary_named(int pid) const {
  for (const auto& step : adversaries_) {
    if (step.backend_pid == pid) return step.adversary;
  }
  return {};
}

Blamed Blame::follow(const LockWait& wait, Visited& visited) const {
  if (!visited.insert(wait.pid).second) return {};
  if (const auto statement = holder(wait)) return {statement, ""};
  if (const auto queued = queued_behind_migration(wait)) return *queued;
  return through_others(wait, visited);
}

std::optional<std::size_t> Blame::holder(const LockWait& wait) const {
  for (int pid : wait.holders) {
    if (!is_migration(pid)) continue;
    const auto found = waits_for_row(wait) ? holder_of_row(wait, pid) : holder_of_relation(wait, pid);
    if (found) return found;
  }
  return {};
}

// The server lists every holder, those too whose mode does not exclude the waiter's. Where a lock of this relation was
// read for the session, its mode decides; where none was read (it can come and go within a statement outside a
// transaction), the server's word that this session holds it is enough, unless that session was itself still waiting
// for it: pg_blocking_pids(), the sampler's source, also names those who are only ahead in the queue.
std::optional<std::size_t> Blame::holder_of_relation(const LockWait& wait, int pid) const {
  bool lock_known = false;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    if (statements_[i].backend_pid != pid) continue;
    for (const HeldLock& lock : statements_[i].locks) {
      if (!same_relation(lock, wait) || !meet(held_during(lock), at_instant(reported_at(wait)))) continue;
      if (excludes(lock.mode, wait.mode)) return i;
      lock_known = true;
    }
  }
  if (lock_known || waits_for_the_same(pid, wait)) return {};
  return running(pid, reported_at(wait));
}

bool Blame::waits_for_the_same(int pid, const LockWait& wait) const {
  const LockWait* own = wait_of(pid, at_instant(reported_at(wait)));
  return own && own->object == wait.object;
}

std::optional<std::size_t> Blame::holder_of_row(const LockWait& wait, int pid) const {
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const Statement& statement = statements_[i];
    if (statement.backend_pid != pid || !meet(open_transaction(statement), time_of(wait))) continue;
    for (const HeldLock& lock : statement.locks) {
      if (same_relation(lock, wait) && writes_rows(lock)) return i;
    }
  }
  return running(pid, reported_at(wait));
}

std::optional<Blamed> Blame::queued_behind_migration(const LockWait& wait) const {
  for (int pid : wait.queue) {
    if (pid == wait.pid) return {};
    if (!is_migration(pid)) continue;
    const LockWait* ahead = wait_of(pid, time_of(wait));
    if (ahead && !excludes(ahead->mode, wait.mode)) continue;
    const auto statement = running(pid, reported_at(wait));
    if (!statement) continue;
    const auto words = roots(ahead ? *ahead : wait);
    return Blamed{statement, words.empty() ? "another session" : fmt::format("{}", fmt::join(words, ", "))};
  }
  return {};
}

Blamed Blame::through_others(const LockWait& wait, Visited& visited) const {
  for (int pid : wait.holders) {
    if (is_migration(pid)) continue;
    const LockWait* next = wait_of(pid, time_of(wait));
    if (!next) continue;
    Blamed blamed = follow(*next, visited);
    if (blamed.statement) return blamed;
  }
  return {};
}

// The statement of that session at that time, or the last one before it in a transaction that is still open.
std::optional<std::size_t> Blame::running(int pid, Duration at) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const Statement& statement = statements_[i];
    if (statement.backend_pid != pid || statement.start > at + clock_slack) continue;
    if (statement.transaction_end + clock_slack >= at) found = i;
  }
  return found;
}

const LockWait* Blame::wait_of(int pid, Interval time) const {
  for (const LockWait& wait : waits_) {
    if (wait.pid == pid && meet(time_of(wait), time)) return &wait;
  }
  return nullptr;
}

std::vector<std::string> Blame::roots(const LockWait& wait) const {
  Visited visited{wait.pid};
  std::vector<std::string> words;
  add_roots(wait, visited, words);
  return words;
}

void Blame::add_roots(const LockWait& wait, Visited& visited, std::vector<std::string>& words) const {
  for (int pid : wait.holders) {
    if (!visited.insert(pid).second) continue;
    if (const LockWait* next = wait_of(pid, time_of(wait))) {
      add_roots(*next, visited, words);
      continue;
    }
    const std::string name = words_for(pid);
    if (std::find(words.begin(), words.end(), name) == words.end()) words.push_back(name);
  }
}

std::string Blame::words_for(int pid) const {
  if (const std::string adversary = adversary_named(pid); !adversary.empty()) return "adversary " + adversary;
  if (pid == 0) return "a prepared transaction";
  if (is_migration(pid)) return "the migration itself";
  for (const LockWait& wait : waits_) {
    if (wait.pid != pid || wait.application.empty()) continue;
    const std::string script = script_of(wait);
    return script.empty() ? wait.application : "script " + script;
  }
  return "another session";
}

}  // namespace pgrehearse::analyse
