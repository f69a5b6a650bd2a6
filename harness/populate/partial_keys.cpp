#include "harness/populate/partial_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generators/deciding_source.hpp"
#include "generators/generator.hpp"
#include "harness/populate/limits.hpp"
#include "harness/sql/check_constraint.hpp"

namespace pgrehearse::populate {
namespace {

using generators::DatabaseShape;
using generators::Generator;
using generators::SelectiveKey;
using Inside = SelectiveKey::Inside;

struct Place {
  std::size_t table, key;  // key: in TableFacts::partial_keys
};

// How many rows the tables get; nothing when the shape cannot be planned.
std::vector<std::uint64_t> planned_rows(const DatabaseShape& shape) {
  std::vector<std::uint64_t> rows;
  if (const auto generator = Generator::plan(shape))
    for (std::size_t table = 0; table < shape.tables.size(); ++table) rows.push_back(generator->rows(table));
  return rows;
}

// Tries all of them at once, then one after the other: each that costs no table any rows is kept. What is left over
// is in the result.
std::vector<Place> adopt(Catalog& catalog, const std::vector<Place>& places) {
  DatabaseShape& shape = catalog.shape;
  const auto key = [&](Place place) { return catalog.tables[place.table].partial_keys[place.key].key; };
  const auto without = planned_rows(shape);
  DatabaseShape all = shape;
  for (Place place : places) all.tables[place.table].keys.push_back(key(place));
  if (without.empty() || planned_rows(all) == without) {
    shape = std::move(all);
    return {};
  }
  std::vector<Place> left;
  for (Place place : places) {
    auto& keys = shape.tables[place.table].keys;
    keys.push_back(key(place));
    if (planned_rows(shape) == without) continue;
    keys.pop_back();
    left.push_back(place);
  }
  return left;
}

void keep_out(postgres::Session& session, Catalog& catalog, Place place) {
  TableFacts& facts = catalog.tables[place.table];
  const PartialKey& partial = facts.partial_keys[place.key];
  Check check{partial.key.name,
              fmt::format("({}) IS NOT TRUE", partial.predicate),
              fmt::format("unique only WHERE {}, of which there must be none", partial.predicate),
              partial.columns,
              {},
              {}};
  if (const auto read = sql::read_check(check.expression)) {
    auto& columns = catalog.shape.tables[place.table].columns;
    const auto named = [&](const std::string& name) {
      return std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
    };
    for (const sql::CheckTerm& term : read->terms)
      if (const auto at = named(term.column); at != columns.end() && !at->generated && !at->override_)
        narrow(*at, with_inclusive_time(session, at->type, term));
    for (const auto& [name, text] : read->constants)
      if (const auto at = named(name); at != columns.end())
        check.constants.emplace_back(static_cast<std::size_t>(at - columns.begin()), text);
  }
  facts.checks.push_back(std::move(check));
}

// What must be so of a single column for a row to be in the index; none where the term does not tell.
std::optional<SelectiveKey> by_term(const generators::TableShape& shape, const sql::CheckTerm& term) {
  const auto column = std::find_if(shape.columns.begin(), shape.columns.end(),
                                   [&](const generators::Column& each) { return each.name == term.column; });
  if (column == shape.columns.end() || column->generated || term.subject != sql::CheckTerm::Subject::value) return {};
  SelectiveKey key;
  key.column = static_cast<std::size_t>(column - shape.columns.begin());
  key.values = term.values;
  switch (term.relation) {
    case sql::CheckTerm::Relation::one_of:
      key.inside = Inside::one_of;
      return key;
    case sql::CheckTerm::Relation::not_equal:
      key.inside = Inside::none_of;
      return key;
    case sql::CheckTerm::Relation::null:
      key.inside = Inside::null;
      return key;
    case sql::CheckTerm::Relation::not_null:
      key.inside = Inside::not_null;
      return key;
    default:
      return {};
  }
}

// How many rows are in it: statistics tell.
bool share_known(const generators::TableShape& shape, const SelectiveKey& key) {
  const generators::Column& column = shape.columns[key.column];
  return key.inside == Inside::null || key.inside == Inside::not_null ? column.statistics != nullptr
                                                                      : generators::shares_known(column);
}

// Which of the predicate's columns decides: the first that lets the table have all its rows.
bool let_some_in(Catalog& catalog, Place place, const std::vector<std::uint64_t>& wanted, bool known_share = false) {
  const PartialKey& partial = catalog.tables[place.table].partial_keys[place.key];
  const auto read = sql::read_check(partial.predicate);
  auto& keys = catalog.shape.tables[place.table].selective_keys;
  for (const sql::CheckTerm& term : read ? read->terms : std::vector<sql::CheckTerm>{}) {
    auto key = by_term(catalog.shape.tables[place.table], term);
    if (!key || (known_share && !share_known(catalog.shape.tables[place.table], *key))) continue;
    key->key = partial.key;
    keys.push_back(std::move(*key));
    if (planned_rows(catalog.shape) == wanted) return true;
    keys.pop_back();
  }
  return false;
}

// Whether statistics know of fewer combinations of the key's columns than there are rows: then it cannot hold for all.
bool repeats(const Catalog& catalog, Place place, double rows) {
  constexpr double nearly_all = 0.9;
  const auto& columns = catalog.shape.tables[place.table].columns;
  double combinations = 1, filled = rows;
  for (const std::size_t column : catalog.tables[place.table].partial_keys[place.key].key.columns) {
    const auto& statistics = columns[column].statistics;
    if (!statistics || statistics->distinct == 0 || columns[column].override_) return false;
    combinations *= statistics->distinct_in(rows);
    filled = std::min(filled, rows * (1 - statistics->null_fraction));
  }
  return combinations < nearly_all * filled;
}

// Lets only some rows into the keys that statistics know not to hold for all. What is left is in the result.
std::vector<Place> let_repeated_in(Catalog& catalog, const std::vector<Place>& places,
                                   const std::vector<Partial>& ways) {
  std::vector<Place> left;
  const auto wanted = planned_rows(catalog.shape);
  for (Place place : places) {
    const bool some = !wanted.empty() && ways[place.table] == Partial::some_in &&
                      repeats(catalog, place, static_cast<double>(wanted[place.table]));
    if (!some || !let_some_in(catalog, place, wanted, true)) left.push_back(place);
  }
  return left;
}

}  // namespace

std::vector<std::string> settle_partial_keys(postgres::Session& session, Catalog& catalog,
                                             const std::vector<Partial>& ways) {
  std::vector<Place> places;
  for (std::size_t table = 0; table < catalog.tables.size(); ++table)
    for (std::size_t key = 0; key < catalog.tables[table].partial_keys.size(); ++key) places.push_back({table, key});
  std::vector<std::string> notices;
  const auto left = adopt(catalog, let_repeated_in(catalog, places, ways));
  const auto wanted = left.empty() ? std::vector<std::uint64_t>{} : planned_rows(catalog.shape);
  for (Place place : left) {
    const Partial way = ways[place.table];
    if (way == Partial::some_in && let_some_in(catalog, place, wanted)) continue;
    const PartialKey& partial = catalog.tables[place.table].partial_keys[place.key];
    if (way == Partial::all_in) {
      catalog.shape.tables[place.table].keys.push_back(partial.key);
      notices.push_back(fmt::format(
          "{}: the key of unique index {} (WHERE {}) holds for all rows, because no column of its condition can "
          "keep a row out of it; where that leaves too few rows, list `values` for one that can",
          catalog.shape.tables[place.table].qualified(), partial.key.name, partial.predicate));
      continue;
    }
    keep_out(session, catalog, place);
    notices.push_back(
        fmt::format("{}: no row is in unique index {} (WHERE {}): it would allow fewer rows than asked, and no "
                    "column of its condition can keep the others out; list `values` for one that can",
                    catalog.shape.tables[place.table].qualified(), partial.key.name, partial.predicate));
  }
  return notices;
}

}  // namespace pgrehearse::populate
