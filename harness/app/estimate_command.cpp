#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/analyse/estimate.hpp"
#include "harness/app/commands.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/scenario_options.hpp"
#include "harness/app/sizing.hpp"
#include "harness/base/units.hpp"
#include "reports/estimate_text.hpp"
#include "reports/json.hpp"

namespace pgrehearse::app {
namespace {

constexpr std::size_t default_sizes = 4;

base::Result<std::vector<std::uint64_t>> wanted_sizes(const Parsed& parsed, std::uint64_t scenario_rows) {
  const auto given = parsed.all("size");
  if (given.empty()) return geometric_sizes(scenario_rows, default_sizes);
  std::vector<std::uint64_t> sizes;
  for (const std::string& text : given) {
    const auto size = base::parse_count(text);
    if (!size) return size.errors();
    sizes.push_back(*size);
  }
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  if (sizes.size() < 3 || sizes.front() == 0) {
    return base::usage_error("an estimate needs three different sizes or more",
                             "write --size 100k --size 300k --size 1M, or leave --size out");
  }
  return sizes;
}

base::Result<int> wanted_repetitions(const Parsed& parsed) {
  const auto count = base::parse_count(parsed.value("repeat").value_or("3"));
  if (!count) return count.errors();
  if (*count < 1 || *count > 100) return base::usage_error("--repeat takes a number from 1 to 100");
  return static_cast<int>(*count);
}

ExitStatus print(const analyse::Estimate& estimate, const std::string& table, bool json) {
  const std::string text = json ? reports::estimate_json(estimate) : reports::estimate_text(estimate, table);
  std::fputs(text.c_str(), stdout);
  return estimate.up_ms ? ExitStatus::pass : ExitStatus::inconclusive;
}

ExitStatus execute(const Parsed& parsed) {
  if (!parsed.has("at")) {
    return report_errors({base::usage_error("at which size?", "name a table and its rows, as in --at users=40M")});
  }
  const auto target = parse_size_target(*parsed.value("at"));
  if (!target) return report_errors(target.errors());
  const auto scenario = requested_scenario(parsed);
  if (!scenario) return report_errors(scenario.errors());
  const auto rows = rows_of(scenario->data, target->table);
  if (!rows) return report_errors(rows.errors());
  const auto sizes = wanted_sizes(parsed, *rows);
  if (!sizes) return report_errors(sizes.errors());
  const auto repetitions = wanted_repetitions(parsed);
  if (!repetitions) return report_errors(repetitions.errors());

  base::Cancellation cancellation;
  base::cancel_on_signals(cancellation);
  const base::SteadyClock clock;
  const auto progress = parsed.has("quiet") ? base::quiet_progress() : base::terminal_progress(STDERR_FILENO);
  const auto folder = output_folder(parsed, "estimate-" + scenario->name, clock);
  if (!folder) return report_errors(folder.errors());
  const Sizing sizing{target->table, *sizes, *repetitions, *folder};
  const auto runs = rehearse_sizes(*scenario, sizing, parsed.typed, clock, *progress, cancellation);
  if (!runs) return report_errors(runs.errors());

  std::vector<analyse::Rehearsed> rehearsed;
  for (const SizedRun& run : *runs) rehearsed.push_back({static_cast<double>(run.rows), &run.analysis});
  const auto estimate = analyse::estimate(rehearsed, static_cast<double>(target->rows));
  const ExitStatus status = print(estimate, target->table, parsed.has("json"));
  fmt::print(stderr, "\nRuns: {}\n", sizing.folder);
  return status;
}

}  // namespace

CommandEntry estimate_command() {
  Verb verb{
      .name = "estimate",
      .positional = "[SCENARIO]",
      .summary = "State a maintenance window for a size that was not rehearsed, with its interval.",
      .positional_limit = 1,
      .description =
          "Rehearses the migration without traffic at several sizes, fits each statement, and says\n"
          "how long up and down would take at the target, on this machine, or why that cannot be\n"
          "said. All tables keep their proportion to the table that is named.",
      .examples =
          "  pgrehearse estimate required-column --at users=10M\n"
          "  pgrehearse estimate my.yaml --at orders=40M --size 300k --size 1M --size 3M --repeat 5\n",
      .options = {{"at", 0, "TABLE=N", "the size to estimate for", false, "Estimate"},
                  {"size", 0, "N", "rehearse at this size; default: four, up to the scenario's own", true, "Estimate"},
                  {"repeat", 0, "N", "rehearsals of each size (default 3)", false, "Estimate"}}};
  for (Option& option : scenario_options()) verb.options.push_back(std::move(option));
  verb.options.push_back({"json", 0, "", "print JSON", false, "Output"});
  verb.options.push_back({"output", 'o', "FOLDER", "gets one run folder for each rehearsal", false, "Output"});
  verb.options.push_back({"quiet", 'q', "", "no progress", false, "Output"});
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
