#include "harness/populate/aging.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pgrehearse::populate {
namespace {

// A column that may be set to itself: GENERATED ALWAYS columns refuse, and so may identities.
const generators::Column* settable(const generators::TableShape& shape) {
  const auto found = std::find_if(shape.columns.begin(), shape.columns.end(), [](const generators::Column& column) {
    return !column.generated && !column.sequence;
  });
  return found == shape.columns.end() ? nullptr : &*found;
}

// Of n rows, u updated ones leave u dead beside n live: the share d = u / (n + u) asks for u = n * d / (1 - d). The
// remainder of a hash lies between -grain and grain.
std::string update(const TableFacts& facts, const generators::Column& column, std::uint64_t seed) {
  constexpr std::int64_t grain = 1'000'000;
  const auto updated = static_cast<std::int64_t>(grain * facts.aged / (1 - facts.aged) + 0.5);
  return fmt::format(
      "UPDATE {0} SET {1} = {1} WHERE mod(hashtextextended(tableoid || ' ' || ctid, {2}), {3}) + {3} < {4}", facts.name,
      postgres::quote_identifier(column.name), static_cast<std::int64_t>(seed), grain, updated * 2);
}

}  // namespace

std::vector<std::string> age_tables(postgres::Session& session, const Catalog& catalog) {
  std::vector<std::string> notices;
  bool any = false;
  for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
    const TableFacts& facts = catalog.tables[table];
    if (facts.aged <= 0) continue;
    if (const generators::Column* column = settable(catalog.shape.tables[table])) {
      session.query(update(facts, *column, catalog.shape.seed.value));
      session.query("ANALYZE " + facts.name);
      any = true;
    } else {
      notices.push_back(fmt::format("table {} is not aged: it has no column that an update could set to itself",
                                    catalog.shape.tables[table].qualified()));
    }
  }
  if (any) session.query("SELECT pg_stat_reset()");
  return notices;
}

}  // namespace pgrehearse::populate
