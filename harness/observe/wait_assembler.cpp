#include "harness/observe/wait_assembler.hpp"

#include <algorithm>

#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::observe {
namespace {

record::WaitEnd end_by(std::string_view sqlstate) {
  if (sqlstate == postgres::sqlstate::lock_not_available) return record::WaitEnd::lock_timeout;
  if (sqlstate == postgres::sqlstate::deadlock_detected) return record::WaitEnd::deadlock;
  return record::WaitEnd::cancelled;
}

bool ends_statement(std::string_view severity) {
  return severity == "ERROR" || severity == "FATAL" || severity == "PANIC";
}

// Repeats of `still waiting` (any signal to the process causes one) and the end of a wait agree on its start, but for
// the milliseconds that timestamps lack. A wait whose error was caught (an EXCEPTION block in PL/pgSQL) has no end in
// the log: what then follows is another wait.
bool same_wait(const record::LockWait& open, const LockMessage& message, base::Duration start) {
  constexpr base::Duration tolerance = std::chrono::milliseconds(5);
  return open.object == message.object && open.mode == message.mode && open.start - start < tolerance &&
         start - open.start < tolerance;
}

}  // namespace

WaitAssembler::WaitAssembler(const base::Clock& clock, const RelationNames& names, std::string database)
    : clock_(clock), names_(names), database_(std::move(database)) {}

void WaitAssembler::add(const LogEntry& entry) {
  if (entry.database != database_) return;
  if (const auto message = parse_lock_message(entry.message)) {
    on_lock_message(entry, *message);
  } else if (ends_statement(entry.severity)) {
    on_error(entry);
  }
}

WaitAssembler::Wait& WaitAssembler::open_wait(const LogEntry& entry, const LockMessage& message) {
  const auto start = clock_.from_wall(entry.time) - message.waited;
  if (const auto found = open_.find(message.pid); found != open_.end()) {
    if (same_wait(found->second.wait, message, start)) return found->second;
    close(message.pid, record::WaitEnd::unresolved, start - found->second.wait.start);
  }
  Wait& open = open_[message.pid];
  open.relation = relation_of_object(message.object);
  open.bare_name = relation_of_context(entry.context);
  open.wait.source = "server_log";
  open.wait.database = entry.database;
  open.wait.pid = entry.leader_pid.value_or(message.pid);
  open.wait.application = entry.application;
  open.wait.mode = message.mode;
  open.wait.object = message.object;
  open.wait.statement = entry.statement;
  open.wait.start = start;
  return open;
}

void WaitAssembler::on_lock_message(const LogEntry& entry, const LockMessage& message) {
  Wait& open = open_wait(entry, message);
  LockQueue queue = parse_lock_queue(entry.detail);
  if (open.wait.holders.empty()) open.wait.holders = std::move(queue.holders);
  if (open.wait.queue.empty()) open.wait.queue = std::move(queue.waiting);
  // A deadlock's victim and one that failed have an ERROR still to come, at the same moment: that ends the wait.
  if (message.kind == LockMessage::Kind::acquired) close(message.pid, record::WaitEnd::acquired, message.waited);
}

void WaitAssembler::on_error(const LogEntry& entry) {
  const auto at = clock_.from_wall(entry.time);
  if (entry.sqlstate == postgres::sqlstate::deadlock_detected) {
    deadlocks_.push_back(record::Deadlock{at, entry.database, entry.pid, entry.application, entry.detail});
  }
  const auto found = open_.find(entry.pid);
  if (found != open_.end()) close(entry.pid, end_by(entry.sqlstate), at - found->second.wait.start);
}

void WaitAssembler::close(int pid, record::WaitEnd end, base::Duration duration) {
  auto node = open_.extract(pid);
  Wait& ended = node.mapped();
  if (ended.wait.queue.empty()) ended.wait.queue = {ended.wait.pid};
  ended.wait.end = end;
  ended.wait.duration = std::max(duration, base::Duration::zero());
  ended_.push_back(std::move(ended));
}

bool WaitAssembler::name(Wait& wait) const {
  if (!wait.relation && wait.bare_name.empty()) return true;
  const auto name = wait.relation ? names_.of(*wait.relation) : names_.of(wait.bare_name);
  if (name) wait.wait.relation = *name;
  return name.has_value();
}

std::vector<record::Event> WaitAssembler::take() {
  std::vector<record::Event> events = std::exchange(deadlocks_, {});
  const auto unnamed = std::stable_partition(ended_.begin(), ended_.end(), [&](Wait& wait) { return name(wait); });
  for (auto wait = ended_.begin(); wait != unnamed; ++wait) events.emplace_back(std::move(wait->wait));
  ended_.erase(ended_.begin(), unnamed);
  return events;
}

std::vector<record::Event> WaitAssembler::finish(base::Duration now) {
  while (!open_.empty()) {
    const auto& [pid, open] = *open_.begin();
    close(pid, record::WaitEnd::unresolved, now - open.wait.start);
  }
  std::vector<record::Event> events = take();
  for (Wait& wait : ended_) events.emplace_back(std::move(wait.wait));
  ended_.clear();
  return events;
}

}  // namespace pgrehearse::observe
