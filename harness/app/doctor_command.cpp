#include <fmt/format.h>

#include <cstdio>

#include "harness/app/commands.hpp"
#include "harness/app/examination.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/scenario_options.hpp"

namespace pgrehearse::app {
namespace {

bool asks_for_a_scenario(const Parsed& parsed) {
  if (!parsed.positionals.empty()) return true;
  for (const Option& option : scenario_options()) {
    if (option.name != "cache" && parsed.has(option.name)) return true;
  }
  return false;
}

ExitStatus execute(const Parsed& parsed) {
  const auto format = text_or_json(parsed);
  if (!format) return report_errors(format.errors());
  std::optional<scenario::Scenario> scenario;
  if (asks_for_a_scenario(parsed)) {
    auto requested = requested_scenario(parsed);
    if (!requested) return report_errors(requested.errors());
    scenario = std::move(requested).value();
  }
  const std::string cache = parsed.value("cache").value_or(scenario ? scenario->server.cache : "");
  const auto diagnosis = examine(scenario, cache, parsed.has("clean"));
  if (!diagnosis) return report_errors(diagnosis.errors());
  std::fputs((*format == "json" ? doctor_json(*diagnosis) : doctor_text(*diagnosis, terminal_style())).c_str(), stdout);
  const bool cleaned = !parsed.has("clean") || diagnosis->failures.empty();
  return obstacles(*diagnosis).empty() && cleaned ? ExitStatus::pass : ExitStatus::environment;
}

}  // namespace

CommandEntry doctor_command() {
  Verb verb{.name = "doctor",
            .positional = "[SCENARIO]",
            .summary = "Say what this machine has for rehearsals, what is missing, and how to install it.",
            .positional_limit = 1,
            .description =
                "With a scenario, or options that make one, also whether its data fits on the disk. Exit\n"
                "status 0 when a rehearsal can run here, 4 when not.",
            .examples =
                "  pgrehearse doctor\n"
                "  pgrehearse doctor index --rows orders=40M   # is there room for it?\n"
                "  pgrehearse doctor --clean                   # remove what killed runs left, and kept servers\n"
                "  pgrehearse doctor --clean --cache FOLDER    # and the generated databases there\n",
            .options = {{"clean", 0, "",
                         "remove what killed runs left behind, servers that were kept, and all databases in the cache "
                         "that --cache names",
                         false, ""},
                        {"format", 'f', "NAME", "text (default) or json", false, ""}}};
  for (Option& option : scenario_options()) verb.options.push_back(std::move(option));
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
