#include "harness/app/conductor.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "harness/app/database.hpp"
#include "harness/app/facts.hpp"
#include "harness/app/fidelity.hpp"
#include "harness/app/quiet_pass.hpp"
#include "harness/app/run_reports.hpp"
#include "harness/app/stored_database.hpp"
#include "harness/app/touched.hpp"
#include "harness/app/traffic_pass.hpp"
#include "harness/app/traffic_scripts.hpp"

namespace pgrehearse::app {
namespace {

// The passes under traffic: the traffic alone, then those with adversaries.
base::Status run_traffic_passes(const Stage& stage, record::RunFolder& folder, provision::Server& server,
                                const std::string& template_database, const migrate::Rehearsal& rehearsal,
                                const populate::Populated& populated) {
  std::vector<TrafficPass> passes;
  if (stage.scenario.traffic_pass) passes.push_back({"traffic", {}});
  const auto seen = touched_tables(folder);
  if (!seen) return seen.errors();
  for (const auto& names : stage.scenario.adversary_passes) {
    TrafficPass pass{fmt::format("adversary:{}", fmt::join(names, "+")), {}};
    for (const scenario::Adversary& adversary : stage.scenario.adversaries) {
      if (std::find(names.begin(), names.end(), adversary.name) == names.end()) continue;
      const auto table = adversary_table(adversary, *seen, populated.generator);
      if (!table) return table.errors();
      pass.adversaries.push_back({&adversary, *table});
    }
    passes.push_back(std::move(pass));
  }
  if (passes.empty()) return base::success();

  const auto scripts =
      stage.scenario.applications.empty()
          ? traffic_scripts(stage, folder, server.traffic_target(template_database), populated.generator, seen->all)
          : load::parse_scripts(application_scripts(stage.scenario), &populated.generator);
  if (!scripts) return scripts.errors();
  for (const TrafficPass& pass : passes) {
    const auto outcome =
        run_traffic_pass(stage, server, template_database, rehearsal, pass, *scripts, populated.generator);
    if (!outcome) return outcome.errors();
  }
  return base::success();
}

// Without a way down there is nothing for the gates of the cycle to judge.
void settle_down_gates(scenario::Gates& gates, const migrate::Rehearsal& rehearsal, const Stage& stage) {
  const auto missing = migrate::without_down(rehearsal.range);
  if (missing.empty()) return;
  gates.down_restores_schema = gates.down_restores_data = false;
  stage.notice(fmt::format("no way back was judged: there is no down for {}", fmt::join(missing, ", ")));
}

// A migration that is misnamed would otherwise be missing without a word.
void tell_ignored_files(const std::vector<std::string>& ignored, const Stage& stage) {
  constexpr std::size_t shown = 10;
  if (ignored.empty()) return;
  const std::vector<std::string> first(ignored.begin(),
                                       ignored.begin() + static_cast<std::ptrdiff_t>(std::min(shown, ignored.size())));
  std::string text = fmt::format("not taken for migrations: {}", fmt::join(first, ", "));
  if (ignored.size() > shown) text += fmt::format(" and {} more", ignored.size() - shown);
  stage.notice(std::move(text));
}

// Nor, without traffic, for those of the traffic.
void settle_traffic_gates(scenario::Gates& gates, const Stage& stage) {
  if (stage.scenario.traffic_pass || !stage.scenario.adversaries.empty()) return;
  gates.max_stall.reset();
  gates.lock_wait.reset();
  gates.response_p99.reset();
  gates.response_p99_ratio.reset();
  gates.error_rate.reset();
  stage.notice("no pass with traffic was asked for: what the migration does to traffic was not judged");
}

base::Status part_with(const Stage& stage, provision::Server& server, const std::string& template_database) {
  if (!stage.scenario.server.keep) {
    stage.progress.stage("clean up");
    return server.stop();
  }
  const auto command = server.keep(template_database);
  if (!command) return command.errors();
  stage.notice("the server was kept; connect with: " + *command);
  stage.progress.note("The server stays up until `pgrehearse doctor --clean`. Connect with:\n  " + *command);
  return base::success();
}

// The contents page.
base::Status conduct(const Stage& stage, const migrate::Rehearsal& rehearsal, record::RunFolder& folder,
                     record::Manifest& manifest) {
  sweep_leftovers(stage.progress);
  auto prepared = prepare_server(stage, folder.path(), rehearsal);
  if (!prepared) return prepared.errors();
  auto& [owned_server, template_database, populated] = *prepared;
  provision::Server& server = *owned_server;
  record_filling(stage, populated);
  report_fidelity(stage, server.target(template_database), folder);
  auto facts = server_facts(server);
  if (!facts) return facts.errors();
  manifest.server = std::move(facts).value();
  if (const auto written = folder.write_manifest(manifest); !written) return written.errors();

  if (stage.scenario.quiet_pass) {
    const auto quiet = run_quiet_pass(stage, server, template_database, rehearsal, Proof::schema_and_data);
    if (!quiet) return quiet.errors();
    if (quiet->failed_step == "up") {
      stage.notice("the migration failed without any traffic; the passes under traffic were not run");
      return part_with(stage, server, template_database);
    }
  }
  if (const auto ran = run_traffic_passes(stage, folder, server, template_database, rehearsal, populated); !ran)
    return ran.errors();
  return part_with(stage, server, template_database);
}

}  // namespace

base::Result<analyse::Analysis> rehearse(scenario::Scenario scenario, const std::vector<std::string>& command,
                                         record::RunFolder& folder, const base::Clock& clock, base::Progress& progress,
                                         const base::Cancellation& cancellation) {
  const Stage stage{scenario, clock, folder, progress, cancellation};
  const auto rehearsal = migrate::plan_rehearsal(scenario.migration);
  if (rehearsal) settle_down_gates(scenario.gates, *rehearsal, stage);
  settle_traffic_gates(scenario.gates, stage);
  if (rehearsal) tell_ignored_files(rehearsal->ignored, stage);
  record::Manifest manifest = first_manifest(scenario, command, clock);
  if (const auto written = folder.write_manifest(manifest); !written) return written.errors();

  base::Status outcome = rehearsal ? conduct(stage, *rehearsal, folder, manifest) : base::Status(rehearsal.errors());
  progress.finish();

  outcome = record_end(outcome, manifest, folder, clock);
  auto analysis = write_reports(folder, scenario.gates);
  if (!outcome) return outcome.errors();
  return analysis;
}

}  // namespace pgrehearse::app
