#include "harness/app/facts.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <filesystem>

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

base::Result<std::string> make_default_folder(const std::string& name, const base::Clock& clock) {
  const std::string parent = "pgrehearse-runs";
  const auto now = std::chrono::system_clock::to_time_t(clock.wall_at_start());
  const std::string first = fmt::format("{}/{:%Y%m%d-%H%M%S}-{}", parent, fmt::gmtime(now), name);
  std::error_code problem;
  std::filesystem::create_directories(parent, problem);
  std::string path = first;
  for (int n = 2; !problem; path = fmt::format("{}-{}", first, n++)) {
    if (std::filesystem::create_directory(path, problem)) return path;
  }
  return base::environment_error(fmt::format("cannot make the folder {}: {}", path, problem.message()),
                                 "name another one with --output");
}

base::Status record_end(const base::Status& outcome, record::Manifest& manifest, record::RunFolder& folder,
                        const base::Clock& clock) {
  const base::Status ended = outcome ? folder.status() : outcome;
  if (ended) {
    manifest.ended_ms = base::to_ms(clock.now());
  } else {
    manifest.interrupted |= ended.errors().front().kind == base::ErrorKind::interrupted;
    manifest.failure = ended.errors().front().message;
  }
  const base::Status written = folder.write_manifest(manifest);
  return ended ? written : ended;
}

void sweep_leftovers(base::Progress& progress) {
  const provision::Sweep swept = provision::sweep_leftovers();
  for (const auto& leftover : swept.removed) {
    progress.note("removed what a killed run had left: " + leftover.name);
  }
  for (const base::Error& failure : swept.failures) progress.note(to_string(failure));
}

}  // namespace pgrehearse::app
