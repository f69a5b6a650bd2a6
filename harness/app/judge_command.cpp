#include "harness/app/commands.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/step_summary.hpp"
#include "harness/app/stored_run.hpp"

namespace pgrehearse::app {
namespace {

ExitStatus execute(const Parsed& parsed) {
  if (parsed.positionals.empty()) {
    return report_errors({base::usage_error("which run?", "give a run folder, as in `pgrehearse judge RUN`")});
  }
  const auto format = output_format(parsed, "terminal");
  if (!format) return report_errors(format.errors());
  const auto analysis = analyse_stored_run(parsed.positionals.front(), parsed.all("gate"));
  if (!analysis) return report_errors(analysis.errors());
  print_report(*analysis, *format);
  append_step_summary(*analysis);
  return exit_status(analysis->verdict);
}

}  // namespace

CommandEntry judge_command() {
  Verb verb{
      .name = "judge",
      .positional = "RUN",
      .summary = "Evaluate gates on a recorded run; the exit status is the verdict's.",
      .positional_limit = 1,
      .description = "RUN is a run folder. Its own gates apply, with the changes given; nothing in it is written.",
      .examples =
          "  pgrehearse judge pgrehearse-runs/20261120-101500-index\n"
          "  pgrehearse judge RUN --gate max_stall=2s --gate error_rate=off\n",
      .options = {{"gate", 0, "NAME=LIMIT", "e.g. max_stall=500ms, response_p99=3x, error_rate=off", true, ""}}};
  for (Option& option : output_options()) verb.options.push_back(std::move(option));
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
