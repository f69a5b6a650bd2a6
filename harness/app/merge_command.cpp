#include <fmt/format.h>

#include <cstdio>

#include "harness/app/commands.hpp"
#include "harness/app/load_run.hpp"
#include "harness/app/output_options.hpp"
#include "harness/record/merge.hpp"

namespace pgrehearse::app {
namespace {

base::Result<std::vector<record::Part>> read_parts(const std::vector<std::string>& folders) {
  std::vector<record::Part> parts;
  base::Errors errors;
  for (const std::string& folder : folders) {
    auto record = record::read_run_folder(folder);
    if (record) {
      parts.push_back({folder, std::move(*record)});
    } else {
      errors.insert(errors.end(), record.errors().begin(), record.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  return parts;
}

base::Status write(const record::Record& merged, record::RunFolder& folder) {
  if (const auto written = folder.write_manifest(merged.manifest); !written) return written;
  for (const record::Event& event : merged.events) folder.append(event);
  for (const record::Window& window : merged.windows) folder.append(window);
  return folder.status();
}

base::Result<analyse::LoadResult> merge_into(const std::string& path, const record::Record& merged) {
  const auto folder = record::RunFolder::create(path);
  if (!folder) return folder.errors();
  if (const auto written = write(merged, **folder); !written) return written.errors();
  return write_load_reports(**folder);
}

ExitStatus execute(const Parsed& parsed) {
  if (parsed.positionals.empty()) {
    return report_errors({base::usage_error("which runs?", "name the run folders of all slices")});
  }
  const auto format = text_or_json(parsed);
  if (!format) return report_errors(format.errors());
  auto parts = read_parts(parsed.positionals);
  if (!parts) return report_errors(parts.errors());
  const auto merged = record::merge(std::move(*parts));
  if (!merged) return report_errors(merged.errors());
  const auto path = parsed.value("output");
  const auto result = path ? merge_into(*path, *merged) : analyse::load_result(*merged);
  if (!result) return report_errors(result.errors());
  std::fputs(rendered_load(*result, *format).c_str(), stdout);
  return load_status(*result);
}

}  // namespace

CommandEntry merge_command() {
  Verb verb{.name = "merge",
            .positional = "RUN...",
            .summary = "Join the run folders of one load's slices: counts and histograms add up exactly.",
            .positional_limit = 100'000,
            .description =
                "Every RUN is the folder of one `pgrehearse load --slice I/N`, copied here from its machine. The\n"
                "machines' clocks must agree as well as the result is to be read in time; sums need no clock.",
            .examples =
                "  pgrehearse merge part1 part2 part3\n"
                "  pgrehearse merge part* --output whole --format json\n",
            .options = {text_or_json_option(),
                        {"output", 'o', "FOLDER", "write the whole as a run folder of its own", false, "Output"}}};
  return {std::move(verb), execute};
}

}  // namespace pgrehearse::app
