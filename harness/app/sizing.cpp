#include "harness/app/sizing.hpp"

#include <fmt/format.h>

#include "harness/app/database.hpp"
#include "harness/app/facts.hpp"
#include "harness/app/quiet_pass.hpp"
#include "harness/app/run_reports.hpp"
#include "harness/app/server_start.hpp"
#include "harness/base/units.hpp"

namespace pgrehearse::app {
namespace {

class SizedRehearsals {
 public:
  SizedRehearsals(const scenario::Scenario& scenario, const Sizing& sizing, const std::vector<std::string>& command,
                  const base::Clock& clock, base::Progress& progress, const base::Cancellation& cancellation)
      : scenario_(scenario),
        sizing_(sizing),
        command_(command),
        clock_(clock),
        progress_(progress),
        cancellation_(cancellation) {}

  base::Result<std::vector<SizedRun>> run(provision::Server& server, const migrate::Rehearsal& rehearsal) {
    for (const std::uint64_t rows : sizing_.sizes) {
      if (const auto done = run_size(server, rehearsal, rows); !done) return done.errors();
    }
    return std::move(runs_);
  }

 private:
  base::Status run_size(provision::Server& server, const migrate::Rehearsal& rehearsal, std::uint64_t rows) {
    scenario::Scenario sized = scenario_;
    sized.data = scaled_to(std::move(sized.data), sizing_.table, rows);
    const std::string database = server.database_name(fmt::format("size_{}", rows));
    progress_.note(fmt::format("{} = {} rows", sizing_.table, base::format_count(rows)));

    if (const auto relaxed = server.relax(); !relaxed) return relaxed.errors();
    for (int repetition = 1; repetition <= sizing_.repetitions; ++repetition) {
      auto folder = record::RunFolder::create(fmt::format("{}/{}-{}", sizing_.folder, rows, repetition));
      if (!folder) return folder.errors();
      const Stage stage{sized, clock_, **folder, progress_, cancellation_};
      if (repetition == 1) {
        auto populated = prepare_database(stage, server, database, rehearsal, sized.data);
        if (!populated) return populated.errors();
        populated_ = std::make_unique<populate::Populated>(std::move(populated).value());
        if (const auto honest = server.make_honest(); !honest) return honest.errors();
      }
      if (const auto done = run_once(stage, **folder, server, database, rehearsal, rows); !done) return done.errors();
    }
    return server.drop(database);
  }

  base::Status run_once(const Stage& stage, record::RunFolder& folder, provision::Server& server,
                        const std::string& database, const migrate::Rehearsal& rehearsal, std::uint64_t rows) {
    record::Manifest manifest = first_manifest(stage.scenario, command_, clock_);
    auto facts = server_facts(server);
    if (!facts) return facts.errors();
    manifest.server = std::move(facts).value();
    record_filling(stage, *populated_);
    const auto outcome = run_quiet_pass(stage, server, database, rehearsal, Proof::none);
    if (!outcome) return outcome.errors();
    manifest.ended_ms = base::to_ms(clock_.now());
    if (const auto written = folder.write_manifest(manifest); !written) return written.errors();
    auto analysis = write_reports(folder, stage.scenario.gates);
    if (!analysis) return analysis.errors();
    runs_.push_back({rows, std::move(analysis).value()});
    return base::success();
  }

  const scenario::Scenario& scenario_;
  const Sizing& sizing_;
  const std::vector<std::string>& command_;
  const base::Clock& clock_;
  base::Progress& progress_;
  const base::Cancellation& cancellation_;
  std::unique_ptr<populate::Populated> populated_;  // of the current size
  std::vector<SizedRun> runs_;
};

}  // namespace

base::Result<std::vector<SizedRun>> rehearse_sizes(const scenario::Scenario& scenario, const Sizing& sizing,
                                                   const std::vector<std::string>& command, const base::Clock& clock,
                                                   base::Progress& progress, const base::Cancellation& cancellation) {
  sweep_leftovers(progress);
  const auto rehearsal = migrate::plan_rehearsal(scenario.migration);
  if (!rehearsal) return rehearsal.errors();
  progress.stage("server");
  const auto server = start_server(
      server_options(scenario.server, sizing.folder, progress), [&](const std::string& text) { progress.note(text); },
      cancellation);
  if (!server) return server.errors();
  SizedRehearsals rehearsals(scenario, sizing, command, clock, progress, cancellation);
  auto runs = rehearsals.run(**server, *rehearsal);
  progress.finish();
  if (const auto stopped = (*server)->stop(); runs && !stopped) return stopped.errors();
  return runs;
}

}  // namespace pgrehearse::app
