#include "harness/scenario/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "harness/scenario/document.hpp"
#include "harness/scenario/read.hpp"
#include "harness/scenario/script_text.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "scenario.yaml";

bool has_scenario(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / file_name, ignored);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (has_scenario(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string word(std::optional<Verdict> verdict) {
  if (!verdict) return {};
  return *verdict == Verdict::pass ? "pass" : *verdict == Verdict::fail ? "fail" : "inconclusive";
}

// The title of the file itself, which variants may override; of a file that could be read before.
std::string own_title(const std::string& file, const Scenario& scenario) {
  const auto text = read_text_file(file);
  const auto root = text ? parse_document(*text, file) : base::Result<Node>(text.errors());
  const Node* title = root ? root->find("title") : nullptr;
  return title ? title->text : scenario.title;
}

base::Result<CatalogueEntry> read_entry(const fs::path& folder) {
  CatalogueEntry entry{folder.filename().string(), {}, (folder / file_name).string(), {}};
  const auto first = read_scenario(entry.file);
  if (!first) return first.errors();
  entry.title = own_title(entry.file, *first);
  for (const std::string& variant : first->variants) {
    Flags flags;
    flags.variant = variant;
    const auto scenario = read_scenario(entry.file, flags);
    if (!scenario) return scenario.errors();
    entry.variants.push_back({variant, scenario->title, word(scenario->expect.verdict)});
  }
  return entry;
}

base::Result<std::string> in_path(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    if (has_scenario(path)) return (path / file_name).string();
    return base::usage_error(fmt::format("the folder '{}' has no {}", path.string(), file_name),
                             "to rehearse a folder of migrations, use --migrations");
  }
  if (fs::exists(path, ignored)) return path.string();
  return base::usage_error(fmt::format("the scenario file '{}' does not exist", path.string()));
}

}  // namespace

base::Result<std::string> catalogue_folder() {
  std::error_code ignored;
  if (const char* chosen = std::getenv("PGREHEARSE_SCENARIOS"); chosen && *chosen) {
    if (fs::is_directory(chosen, ignored)) return fs::absolute(chosen).lexically_normal().string();
    return base::usage_error(fmt::format("PGREHEARSE_SCENARIOS is '{}', which is not a folder", chosen),
                             "set it to a folder of scenarios, or unset it");
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / "share" / "pgrehearse" / "scenarios";
  if (fs::is_directory(installed, ignored)) return installed.string();
  if (fs::is_directory(PGREHEARSE_CATALOGUE, ignored)) return std::string(PGREHEARSE_CATALOGUE);
  return base::usage_error(
      "the catalogue of scenarios is not installed",
      fmt::format("expected it in {}; PGREHEARSE_SCENARIOS names another folder", installed.string()));
}

base::Result<std::vector<CatalogueEntry>> list_catalogue() {
  const auto folder = catalogue_folder();
  if (!folder) return folder.errors();
  std::vector<CatalogueEntry> entries;
  for (const std::string& name : names_in(*folder)) {
    auto entry = read_entry(fs::path(*folder) / name);
    if (!entry) return entry.errors();
    entries.push_back(std::move(entry).value());
  }
  return entries;
}

base::Result<std::string> find_scenario(const std::string& name_or_path) {
  std::error_code ignored;
  if (name_or_path.find('/') != std::string::npos) return in_path(name_or_path);
  const auto folder = catalogue_folder();
  if (folder && !name_or_path.empty() && has_scenario(fs::path(*folder) / name_or_path)) {
    return (fs::path(*folder) / name_or_path / file_name).string();
  }
  if (!name_or_path.empty() && fs::exists(name_or_path, ignored)) return in_path(name_or_path);
  if (!folder) return folder.errors();
  return base::usage_error(fmt::format("there is no scenario '{}'", name_or_path),
                           suggestion(name_or_path, names_in(*folder), "the catalogue has"));
}

}  // namespace pgrehearse::scenario
