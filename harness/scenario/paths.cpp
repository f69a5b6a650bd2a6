#include <fmt/format.h>

#include <filesystem>

#include "harness/base/nearest.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {
namespace {

namespace fs = std::filesystem;

// What to say of a path that does not exist: a name in its folder that looks like it, or the folder that is missing.
std::string hint_for_missing(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = path.parent_path();
  if (!fs::is_directory(folder, ignored)) return fmt::format("the folder {} does not exist either", folder.string());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) names.push_back(entry.path().filename().string());
  const std::string near = base::did_you_mean(path.filename().string(), names);
  return near.empty() ? fmt::format("looked in {}", folder.string()) : near;
}

// Existence is a question to the user's machine; a stored scenario may come from another.
void read_path(const Node& node, std::string& value, Context& context, std::string_view expected, bool folder) {
  const std::string* text = text_of(node, context, expected);
  if (!text) return;
  value = absolute_path(node);
  if (context.stored()) return;
  std::error_code problem;
  const fs::file_status status = fs::status(value, problem);
  if (status.type() == fs::file_type::not_found) {
    return context.add(fmt::format("'{}' does not exist", *text), node.place, hint_for_missing(value));
  }
  if (problem) return context.add(fmt::format("cannot look at '{}': {}", *text, problem.message()), node.place);
  if (folder && !fs::is_directory(status)) context.add(fmt::format("'{}' is not a folder", *text), node.place);
  if (!folder && fs::is_directory(status)) context.add(fmt::format("'{}' is a folder, not a file", *text), node.place);
}

}  // namespace

std::string absolute_path(const Node& node) {
  // A flag's place is the flag itself ("--schema"), without a line.
  const fs::path base = node.place.line > 0 ? fs::absolute(node.place.file).parent_path() : fs::current_path();
  fs::path path = (base / node.text).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "db/migrations/"
  return path.string();
}

void File::read(const Node& node, std::string& value, Context& context) {
  read_path(node, value, context, expected, false);
}

void Folder::read(const Node& node, std::string& value, Context& context) {
  read_path(node, value, context, expected, true);
}

}  // namespace pgrehearse::scenario
