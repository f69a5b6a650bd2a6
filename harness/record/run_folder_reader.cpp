#include <fmt/format.h>

#include "harness/base/files.hpp"
#include "harness/record/json.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::record {
namespace {

// Reads one JSON value a line into `values`; what is not one goes to `defects`.
template <class T>
void read_lines(const std::string& folder, const std::string& name, std::vector<T>& values,
                std::vector<std::string>& defects) {
  const auto text = base::read_file(folder + '/' + name);
  if (!text) {
    defects.push_back(fmt::format("{} is missing", name));
    return;
  }
  std::string_view rest = *text;
  for (int line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) {
      defects.push_back(fmt::format("{}:{}: the last line is cut off: the run ended while writing it", name, line));
      return;
    }
    T value;
    std::string problem;
    if (from_json(rest.substr(0, end), value, problem)) {
      values.push_back(std::move(value));
    } else {
      defects.push_back(fmt::format("{}:{}: {}", name, line, problem));
    }
    rest.remove_prefix(end + 1);
  }
}

base::Result<Manifest> read_manifest(const std::string& path) {
  const auto text = base::read_file(path + "/manifest.json");
  if (!text) {
    return base::usage_error(fmt::format("{} is not the folder of a run: it has no manifest.json", path),
                             "name a folder that `pgrehearse run` wrote");
  }
  Manifest manifest;
  manifest.format.clear();
  std::string problem;
  if (!from_json(*text, manifest, problem)) {
    return base::usage_error(fmt::format("cannot read the manifest: {}", problem), {}, {path + "/manifest.json", 0, 0});
  }
  if (manifest.format != Manifest::current_format) {
    return base::usage_error(
        fmt::format("the run has the format '{}', this program reads '{}'", manifest.format, Manifest::current_format),
        "use the version of pgrehearse that wrote it", {path + "/manifest.json", 0, 0});
  }
  return manifest;
}

}  // namespace

base::Result<Record> read_run_folder(const std::string& path) {
  auto manifest = read_manifest(path);
  if (!manifest) return manifest.errors();
  Record record;
  record.manifest = std::move(*manifest);
  read_lines(path, "events.jsonl", record.events, record.defects);
  read_lines(path, "windows.jsonl", record.windows, record.defects);
  for (const Window& window : record.windows) {
    if (window.tally.adds_up()) continue;
    record.defects.push_back(fmt::format("windows.jsonl: the counts of script {} from {:.1f} ms do not add up",
                                         window.script, base::to_ms(window.start)));
  }
  return record;
}

}  // namespace pgrehearse::record
