// Whose migrations are these? The marks that tools leave in their folders, the most telling first. Tools whose files
// would be misread as another's are recognised too, so that the answer is an error and not a wrong rehearsal.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>

#include "harness/migrate/folder.hpp"
#include "harness/migrate/formats.hpp"

namespace pgrehearse::migrate {
namespace {

struct Mark {
  const char* pattern;  // of a path relative to the folder
  const char* tool;
};

constexpr Mark path_marks[] = {
    {R"(sqitch\.plan)", "Sqitch"},
    {R"(atlas\.sum)", "Atlas"},
    {R"(meta/_journal\.json)", "Drizzle"},
    {R"(migration_lock\.toml|[^/]+/migration\.sql)", "Prisma"},
    {R"([^/]+/metadata\.ya?ml)", "Sourcegraph"},
    {R"([0-9]{13}_[^/]+/up\.sql)", "Hasura"},
    {R"([^/]+/up\.sql)", "diesel"},
    {R"([VU][0-9][0-9._]*__[^/]+\.sql)", "Flyway"},
    {R"([^/]+\.tx\.up\.sql)", "go-pg"},
    {R"([0-9]+_[^/]*\.(postgres|autocommit)\.up\.sql)", "popx"},
};

constexpr Mark text_marks[] = {
    {"-- +goose", "goose"},
    {"-- +migrate ", "sql-migrate"},
    {"-- migrate:up", "dbmate"},
    {"--liquibase formatted sql", "Liquibase"},
    {"-- liquibase formatted sql", "Liquibase"},
    {"-- morph:", "morph"},
    {"--> statement-breakpoint", "Drizzle"},
    {"-- Up Migration", "node-pg-migrate"},
};

// Relative paths of the folder's files, and of those one level down.
base::Result<std::vector<std::string>> paths_in(const std::string& folder) {
  const auto root = list_folder(folder);
  if (!root) return root.errors();
  std::vector<std::string> paths = root->files;
  for (const std::string& name : root->folders) {
    const auto inner = list_folder(folder + "/" + name);
    if (!inner) return inner.errors();
    for (const std::string& file : inner->files) paths.push_back(name + "/" + file);
  }
  return paths;
}

std::optional<std::string> tool_by_path(const std::vector<std::string>& paths) {
  for (const Mark& mark : path_marks) {
    const std::regex pattern(mark.pattern);
    if (std::ranges::any_of(paths, [&](const std::string& path) { return std::regex_match(path, pattern); })) {
      return mark.tool;
    }
  }
  return std::nullopt;
}

// Only at the beginning of a line: the same words inside a string or a comment's text mean nothing.
std::optional<std::string> tool_by_text(const std::string& folder, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path.find('/') != std::string::npos || !path.ends_with(".sql")) continue;
    std::ifstream file(folder + "/" + path);
    for (std::string line; std::getline(file, line);) {
      for (const Mark& mark : text_marks) {
        if (line.starts_with(mark.pattern)) return mark.tool;
      }
    }
  }
  return std::nullopt;
}

bool any_matches(const std::vector<std::string>& paths, const char* pattern) {
  const std::regex expression(pattern);
  return std::ranges::any_of(paths, [&](const std::string& path) { return std::regex_match(path, expression); });
}

base::Error not_read_yet(const std::string& folder, const std::string& tool) {
  return base::usage_error(
      fmt::format("these look like the migrations of {}, whose format is not supported", tool),
      "the formats read are diesel, golang-migrate and plain; where this folder is one of them, name it with "
      "--migration-format; or rehearse two files of your own with --up and --down",
      {folder});
}

base::Error nothing_here(const std::string& folder, const std::vector<std::string>& paths) {
  if (paths.empty()) {
    return base::usage_error("the migration folder is empty", "name the folder that holds the migrations", {folder});
  }
  const bool any_sql = any_matches(paths, R"(.*\.sql)");
  return base::usage_error(any_sql ? "none of the SQL files in the migration folder is named like a migration"
                                   : "there is no SQL file in the migration folder",
                           "expected name/up.sql (diesel), 1_name.up.sql (golang-migrate) or 1_name.sql", {folder});
}

}  // namespace

base::Result<std::string> detect_format(const std::string& folder) {
  const auto paths = paths_in(folder);
  if (!paths) return paths.errors();
  auto tool = tool_by_path(*paths);
  if (!tool) tool = tool_by_text(folder, *paths);
  if (tool && *tool != "diesel") return not_read_yet(folder, *tool);
  if (tool) return *tool;
  if (any_matches(*paths, R"([0-9]+_[^/]*\.up\.sql)")) return std::string("golang-migrate");
  if (any_matches(*paths, R"([0-9]+[_-][^/]*\.sql)")) return std::string("plain");
  return nothing_here(folder, *paths);
}

}  // namespace pgrehearse::migrate
