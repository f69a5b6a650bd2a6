#include "harness/populate/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/populate/partial_keys.hpp"
#include "harness/populate/spread.hpp"
#include "harness/populate/trial.hpp"
#include "harness/populate/value_pools.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Generator;

// Rows of these tables must satisfy their checks by other means than ties.
void forbid(const std::vector<std::size_t>& tables, MayTie& may_tie) {
  for (std::size_t table : tables) may_tie[table] = false;
}

// Planned twice where CHECKs need it: the first plan's rows show which ones do.
base::Result<Generator> plan_for_checks(postgres::Session& session, Catalog& catalog) {
  auto first = Generator::plan(catalog.shape);
  if (!first) return first;
  const generators::DatabaseShape without = catalog.shape;
  MayTie may_tie(catalog.tables.size(), true);
  for (int attempt = 0;; ++attempt) {
    const auto added = add_value_pools(session, *first, may_tie, catalog);
    if (!added) return added.errors();
    if (!*added) return first;
    auto second = Generator::plan(catalog.shape);
    if (!second && attempt > 0) return second;
    const auto failing = second ? verify_checks(session, *second, catalog) : FailingTables{};
    if (!failing) return failing.errors();
    if (second && failing->errors.empty()) return second;
    if (attempt > 0) return failing->errors;
    catalog.shape = without;
    if (second)
      forbid(failing->tables, may_tie);
    else
      may_tie.assign(may_tie.size(), false);
  }
}

base::Result<Generator> plan_with(const std::vector<Partial>& ways, postgres::Session& session, Catalog& catalog,
                                  std::vector<std::string>& notices) {
  notices = settle_partial_keys(session, catalog, ways);
  auto generator = plan_for_checks(session, catalog);
  if (!generator) return generator;
  if (auto tried = try_rows(session, *generator, catalog); !tried) return tried.errors();
  return generator;
}

bool is_named(const base::Errors& errors, const std::string& table) {
  return std::any_of(errors.begin(), errors.end(),
                     [&](const base::Error& error) { return error.message.find(table) != std::string::npos; });
}

// The next way for the tables that the errors name, or else for all with partial keys; false where there is none.
bool give_way(const Catalog& catalog, const base::Errors& errors, std::vector<Partial>& ways) {
  std::vector<std::size_t> open, named;
  for (std::size_t table = 0; table < ways.size(); ++table) {
    if (catalog.tables[table].partial_keys.empty() || ways[table] == Partial::all_in) continue;
    open.push_back(table);
    if (is_named(errors, catalog.shape.tables[table].qualified())) named.push_back(table);
  }
  for (std::size_t table : named.empty() ? open : named)
    ways[table] = ways[table] == Partial::some_in ? Partial::none_in : Partial::all_in;
  return !open.empty();
}

// Rows that cannot stay out of a partial index are in it, all of them if need be.
base::Result<Generator> plan(postgres::Session& session, Catalog& catalog, std::vector<std::string>& notices) {
  try {
    if (auto spread = spread_unique_expressions(session, catalog); !spread) return spread.errors();
    const Catalog fresh = catalog;
    std::vector<Partial> ways(catalog.tables.size(), Partial::some_in);
    auto generator = plan_with(ways, session, catalog, notices);
    while (!generator && give_way(fresh, generator.errors(), ways)) {
      catalog = fresh;
      generator = plan_with(ways, session, catalog, notices);
    }
    return generator;
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "planning the rows");
  }
}

// "; it has to satisfy positive: CHECK ((a > 0))". Limits do not know which constraints they are of.
std::string constraints_of(const Catalog& catalog, std::size_t table, std::size_t column) {
  std::vector<std::string> named;
  for (const Check& check : catalog.tables[table].checks)
    if (std::find(check.columns.begin(), check.columns.end(), column) != check.columns.end())
      named.push_back(fmt::format("{}: {}", check.name, check.definition));
  return named.empty() ? "" : fmt::format("; it has to satisfy {}", fmt::join(named, ", "));
}

base::Errors with_constraints(base::Errors errors, const Catalog& catalog) {
  for (base::Error& error : errors)
    for (std::size_t table = 0; table < catalog.tables.size(); ++table) {
      const generators::TableShape& shape = catalog.shape.tables[table];
      for (std::size_t column = 0; column < shape.columns.size(); ++column)
        if (error.message.starts_with(fmt::format("{}: column {}: ", shape.qualified(), shape.columns[column].name)))
          error.message += constraints_of(catalog, table, column);
    }
  return errors;
}

}  // namespace

base::Result<Planned> plan_catalog(postgres::Session& session, Catalog& catalog) {
  std::vector<std::string> notices;
  auto generator = plan(session, catalog, notices);
  if (!generator) return with_constraints(generator.errors(), catalog);
  notices.insert(notices.begin(), generator->notices().begin(), generator->notices().end());
  notices.insert(notices.begin(), catalog.notices.begin(), catalog.notices.end());
  return Planned{std::move(*generator), std::move(notices)};
}

}  // namespace pgrehearse::populate
