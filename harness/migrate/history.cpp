#include "harness/migrate/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/nearest.hpp"
#include "harness/migrate/folder.hpp"
#include "harness/migrate/formats.hpp"

namespace pgrehearse::migrate {
namespace {

base::Result<History> read_format(const std::string& folder, const std::string& format) {
  if (format == "diesel") return read_diesel(folder);
  if (format == "golang-migrate") return read_golang_migrate(folder);
  if (format == "plain") return read_plain(folder);
  std::string hint = base::did_you_mean(format, {"auto", "diesel", "golang-migrate", "plain"});
  if (hint.empty()) hint = "known formats: auto, diesel, golang-migrate, plain";
  return base::usage_error(fmt::format("unknown migration format '{}'", format), std::move(hint));
}

base::Result<Rehearsal> plan_files(const scenario::Migration& wanted) {
  auto up = read_sql_file("", wanted.up_file);
  if (!up) return std::move(up).errors();
  const auto base_name = [](SqlFile file) {
    file.name = std::filesystem::path(file.path).filename().string();
    return file;
  };
  Migration migration;
  migration.name = std::filesystem::path(wanted.up_file).stem().string();
  migration.up = base_name(std::move(up).value());
  if (!wanted.down_file.empty()) {
    auto down = read_sql_file("", wanted.down_file);
    if (!down) return std::move(down).errors();
    migration.down = base_name(std::move(down).value());
  }
  return Rehearsal{"files", {}, {std::move(migration)}, {}};
}

// People copy a version from a folder's or a file's name: that, the version itself, and the number with its leading
// zeros all name it.
bool is_called(const Migration& migration, std::string_view version) {
  const std::size_t digit = std::min(version.find_first_not_of('0'), version.size() - 1);
  return migration.version == version || migration.name == version || migration.version == version.substr(digit) ||
         migration.name.substr(0, migration.name.find('_')) == version;
}

base::Error no_such_version(const scenario::Migration& wanted, const History& history) {
  std::vector<std::string> versions;
  for (const Migration& migration : history.migrations) versions.push_back(migration.version);
  std::string hint = base::did_you_mean(wanted.only, versions);
  if (hint.empty()) hint = fmt::format("the versions go from {} to {}", versions.front(), versions.back());
  return base::usage_error(fmt::format("there is no migration with the version '{}'", wanted.only), std::move(hint),
                           {wanted.folder});
}

// The range as [first, end) of the history.
base::Result<Rehearsal> choose(const scenario::Migration& wanted, History history) {
  auto& all = history.migrations;
  std::size_t end = all.size();
  const auto count = static_cast<std::size_t>(std::max(wanted.last, 1));
  if (!wanted.only.empty()) {
    const auto found = std::ranges::find_if(all, [&](const Migration& m) { return is_called(m, wanted.only); });
    if (found == all.end()) return no_such_version(wanted, history);
    end = static_cast<std::size_t>(found - all.begin()) + 1;
  }
  if (count > end) {
    return base::usage_error(fmt::format("the last {} migrations were asked for, but there are only {}", count, end),
                             {}, {wanted.folder});
  }
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(end - count);
  const auto last = all.begin() + static_cast<std::ptrdiff_t>(end);
  Rehearsal rehearsal{history.format, {}, {}, std::move(history.ignored)};
  rehearsal.before.assign(std::move_iterator(all.begin()), std::move_iterator(first));
  rehearsal.range.assign(std::move_iterator(first), std::move_iterator(last));
  return rehearsal;
}

}  // namespace

base::Result<History> read_history(const std::string& folder, const std::string& format) {
  auto detected = format == "auto" ? detect_format(folder) : base::Result<std::string>(format);
  if (!detected) return std::move(detected).errors();
  auto history = read_format(folder, *detected);
  if (history && history->migrations.empty()) {
    return base::usage_error(fmt::format("there is no {} migration in this folder", *detected),
                             "name the folder that holds the migrations, or another --migration-format", {folder});
  }
  return history;
}

base::Result<Rehearsal> plan_rehearsal(const scenario::Migration& wanted) {
  auto rehearsal = [&]() -> base::Result<Rehearsal> {
    if (wanted.folder.empty()) return plan_files(wanted);
    auto history = read_history(wanted.folder, wanted.format);
    if (!history) return std::move(history).errors();
    return choose(wanted, std::move(history).value());
  }();
  if (rehearsal && wanted.scope != TransactionScope::automatic) {
    for (Migration& migration : rehearsal->range) migration.scope = wanted.scope;
  }
  return rehearsal;
}

std::vector<std::string> without_down(const std::vector<Migration>& range) {
  std::vector<std::string> names;
  for (const Migration& migration : range) {
    if (!migration.down) names.push_back(migration.name);
  }
  return names;
}

}  // namespace pgrehearse::migrate
