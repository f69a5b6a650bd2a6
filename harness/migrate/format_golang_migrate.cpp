// golang-migrate: N_name.up.sql and N_name.down.sql, either of which may be missing. Rules from its source/parse.go:
// ^([0-9]+)_(.*)\.(down|up)\.(.*)$, the number an unsigned 64-bit integer, other files skipped; and from
// database/postgres/postgres.go: a file is sent as one simple query.
#include <charconv>
#include <optional>
#include <regex>

#include "harness/migrate/folder.hpp"
#include "harness/migrate/formats.hpp"
#include "harness/migrate/numbered.hpp"

namespace pgrehearse::migrate {
namespace {

std::optional<NumberedName> parse_name(const std::string& file) {
  static const std::regex pattern(R"(([0-9]+)_(.*)\.(down|up)\.(.*))");
  std::smatch match;
  if (!std::regex_match(file, match, pattern)) return std::nullopt;
  const std::string number = leading_number(file);
  std::uint64_t version = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), version);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return NumberedName{number, match.str(1) + "_" + match.str(2), match[3] == "up" ? Direction::up : Direction::down};
}

}  // namespace

base::Result<History> read_golang_migrate(const std::string& folder) {
  const auto listing = list_folder(folder);
  if (!listing) return listing.errors();
  NumberedHistory history("golang-migrate", folder, TransactionScope::simple_query);
  for (const std::string& file : listing->files) {
    if (const auto name = parse_name(file)) {
      history.add(*name, file);
    } else {
      history.ignore(file);
    }
  }
  return history.finish();
}

}  // namespace pgrehearse::migrate
