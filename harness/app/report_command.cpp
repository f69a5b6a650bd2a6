#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "harness/app/commands.hpp"
#include "harness/app/load_run.hpp"
#include "harness/app/output_options.hpp"
#include "harness/app/stored_run.hpp"

namespace pgrehearse::app {
namespace {

ExitStatus write_to(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return ExitStatus::pass;
  return report_errors({base::environment_error(fmt::format("cannot write {}", path),
                                                "check that its folder exists, can be written and has room")});
}

// Traffic alone has fewer forms than a rehearsal.
base::Result<std::string> load_report(const record::Record& record, const std::string& format) {
  if (format == "terminal" || format == "json") {
    return rendered_load(analyse::load_result(record), format == "json" ? "json" : "text");
  }
  return base::usage_error(fmt::format("a record of traffic alone has no report in the form '{}'", format),
                           "one of terminal, json");
}

ExitStatus execute(const Parsed& parsed) {
  if (parsed.positionals.empty()) {
    return report_errors({base::usage_error("which run?", "give a run folder, as in `pgrehearse report RUN`")});
  }
  const std::string& folder = parsed.positionals.front();
  const auto format = output_format(parsed, "terminal");
  if (!format) return report_errors(format.errors());
  if (const auto record = record::read_run_folder(folder); record && record->manifest.kind == "load") {
    const auto text = load_report(*record, *format);
    if (!text) return report_errors(text.errors());
    if (const auto path = parsed.value("output")) return write_to(*path, *text);
    std::fputs(text->c_str(), stdout);
    return ExitStatus::pass;
  }
  const auto analysis = analyse_stored_run(folder);
  if (!analysis) return report_errors(analysis.errors());
  if (const auto path = parsed.value("output")) return write_to(*path, rendered(*analysis, *format));
  print_report(*analysis, *format);
  return ExitStatus::pass;
}

}  // namespace

CommandEntry report_command() {
  Verb verb{.name = "report",
            .positional = "RUN",
            .summary = "Render a recorded run: terminal, Markdown, JSON, JUnit or HTML.",
            .positional_limit = 1,
            .description =
                "RUN is a run folder, also one of a run that was interrupted or killed. The exit status is 0\n"
                "whatever the verdict; for a gate use `pgrehearse judge`.",
            .examples =
                "  pgrehearse report pgrehearse-runs/20261120-101500-index\n"
                "  pgrehearse report RUN --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n"
                "  pgrehearse report RUN --format html --output report.html\n",
            .options = {}};
  for (Option& option : output_options()) verb.options.push_back(std::move(option));
  verb.options.push_back({"output", 'o', "FILE", "write to FILE instead of standard output", false, "Output"});
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
