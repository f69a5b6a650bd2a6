// The keys of the run folder, each named once for writing and reading: fields(visit, value) calls visit(key, member)
// for each member in the order of the file. What a key's value looks like follows from the member's type (see
// json.cpp). Private to this module; docs/run-folder.md is for people.
#pragma once

#include <concepts>
#include <type_traits>

#include "harness/record/event.hpp"
#include "harness/record/manifest.hpp"
#include "harness/record/window.hpp"

namespace pgrehearse::record {

// T or const T: the same list serves the reader and the writer.
template <class A, class T>
concept Same = std::same_as<std::remove_const_t<A>, T>;

// The value of "type" in events.jsonl.
template <class E>
constexpr const char* type_name();
template <>
constexpr const char* type_name<PassStart>() {
  return "pass_start";
}
template <>
constexpr const char* type_name<PassEnd>() {
  return "pass_end";
}
template <>
constexpr const char* type_name<PhaseStart>() {
  return "phase_start";
}
template <>
constexpr const char* type_name<PhaseEnd>() {
  return "phase_end";
}
template <>
constexpr const char* type_name<Statement>() {
  return "statement";
}
template <>
constexpr const char* type_name<LockWait>() {
  return "lock_wait";
}
template <>
constexpr const char* type_name<Deadlock>() {
  return "deadlock";
}
template <>
constexpr const char* type_name<ActivitySample>() {
  return "activity_sample";
}
template <>
constexpr const char* type_name<Gap>() {
  return "gap";
}
template <>
constexpr const char* type_name<CpuUse>() {
  return "cpu_use";
}
template <>
constexpr const char* type_name<Stall>() {
  return "stall";
}
template <>
constexpr const char* type_name<PoolExhausted>() {
  return "pool_exhausted";
}
template <>
constexpr const char* type_name<Delivery>() {
  return "delivery";
}
template <>
constexpr const char* type_name<TrafficScript>() {
  return "traffic_script";
}
template <>
constexpr const char* type_name<AdversaryStep>() {
  return "adversary_step";
}
template <>
constexpr const char* type_name<Comparison>() {
  return "comparison";
}
template <>
constexpr const char* type_name<TableFilled>() {
  return "table_filled";
}
template <>
constexpr const char* type_name<Notice>() {
  return "notice";
}

void fields(auto&& visit, Same<PassStart> auto& e) {
  visit("at_ms", e.at);
  visit("pass", e.pass);
  visit("database", e.database);
}

void fields(auto&& visit, Same<PassEnd> auto& e) {
  visit("at_ms", e.at);
  visit("pass", e.pass);
}

template <class E>
requires Same<E, PhaseStart> || Same<E, PhaseEnd>
void fields(auto&& visit, E& e) {
  visit("at_ms", e.at);
  visit("pass", e.pass);
  visit("phase", e.phase);
}

void fields(auto&& visit, Same<HeldLock> auto& e) {
  visit("relation", e.relation);
  visit("mode", e.mode);
  visit("from_ms", e.from);
  visit("to_ms", e.to);
  visit("oid", e.oid);
  visit("existed_before", e.existed_before);
}

void fields(auto&& visit, Same<Statement> auto& e) {
  visit("pass", e.pass);
  visit("phase", e.phase);
  visit("number", e.number);
  visit("file", e.file);
  visit("line", e.line);
  visit("sql", e.sql);
  visit("start_ms", e.start);
  visit("end_ms", e.end);
  visit("backend_pid", e.backend_pid);
  visit("transaction", e.transaction);
  visit("transaction_end_ms", e.transaction_end);
  visit("attempts", e.attempts);
  visit("sqlstate", e.sqlstate);
  visit("message", e.message);
  visit("locks", e.locks);
  visit("rewrites", e.rewrites);
  visit("scans", e.scans);
  visit("wal_bytes", e.wal_bytes);
  visit("checkpoints", e.checkpoints);
  visit("parallel_workers", e.parallel_workers);
  visit("lock_wait_ms", e.lock_wait);
}

void fields(auto&& visit, Same<LockWait> auto& e) {
  visit("source", e.source);
  visit("database", e.database);
  visit("pid", e.pid);
  visit("application", e.application);
  visit("mode", e.mode);
  visit("object", e.object);
  visit("relation", e.relation);
  visit("start_ms", e.start);
  visit("duration_ms", e.duration);
  visit("end", e.end);
  visit("holders", e.holders);
  visit("queue", e.queue);
  visit("statement", e.statement);
}

void fields(auto&& visit, Same<Deadlock> auto& e) {
  visit("at_ms", e.at);
  visit("database", e.database);
  visit("victim_pid", e.victim_pid);
  visit("application", e.application);
  visit("detail", e.detail);
}

void fields(auto&& visit, Same<ActivitySample> auto& e) {
  visit("at_ms", e.at);
  visit("database", e.database);
  visit("active", e.active);
  visit("waiting", e.waiting);
  visit("idle_in_transaction", e.idle_in_transaction);
  visit("longest_queue", e.longest_queue);
  visit("root_blockers", e.root_blockers);
}

void fields(auto&& visit, Same<Gap> auto& e) {
  visit("observer", e.observer);
  visit("start_ms", e.start);
  visit("duration_ms", e.duration);
  visit("reason", e.reason);
}

void fields(auto&& visit, Same<CpuUse> auto& e) {
  visit("pass", e.pass);
  visit("phase", e.phase);
  visit("start_ms", e.start);
  visit("duration_ms", e.duration);
  visit("machine_busy_s", e.machine_busy_s);
  visit("server_s", e.server_s);
  visit("own_s", e.own_s);
  visit("foreign_s", e.foreign_s);
  visit("cores", e.cores);
}

void fields(auto&& visit, Same<Stall> auto& e) {
  visit("pass", e.pass);
  visit("script", e.script);
  visit("start_ms", e.start);
  visit("duration_ms", e.duration);
}

void fields(auto&& visit, Same<PoolExhausted> auto& e) {
  visit("pass", e.pass);
  visit("start_ms", e.start);
  visit("duration_ms", e.duration);
  visit("connections", e.connections);
  visit("patience_ms", e.patience);
  visit("longest_wait_ms", e.longest_wait);
  visit("most_waiting", e.most_waiting);
  visit("waited", e.waited);
  visit("shed", e.shed);
}

void fields(auto&& visit, Same<Delivery> auto& e) {
  visit("pass", e.pass);
  visit("began_ms", e.began);
  visit("ended_ms", e.ended);
  visit("send_lag", e.send_lag);
  visit("longest_queue", e.longest_queue);
  visit("cpu_s", e.cpu_s);
  visit("most_connections", e.most_connections);
}

void fields(auto&& visit, Same<TrafficScript> auto& e) {
  visit("pass", e.pass);
  visit("script", e.script);
  visit("application", e.application);
  visit("phases", e.phases);
}

void fields(auto&& visit, Same<AdversaryStep> auto& e) {
  visit("at_ms", e.at);
  visit("pass", e.pass);
  visit("adversary", e.adversary);
  visit("step", e.step);
  visit("backend_pid", e.backend_pid);
  visit("detail", e.detail);
  visit("took_ms", e.took);
}

void fields(auto&& visit, Same<Comparison> auto& e) {
  visit("at_ms", e.at);
  visit("pass", e.pass);
  visit("what", e.what);
  visit("after", e.after);
  visit("equal", e.equal);
  visit("differences", e.differences);
  visit("notes", e.notes);
}

void fields(auto&& visit, Same<TableFilled> auto& e) {
  visit("name", e.name);
  visit("rows", e.rows);
  visit("bytes", e.bytes);
  visit("generate_ms", e.generate);
  visit("note", e.note);
}

void fields(auto&& visit, Same<Notice> auto& e) {
  visit("at_ms", e.at);
  visit("text", e.text);
}

void fields(auto&& visit, Same<Tally> auto& t) {
  visit("due", t.due);
  visit("sent", t.sent);
  visit("shed", t.shed);
  visit("ok", t.ok);
  visit("failed", t.failed);
  visit("in_flight", t.in_flight);
  visit("errors", t.errors);
  visit("reconnects", t.reconnects);
  visit("retried", t.retried);
  visit("retries", t.retries);
}

void fields(auto&& visit, Same<Latency> auto& l) {
  visit("response", l.response);
  visit("service", l.service);
}

void fields(auto&& visit, Same<Window> auto& w) {
  visit("pass", w.pass);
  visit("script", w.script);
  visit("start_ms", w.start);
  visit("end_ms", w.end);
  visit("tally", w.tally);
  visit("within", w.within);
  visit("outlived", w.outlived);
  visit("carried", w.carried);
}

void fields(auto&& visit, Same<ServerFacts> auto& s) {
  visit("version", s.version);
  visit("provider", s.provider);
  visit("settings", s.settings);
  visit("locale", s.locale);
  visit("storage", s.storage);
}

void fields(auto&& visit, Same<MachineFacts> auto& m) {
  visit("name", m.name);
  visit("system", m.system);
  visit("processor", m.processor);
  visit("cores", m.cores);
  visit("memory_bytes", m.memory_bytes);
}

// Without scenario_json, which stands in the file as JSON of its own and not as text.
void fields(auto&& visit, Same<Manifest> auto& m) {
  visit("format", m.format);
  visit("kind", m.kind);
  visit("slice_number", m.slice_number);
  visit("slice_of", m.slice_of);
  visit("tool_version", m.tool_version);
  visit("command", m.command);
  visit("started", m.started);
  visit("wall_start_s", m.wall_start_s);
  visit("seed", m.seed);
  visit("scenario_name", m.scenario_name);
  visit("server", m.server);
  visit("machine", m.machine);
  visit("ended_ms", m.ended_ms);
  visit("interrupted", m.interrupted);
  visit("failure", m.failure);
}

}  // namespace pgrehearse::record
