#include "harness/app/facts.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/app/program.hpp"
#include "harness/base/secrets.hpp"
#include "harness/observe/machine_facts.hpp"
#include "harness/provision/leftovers.hpp"
#include "harness/scenario/json.hpp"

namespace pgrehearse::app {

record::Manifest first_manifest(const scenario::Scenario& scenario, const std::vector<std::string>& command,
                                const base::Clock& clock) {
  record::Manifest manifest;
  manifest.tool_version = tool_version;
  for (const std::string& word : command) manifest.command.push_back(base::without_password(word));
  const auto wall = clock.wall_at_start();
  manifest.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(wall)));
  manifest.wall_start_s = std::chrono::duration<double>(wall.time_since_epoch()).count();
  manifest.seed = scenario.data.seed;
  manifest.scenario_name = scenario.name;
  manifest.scenario_json = scenario::to_json(scenario);
  manifest.machine = observe::read_machine();
  return manifest;
}

provision::ServerOptions server_options(const scenario::Server& wanted, const std::string& folder,
                                        base::Progress& progress) {
  return {
      .server = wanted, .label = folder, .mode = provision::Mode::relaxed, .temp_folder = "", .progress = &progress};
}

base::Result<record::ServerFacts> server_facts(const provision::Server& server) {
  const auto facts = server.facts();
  if (!facts) return facts.errors();
  return recorded(*facts);
}

record::ServerFacts recorded(const provision::Facts& facts) {
  return {facts.version, facts.provider, facts.settings, facts.locale, facts.storage};
}

std::string default_folder(const std::string& name, const base::Clock& clock) {
  const auto now = std::chrono::system_clock::to_time_t(clock.wall_at_start());
  return fmt::format("pgrehearse-runs/{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(now), name);
}

void sweep_leftovers(base::Progress& progress) {
  const provision::Sweep swept = provision::sweep_leftovers();
  for (const auto& leftover : swept.removed) {
    progress.note("removed what a killed run had left: " + leftover.name);
  }
  for (const base::Error& failure : swept.failures) progress.note(to_string(failure));
}

}  // namespace pgrehearse::app
