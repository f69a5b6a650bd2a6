#include "harness/populate/spread.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "generators/quantity.hpp"
#include "generators/values.hpp"
#include "harness/populate/hints.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Column;
using generators::Kind;
using generators::TableShape;

constexpr std::int64_t kDay = generators::kMicrosPerDay;

// From close to far: of times a second to somewhat more than a year.
std::vector<std::uint64_t> distances(Kind kind) {
  if (kind == Kind::date) return {7, 31, 366};
  if (kind == Kind::time || kind == Kind::timetz) return {1'000'000, 60'000'000, kDay / 24};
  if (kind == Kind::timestamp || kind == Kind::timestamptz)
    return {1'000, 1'000'000, 60'000'000, kDay / 24, kDay, 7 * kDay, 31 * kDay, 366 * kDay};
  return {10, 100, 1'000, 10'000, 100'000};
}

// Different values as the generator would make them, neighbours among them.
std::vector<std::string> different_values(const Column& column, std::uint64_t rows) {
  generators::Wanted wanted;
  wanted.column = column.name;
  wanted.type = &column.type;
  wanted.limits = &column.limits;
  wanted.override_ = column.override_ ? &*column.override_ : nullptr;
  wanted.distinct = true;
  wanted.rows = rows;
  std::vector<std::string> texts;
  const auto values = generators::make_values(wanted);
  if (!values) return texts;
  const std::uint64_t size = std::min((*values)->size(), std::max<std::uint64_t>(rows, 100));
  std::set<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(size, 100); ++i) {
    numbers.insert(i);
    numbers.insert(i * std::max<std::uint64_t>(size / 100, 1) % size);
  }
  for (std::uint64_t number : numbers) (*values)->text(number, texts.emplace_back());
  return texts;
}

bool stay_different(postgres::Session& session, const TableShape& shape, const UniqueExpression& unique) {
  const Column& column = shape.columns[unique.column];
  std::vector<std::string> rows;
  for (const std::string& text : different_values(column, shape.rows))
    rows.push_back(fmt::format("({}::{})", postgres::quote_literal(text), column.type.name));
  if (rows.empty()) return true;  // planning tells why
  return !session.attempt(
      fmt::format("SELECT 1 / (count(e) = count(DISTINCT e))::int FROM (SELECT ({}) AS e FROM "
                  "(VALUES {}) AS {}({})) AS expressions",
                  unique.expression, fmt::join(rows, ", "), postgres::quote_identifier(shape.name),
                  postgres::quote_identifier(column.name)));
}

// The limits that make the values differ; as they were when none do.
bool spread(postgres::Session& session, TableShape& shape, const UniqueExpression& unique) {
  Column& column = shape.columns[unique.column];
  const generators::Limits before = column.limits;
  if (generators::is_quantity(column.type.kind)) {
    for (std::uint64_t distance : distances(column.type.kind)) {
      column.limits.apart = distance;
      if (stay_different(session, shape, unique)) return true;
    }
  } else if (column.type.kind == Kind::text && before.pattern.empty() && before.allowed.empty()) {
    for (const char* pattern : text_patterns()) {
      column.limits.pattern = pattern;
      if (stay_different(session, shape, unique)) return true;
    }
  }
  column.limits = before;
  return false;
}

// False when nothing of the key is left.
bool without_column(TableShape& shape, TableFacts& facts, const UniqueExpression& unique) {
  for (PartialKey& partial : facts.partial_keys)
    if (partial.key.name == unique.index) std::erase(partial.key.columns, unique.column);
  for (generators::Key& key : shape.keys)
    if (key.name == unique.index) {
      std::erase(key.columns, unique.column);
      if (key.columns.empty()) return false;
    }
  return true;
}

bool may_choose(const TableShape& shape, std::size_t position) {
  const auto& keys = shape.foreign_keys;
  const bool foreign = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    return std::find(key.columns.begin(), key.columns.end(), position) != key.columns.end();
  });
  return !foreign && !shape.columns[position].generated;
}

base::Error impossible(const TableShape& shape, const UniqueExpression& unique) {
  const std::string& column = shape.columns[unique.column].name;
  return base::usage_error(
      fmt::format("table {}: no values of column {} are known that stay different in unique index {}, on {}",
                  shape.qualified(), column, unique.index, unique.expression),
      fmt::format("ask for one row of {}, or list the column's `values` or give it a `pattern` that differs there: "
                  "data.tables.{}.columns.{} in the scenario",
                  shape.name, shape.name, column));
}

}  // namespace

base::Status spread_unique_expressions(postgres::Session& session, Catalog& catalog) {
  base::Errors errors;
  for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
    TableShape& shape = catalog.shape.tables[table];
    if (shape.existing || shape.rows < 2) continue;
    for (const UniqueExpression& unique : catalog.tables[table].unique_expressions) {
      if (!may_choose(shape, unique.column) || stay_different(session, shape, unique)) continue;
      if (spread(session, shape, unique) || without_column(shape, catalog.tables[table], unique)) continue;
      errors.push_back(impossible(shape, unique));
    }
  }
  if (!errors.empty()) return errors;
  return base::success();
}

}  // namespace pgrehearse::populate
