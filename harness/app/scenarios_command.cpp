#include <fmt/format.h>

#include <cstdio>

#include "harness/app/commands.hpp"
#include "harness/base/files.hpp"
#include "harness/scenario/catalogue.hpp"

namespace pgrehearse::app {
namespace {

ExitStatus list() {
  const auto entries = scenario::list_catalogue();
  if (!entries) return report_errors(entries.errors());
  for (const auto& entry : *entries) {
    fmt::print("{}\n    {}\n", entry.name, entry.title);
    for (const auto& variant : entry.variants) {
      fmt::print("      --variant {:<10} {}{}\n", variant.name, variant.title,
                 variant.expected_verdict.empty() ? "" : fmt::format(" (expected: {})", variant.expected_verdict));
    }
  }
  return ExitStatus::pass;
}

ExitStatus show(const std::string& name) {
  const auto file = scenario::find_scenario(name);
  if (!file) return report_errors(file.errors());
  const auto text = base::read_file(*file);
  if (!text) return report_errors({base::environment_error("cannot read " + *file)});
  fmt::print("# {}\n{}", *file, *text);
  return ExitStatus::pass;
}

ExitStatus execute(const Parsed& parsed) {
  return parsed.positionals.empty() ? list() : show(parsed.positionals.front());
}

}  // namespace

CommandEntry scenarios_command() {
  return {{.name = "scenarios",
           .positional = "[NAME]",
           .summary = "List the catalogue's scenarios, or show the file of one.",
           .positional_limit = 1,
           .description = "",
           .examples = "  pgrehearse scenarios             # all, with their variants\n"
                       "  pgrehearse scenarios index       # the file of one: a start for your own\n",
           .options = {}},
          execute};
}

}  // namespace pgrehearse::app
