#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/analyse/adversaries.hpp"
#include "harness/analyse/analyse.hpp"
#include "reports/json.hpp"

namespace pgrehearse::reports {
namespace {

using analyse::Analysis;
using base::Duration;
using Json = nlohmann::ordered_json;

// Whole microseconds: more would be noise, and the same record must give the same text.
double ms(Duration duration) { return std::round(static_cast<double>(duration.count()) / 1e3) / 1e3; }

Json optional_bool(const std::optional<bool>& value) { return value ? Json(*value) : Json(nullptr); }

Json errors_json(const std::map<std::string, std::uint64_t>& errors) {
  Json json = Json::array();
  for (const auto& [code, count] : errors) json.push_back({{"sqlstate", code}, {"count", count}});
  return json;
}

Json blocked_json(const analyse::Blocked& blocked) {
  return {{"operations", blocked.operations}, {"total_ms", ms(blocked.total)}, {"max_ms", ms(blocked.max)}};
}

Json percentiles(const record::Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  return {{"p50", ms(histogram.at(0.5))},
          {"p90", ms(histogram.at(0.9))},
          {"p99", ms(histogram.at(0.99))},
          {"p999", ms(histogram.at(0.999))},
          {"max", ms(histogram.max())}};
}

Json traffic_json(const analyse::Traffic& traffic) {
  const record::Tally& tally = traffic.tally;
  return {{"due", tally.due},
          {"sent", tally.sent},
          {"shed", tally.shed},
          {"ok", tally.ok},
          {"failed", tally.failed},
          {"in_flight", tally.in_flight},
          {"reconnects", tally.reconnects},
          {"retried", tally.retried},
          {"retries", tally.retries},
          {"errors", errors_json(tally.errors)},
          {"response_ms", percentiles(traffic.response)},
          {"service_ms", percentiles(traffic.service)}};
}

Json phase_json(const analyse::Phase& phase) {
  Json json = {{"name", phase.name}, {"start_ms", ms(phase.start)}, {"duration_ms", ms(phase.duration)}};
  if (phase.traffic) {
    json["traffic"] = traffic_json(*phase.traffic);
    Json scripts = Json::array();
    for (const analyse::ScriptTraffic& script : phase.scripts) {
      Json one = {{"name", script.name}};
      one.update(traffic_json(script.traffic));
      scripts.push_back(std::move(one));
    }
    json["traffic"]["scripts"] = std::move(scripts);
  }
  if (phase.cpu) {
    json["cpu"] = {{"machine_busy_s", phase.cpu->machine_busy_s},
                   {"server_s", phase.cpu->server_s},
                   {"own_s", phase.cpu->own_s},
                   {"foreign_s", phase.cpu->foreign_s},
                   {"cores", phase.cpu->cores}};
  }
  return json;
}

Json locks_json(const std::vector<record::HeldLock>& locks) {
  Json json = Json::array();
  for (const record::HeldLock& lock : locks) {
    json.push_back({{"relation", lock.relation}, {"mode", lock.mode}, {"held_ms", ms(lock.to - lock.from)}});
  }
  return json;
}

Json statement_json(const analyse::StatementRun& run) {
  const record::Statement& statement = run.statement;
  Json json = {{"phase", statement.phase},
               {"file", statement.file},
               {"line", statement.line},
               {"sql", statement.sql},
               {"start_ms", ms(statement.start)},
               {"duration_ms", ms(statement.end - statement.start)},
               {"lock_wait_ms", ms(run.lock_wait)},
               {"waited_for", run.waited_for},
               {"sqlstate", statement.sqlstate ? Json(*statement.sqlstate) : Json(nullptr)},
               {"attempts", statement.attempts},
               {"locks", locks_json(statement.locks)},
               {"rewrites", statement.rewrites},
               {"scans", statement.scans}};
  if (!statement.message.empty()) json["message"] = statement.message;
  if (statement.wal_bytes) json["wal_bytes"] = *statement.wal_bytes;
  if (statement.checkpoints) json["checkpoints"] = *statement.checkpoints;
  if (statement.parallel_workers) json["parallel_workers"] = *statement.parallel_workers;
  json["blocked"] = blocked_json(run.blocked);
  return json;
}

Json stall_json(const analyse::Stall& stall) {
  Json json = {{"script", stall.script},
               {"phase", stall.phase},
               {"start_ms", ms(stall.start)},
               {"duration_ms", ms(stall.duration)}};
  json["statement"] = stall.statement ? Json(*stall.statement) : Json(nullptr);
  if (!stall.adversary.empty()) json["adversary"] = stall.adversary;
  return json;
}

Json pool_json(const analyse::PoolExhaustion& exhaustion) {
  const record::PoolExhausted& pool = exhaustion.pool;
  Json json = {{"phase", exhaustion.phase},
               {"start_ms", ms(pool.start)},
               {"duration_ms", ms(pool.duration)},
               {"connections", pool.connections},
               {"acquire_timeout_ms", ms(pool.patience)},
               {"longest_wait_ms", ms(pool.longest_wait)},
               {"most_waiting", pool.most_waiting},
               {"waited", pool.waited},
               {"timed_out", pool.shed}};
  const auto time = [](const std::optional<Duration>& value) { return value ? Json(ms(*value)) : Json(nullptr); };
  json["first_blocked_ms"] = time(exhaustion.first_blocked);
  json["to_exhaustion_ms"] = time(exhaustion.to_exhaustion());
  json["statement"] = exhaustion.statement ? Json(*exhaustion.statement) : Json(nullptr);
  return json;
}

Json adversary_json(const analyse::Pass& pass, const analyse::AdversaryRun& run) {
  Json steps = Json::array(), doors = Json::array();
  for (const record::AdversaryStep& step : pass.adversary) {
    if (step.adversary != run.name || analyse::is_try(step)) continue;
    steps.push_back({{"step", step.step}, {"at_ms", ms(step.at)}, {"detail", step.detail}});
  }
  for (const analyse::Door& door : run.doors) {
    doors.push_back(
        {{"role", door.role}, {"tries", door.tries}, {"refused", door.refused}, {"slowest_ms", ms(door.slowest)}});
  }
  return {{"name", run.name}, {"steps", steps}, {"doors", doors}, {"blocked", blocked_json(run.blocked)}};
}

Json application_json(const analyse::ApplicationRun& run) {
  Json phases = Json::array();
  for (const analyse::ApplicationPhase& phase : run.phases) {
    phases.push_back({{"name", phase.phase},
                      {"own_schema", phase.own_schema},
                      {"sent", phase.sent},
                      {"failed", phase.failed},
                      {"errors", errors_json(phase.errors)}});
  }
  return {{"name", run.name},
          {"scripts", run.scripts},
          {"survives", optional_bool(run.survives)},
          {"misfits", errors_json(run.misfits)},
          {"phases", phases}};
}

Json cycle_json(const analyse::Cycle& cycle) {
  return {{"schema_restored_by_down", optional_bool(cycle.schema_restored_by_down)},
          {"data_restored_by_down", optional_bool(cycle.data_restored_by_down)},
          {"second_up_equals_first", optional_bool(cycle.second_up_equals_first)},
          {"differences", cycle.differences},
          {"notes", cycle.notes}};
}

Json waits_json(const analyse::LockWaits& waits) {
  return {{"count", waits.count},
          {"total_ms", ms(waits.total)},
          {"max_ms", ms(waits.max)},
          {"source", waits.source},
          {"smallest_visible_ms", ms(waits.smallest_visible)},
          {"ordinary", waits.ordinary},
          {"adversaries", waits.adversaries},
          {"longest_queue", waits.longest_queue}};
}

Json gaps_json(const std::vector<record::Gap>& gaps) {
  Json json = Json::array();
  for (const record::Gap& gap : gaps) {
    json.push_back({{"observer", gap.observer},
                    {"start_ms", ms(gap.start)},
                    {"duration_ms", ms(gap.duration)},
                    {"reason", gap.reason}});
  }
  return json;
}

template <class Items, class Function>
Json array_of(const Items& items, Function function) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(function(item));
  return json;
}

Json delivery_json(const record::Delivery& delivery) {
  return {{"send_lag_ms", percentiles(delivery.send_lag)},
          {"longest_queue", delivery.longest_queue},
          {"cpu_s", delivery.cpu_s},
          {"most_connections", delivery.most_connections}};
}

Json pass_json(const analyse::Pass& pass) {
  Json json = {{"name", pass.name},
               {"start_ms", ms(pass.start)},
               {"duration_ms", ms(pass.duration)},
               {"phases", array_of(pass.phases, phase_json)},
               {"statements", array_of(pass.statements, statement_json)},
               {"lock_waits", waits_json(pass.lock_waits)},
               {"deadlocks", pass.deadlocks},
               {"stalls", array_of(pass.stalls, stall_json)},
               {"pool_exhausted", array_of(pass.pool, pool_json)},
               {"gaps", gaps_json(pass.gaps)},
               {"failure", pass.failure.empty() ? Json(nullptr) : Json(pass.failure)}};
  if (pass.delivery) json["delivery"] = delivery_json(*pass.delivery);
  if (!pass.adversaries.empty()) {
    json["adversaries"] = array_of(pass.adversaries, [&](const auto& run) { return adversary_json(pass, run); });
  }
  if (!pass.applications.empty()) json["applications"] = array_of(pass.applications, application_json);
  if (pass.cycle) json["cycle"] = cycle_json(*pass.cycle);
  return json;
}

Json measure(const std::string& unit, double number) {
  if (unit == "bool") return number != 0;
  return std::round(number * 1e6) / 1e6;
}

Json gate_json(const analyse::Gate& gate) {
  Json json = {{"id", gate.id}};
  if (gate.limit_number) json["limit_" + gate.unit] = measure(gate.unit, *gate.limit_number);
  if (gate.actual_number) json["actual_" + gate.unit] = measure(gate.unit, *gate.actual_number);
  json["outcome"] = analyse::to_string(gate.outcome);
  json["because"] = gate.because;
  if (gate.file) json["file"] = *gate.file;
  if (gate.file) json["line"] = gate.line;
  return json;
}

Json table_json(const record::TableFilled& table) {
  return {{"name", table.name},
          {"rows", table.rows},
          {"bytes", table.bytes},
          {"generate_ms", ms(table.generate)},
          {"note", table.note}};
}

Json server_json(const record::ServerFacts& server) {
  return {{"version", server.version},
          {"provider", server.provider},
          {"locale", server.locale},
          {"storage", server.storage},
          {"settings", server.settings}};
}

Json machine_json(const record::MachineFacts& machine) {
  return {{"name", machine.name},
          {"system", machine.system},
          {"processor", machine.processor},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory_bytes}};
}

}  // namespace

std::string summary_json(const Analysis& analysis) {
  const Json json = {{"format", "pgrehearse-summary/1"},
                     {"tool_version", analysis.manifest.tool_version},
                     {"verdict", analyse::to_string(analysis.verdict)},
                     {"headline", analysis.headline},
                     {"reasons", analysis.reasons},
                     {"advice", analysis.advice},
                     {"scenario", analysis.manifest.scenario_name},
                     {"seed", analysis.manifest.seed},
                     {"started", analysis.manifest.started},
                     {"server", server_json(analysis.manifest.server)},
                     {"machine", machine_json(analysis.manifest.machine)},
                     {"tables", array_of(analysis.tables, table_json)},
                     {"passes", array_of(analysis.passes, pass_json)},
                     {"gates", array_of(analysis.gates, gate_json)},
                     {"notices", analysis.notices},
                     {"defects", analysis.defects}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pgrehearse::reports
