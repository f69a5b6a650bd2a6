// Plain SQL files with a number: N_name.sql or N-name.sql, in numeric order. The way back, where there is one, is
// N_name.down.sql beside it or a file of the same number in the folder down/. They are run as `psql -f` does,
// each statement by itself; whoever uses `psql -1 -f` says `transaction: file`.
#include <algorithm>
#include <optional>
#include <regex>

#include "harness/migrate/folder.hpp"
#include "harness/migrate/formats.hpp"
#include "harness/migrate/numbered.hpp"

namespace pgrehearse::migrate {
namespace {

std::optional<NumberedName> parse_name(const std::string& file) {
  static const std::regex pattern(R"(([0-9]+[_-].*?)(\.up|\.down)?\.sql)");
  std::smatch match;
  if (!std::regex_match(file, match, pattern)) return std::nullopt;
  return NumberedName{leading_number(file), match.str(1), match[2] == ".down" ? Direction::down : Direction::up};
}

}  // namespace

base::Result<History> read_plain(const std::string& folder) {
  const auto listing = list_folder(folder);
  if (!listing) return listing.errors();
  NumberedHistory history("plain", folder, TransactionScope::statement);
  const auto add_all = [&](const std::vector<std::string>& files, const std::string& prefix) {
    for (const std::string& file : files) {
      auto name = parse_name(file);
      if (!name) {
        history.ignore(prefix + file);
        continue;
      }
      if (!prefix.empty()) name->direction = Direction::down;
      history.add(*name, prefix + file);
    }
  };
  add_all(listing->files, "");
  if (std::ranges::find(listing->folders, "down") != listing->folders.end()) {
    const auto downs = list_folder(folder + "/down");
    if (!downs) return downs.errors();
    add_all(downs->files, "down/");
  }
  return history.finish();
}

}  // namespace pgrehearse::migrate
