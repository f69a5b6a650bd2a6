// diesel: a folder for each migration, with up.sql, perhaps down.sql, perhaps metadata.toml. Rules from diesel's
// migrations_internals/src/lib.rs and file_based_migrations.rs: the version is the folder's name up to the first
// underscore without its dashes; order is that of the version as a string; one transaction a migration, unless
// metadata.toml says otherwise, for both directions.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "harness/migrate/folder.hpp"
#include "harness/migrate/formats.hpp"

namespace pgrehearse::migrate {
namespace {

std::string version_of(std::string_view folder) {
  std::string version(folder.substr(0, folder.find('_')));
  std::erase(version, '-');
  return version;
}

// The one key that matters. A metadata.toml without it means false: the struct that diesel reads the file into derives
// serde's default, which for a bool is false.
bool runs_in_transaction(const std::string& metadata) {
  std::istringstream lines(metadata);
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    std::erase_if(line, [](unsigned char c) { return std::isspace(c) != 0; });
    if (line == "run_in_transaction=true") return true;
  }
  return false;
}

bool contains(const Listing& listing, std::string_view file) {
  return std::ranges::find(listing.files, file) != listing.files.end();
}

base::Result<Migration> read_migration(const std::string& root, const std::string& name, const Listing& listing) {
  Migration migration{version_of(name), name, {}, {}, TransactionScope::file};
  auto up = read_sql_file(root, name + "/up.sql");
  if (!up) return std::move(up).errors();
  migration.up = std::move(up).value();
  if (contains(listing, "down.sql")) {
    auto down = read_sql_file(root, name + "/down.sql");
    if (!down) return std::move(down).errors();
    migration.down = std::move(down).value();
  }
  if (contains(listing, "metadata.toml")) {
    const auto metadata = read_sql_file(root, name + "/metadata.toml");
    if (!metadata) return metadata.errors();
    if (!runs_in_transaction(metadata->text)) migration.scope = TransactionScope::simple_query;
  }
  return migration;
}

base::Errors duplicates(const std::string& root, const std::vector<Migration>& sorted) {
  base::Errors errors;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].version != sorted[i - 1].version) continue;
    errors.push_back(base::usage_error(
        fmt::format("{} and {} have the same version {}", sorted[i - 1].name, sorted[i].name, sorted[i].version),
        "diesel orders by what stands before the first underscore: rename one of them", {root}));
  }
  return errors;
}

}  // namespace

base::Result<History> read_diesel(const std::string& folder) {
  const auto root = list_folder(folder);
  if (!root) return root.errors();
  History history{"diesel", {}, {}};
  base::Errors errors;
  for (const std::string& name : root->folders) {
    const auto listing = list_folder(folder + "/" + name);
    if (!listing) return listing.errors();
    if (listing->files.empty() && listing->folders.empty()) continue;
    if (!contains(*listing, "up.sql")) {
      errors.push_back(base::usage_error("there is no up.sql in this folder", "diesel wants one for each migration",
                                         {folder + "/" + name}));
      continue;
    }
    auto migration = read_migration(folder, name, *listing);
    if (!migration) return std::move(migration).errors();
    history.migrations.push_back(std::move(migration).value());
  }
  std::ranges::stable_sort(history.migrations, {}, &Migration::version);
  std::ranges::move(duplicates(folder, history.migrations), std::back_inserter(errors));
  if (!errors.empty()) return errors;
  std::ranges::copy_if(root->files, std::back_inserter(history.ignored),
                       [](const std::string& name) { return name.ends_with(".sql"); });
  return history;
}

}  // namespace pgrehearse::migrate
