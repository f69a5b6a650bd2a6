#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "harness/app/commands.hpp"
#include "harness/app/conductor.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/scenario_options.hpp"
#include "harness/app/step_summary.hpp"

namespace pgrehearse::app {
namespace {

std::string folder_name(const scenario::Scenario& scenario) {
  return scenario.variant.empty() ? scenario.name : scenario.name + "-" + scenario.variant;
}

ExitStatus execute(const Parsed& parsed) {
  const auto scenario = requested_scenario(parsed);
  if (!scenario) return report_errors(scenario.errors());
  const auto format = output_format(parsed, "terminal");
  if (!format) return report_errors(format.errors());

  base::Cancellation cancellation;
  base::cancel_on_signals(cancellation);
  const base::SteadyClock clock;
  const auto progress = parsed.has("quiet") ? base::quiet_progress() : base::terminal_progress(STDERR_FILENO);
  const auto path = output_folder(parsed, folder_name(*scenario), clock);
  if (!path) return report_errors(path.errors());
  const auto folder = record::RunFolder::create(*path);
  if (!folder) return report_errors(folder.errors());

  const auto analysis = rehearse(*scenario, parsed.typed, **folder, clock, *progress, cancellation);
  if (!analysis) {
    const ExitStatus status = report_errors(analysis.errors());
    fmt::print(stderr, "pgrehearse: what was recorded until then is in {}\n", (*folder)->path());
    return status;
  }
  print_report(*analysis, *format);
  append_step_summary(*analysis);
  fmt::print(stderr, "\nReport: {}/report.html\n", (*folder)->path());
  return exit_status(analysis->verdict);
}

}  // namespace

CommandEntry run_command() {
  Verb verb{.name = "run",
            .positional = "[SCENARIO]",
            .summary = "Rehearse a migration: server, data, traffic, up, down, up, verdict.",
            .positional_limit = 1,
            .description =
                "SCENARIO is a name from the catalogue (see `pgrehearse scenarios`), a scenario file, or a\n"
                "folder with a scenario.yaml. Without one, say what to rehearse with options; with one,\n"
                "options override it.",
            .examples =
                "  pgrehearse run --migrations db/migrations --rows 100k\n"
                "  pgrehearse run --migrations db/migrations --last 3 --rows users=1M --rows 10k\n"
                "  pgrehearse run --schema schema.sql --up up.sql --down down.sql --rows 1M\n"
                "  pgrehearse run required-column --variant safe --gate max_stall=100ms\n",
            .options = scenario_options()};
  for (Option& option : output_options()) verb.options.push_back(std::move(option));
  verb.options.push_back(
      {"output", 'o', "FOLDER", "the run folder; default: pgrehearse-runs/<time>-<name>", false, "Output"});
  verb.options.push_back({"quiet", 'q', "", "no progress", false, "Output"});
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
