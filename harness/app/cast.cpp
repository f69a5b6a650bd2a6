#include "harness/app/cast.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/provision/binaries.hpp"

namespace pgrehearse::app {
namespace {

using Kind = scenario::Adversary::Kind;

bool runs_in(const scenario::Application& application, const std::string& phase) {
  return std::find(application.phases.begin(), application.phases.end(), phase) != application.phases.end();
}

std::string script_name(const scenario::Application& application, const scenario::Script& script) {
  return application.name + ":" + script.name;
}

std::vector<std::string> dump_folders(const Stage& stage) {
  auto folders = provision::program_folders();
  folders.emplace_back();  // PATH
  if (!stage.scenario.server.postgres_bin.empty()) folders.push_back(stage.scenario.server.postgres_bin);
  return folders;
}

}  // namespace

std::vector<scenario::Script> application_scripts(const scenario::Scenario& scenario) {
  std::vector<scenario::Script> scripts;
  for (const scenario::Application& application : scenario.applications) {
    for (scenario::Script script : application.scripts) {
      script.name = script_name(application, script);
      scripts.push_back(std::move(script));
    }
  }
  return scripts;
}

std::vector<bool> active_scripts(const scenario::Scenario& scenario, const std::string& phase) {
  std::vector<bool> active;
  for (const scenario::Application& application : scenario.applications) {
    active.insert(active.end(), application.scripts.size(), runs_in(application, phase));
  }
  return active;
}

void record_applications(const Stage& stage, const std::string& pass) {
  for (const scenario::Application& application : stage.scenario.applications) {
    for (const scenario::Script& script : application.scripts) {
      stage.recorder.append(
          record::TrafficScript{pass, script_name(application, script), application.name, application.phases});
    }
  }
}

// At max_connections our own sessions (the migration's, those that watch it, the administrator's) need those that are
// kept for superusers; PostgreSQL keeps 3.
std::map<std::string, std::string> settings_for_adversaries(const scenario::Scenario& scenario) {
  std::map<std::string, std::string> settings;
  for (const scenario::Adversary& adversary : scenario.adversaries) {
    if (adversary.kind == Kind::prepared_transaction) settings["max_prepared_transactions"] = "10";
    if (adversary.kind == Kind::connection_burst) settings["superuser_reserved_connections"] = "15";
  }
  return settings;
}

Adversaries::Adversaries(const Stage& stage, const provision::Server& server, const std::string& database,
                         const std::string& pass, const std::vector<Part>& parts, const generators::Generator& tables)
    : stage_(stage), pass_(pass) {
  for (const Part& part : parts) {
    const auto& table = tables.shape().tables[part.table];
    load::Scene scene{.clock = stage.clock,
                      .recorder = stage.recorder,
                      .target = server.traffic_target(database),
                      .administrator = server.target(database),
                      .server_is_ours = server.is_private(),
                      .program_folders = {},
                      .pass = pass,
                      .settings = *part.adversary,
                      .schema = table.schema,
                      .table = table.name};
    if (part.adversary->kind == Kind::pg_dump) scene.program_folders = dump_folders(stage);
    players_.push_back({part.adversary, std::make_unique<load::Adversary>(std::move(scene))});
  }
  std::stable_sort(players_.begin(), players_.end(),
                   [](const Player& a, const Player& b) { return a.settings->lead > b.settings->lead; });
}

base::Status Adversaries::begin(const std::string& step) {
  end();
  for (std::size_t i = 0; i < players_.size(); ++i) {
    if (const auto begun = begin(players_[i], step); !begun) return begun;
    const bool last = i + 1 == players_.size();
    const base::Duration next_lead = last ? base::Duration::zero() : players_[i + 1].settings->lead;
    if (const auto passed = stage_.let_pass(players_[i].settings->lead - next_lead); !passed) return passed;
  }
  return base::success();
}

base::Status Adversaries::begin(Player& player, const std::string& step) {
  const auto begun = player.adversary->begin(&stage_.cancellation);
  if (begun || !player.settings->table.empty()) return begun;
  if (begun.errors().front().kind == base::ErrorKind::interrupted) return begun;
  stage_.notice(fmt::format("{} pass: {} ran without an adversary: {}", pass_, step, begun.errors().front().message));
  return base::success();
}

void Adversaries::end() {
  for (Player& player : players_) player.adversary->end();
}

}  // namespace pgrehearse::app
