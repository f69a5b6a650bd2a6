#include "harness/populate/check_bench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/sql/check_constraint.hpp"

namespace pgrehearse::populate {
namespace {

constexpr std::size_t kRowsPerInsert = 500;

}  // namespace

CheckBench::CheckBench(postgres::Session& session, const generators::TableShape& shape, const TableFacts& facts)
    : session_(session), shape_(shape), facts_(facts) {
  for (const Check& check : facts.checks)
    for (std::size_t column : check.columns)
      if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) columns_.push_back(column);
  std::vector<std::string> names;
  for (std::size_t column : columns_) names.push_back(postgres::quote_identifier(shape.columns[column].name));
  column_list_ = fmt::format("{}", fmt::join(names, ", "));
  create_table();
  for (std::size_t check = 0; check < facts.checks.size(); ++check) create_function(check);
}

void CheckBench::create_table() {
  std::vector<std::string> definitions;
  for (std::size_t column : columns_)
    definitions.push_back(postgres::quote_identifier(shape_.columns[column].name) + " " +
                          shape_.columns[column].type.name);
  for (std::size_t column = 0; column < shape_.columns.size(); ++column) {
    if (facts_.generation[column].empty()) continue;
    const auto expression = sql::read_check(facts_.generation[column]);
    const bool stands =
        expression && std::all_of(expression->columns.begin(), expression->columns.end(), [&](const auto& name) {
          return std::any_of(columns_.begin(), columns_.end(),
                             [&](std::size_t c) { return shape_.columns[c].name == name; });
        });
    if (stands)
      definitions.push_back(fmt::format("{} {} GENERATED ALWAYS AS ({}) STORED",
                                        postgres::quote_identifier(shape_.columns[column].name),
                                        shape_.columns[column].type.name, facts_.generation[column]));
  }
  definitions.emplace_back("pgrehearse_n serial");
  session_.query("DROP TABLE IF EXISTS pg_temp.pgrehearse_bench CASCADE");
  session_.query(fmt::format("CREATE TEMP TABLE pgrehearse_bench ({})", fmt::join(definitions, ", ")));
}

// A function for each check, because an expression may fail on one row (a cast, a division) and not on the next.
void CheckBench::create_function(std::size_t check) {
  const std::string body = fmt::format(
      "BEGIN RETURN coalesce((SELECT ({}) FROM (SELECT $1.*) AS {}), true); EXCEPTION WHEN OTHERS THEN RETURN false; "
      "END",
      facts_.checks[check].expression, postgres::quote_identifier(shape_.name));
  session_.query(
      fmt::format("CREATE FUNCTION pg_temp.pgrehearse_check_{}(pg_temp.pgrehearse_bench) RETURNS boolean "
                  "LANGUAGE plpgsql AS {}",
                  check, postgres::quote_literal(body)));
}

CheckBench::Verdicts CheckBench::judge(const std::vector<Tuple>& tuples) {
  session_.query("TRUNCATE pg_temp.pgrehearse_bench");
  for (std::size_t first = 0; first < tuples.size(); first += kRowsPerInsert)
    insert(tuples, first, std::min(kRowsPerInsert, tuples.size() - first));
  std::vector<std::string> calls;
  for (std::size_t check = 0; check < facts_.checks.size(); ++check)
    calls.push_back(fmt::format("pg_temp.pgrehearse_check_{}(pgrehearse_row)", check));
  const auto rows = session_.query(fmt::format(
      "SELECT {} FROM pg_temp.pgrehearse_bench pgrehearse_row ORDER BY pgrehearse_n", fmt::join(calls, ", ")));
  Verdicts verdicts(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t check = 0; check < calls.size(); ++check) verdicts[r].push_back(rows.boolean(r, check));
  return verdicts;
}

void CheckBench::insert(const std::vector<Tuple>& tuples, std::size_t first, std::size_t count) {
  std::string sql = fmt::format("INSERT INTO pg_temp.pgrehearse_bench ({}) VALUES ", column_list_);
  for (std::size_t t = first; t < first + count; ++t) {
    std::vector<std::string> values;
    for (const auto& value : tuples[t]) values.push_back(value ? postgres::quote_literal(*value) : "NULL");
    sql += fmt::format("{}({})", t == first ? "" : ", ", fmt::join(values, ", "));
  }
  session_.query(sql);
}

CheckBench::Tuple CheckBench::evaluate(const std::string& expression, std::size_t column,
                                       const std::vector<Tuple>& tuples) {
  session_.query("TRUNCATE pg_temp.pgrehearse_bench");
  for (std::size_t first = 0; first < tuples.size(); first += kRowsPerInsert)
    insert(tuples, first, std::min(kRowsPerInsert, tuples.size() - first));
  const std::string sql =
      fmt::format("SELECT ({})::{}::text FROM pg_temp.pgrehearse_bench AS {} ORDER BY pgrehearse_n", expression,
                  shape_.columns[columns_[column]].type.name, postgres::quote_identifier(shape_.name));
  Tuple results(tuples.size());
  if (session_.attempt(sql)) return results;
  const auto rows = session_.query(sql);
  for (std::size_t r = 0; r < rows.size(); ++r)
    if (!rows.null(r, 0)) results[r] = rows.string(r, 0);
  return results;
}

bool CheckBench::can_hold(std::size_t column, const std::string& text) {
  const std::string name = postgres::quote_identifier(shape_.columns[columns_[column]].name);
  return !session_.attempt(
      fmt::format("INSERT INTO pg_temp.pgrehearse_bench ({}) VALUES ({})", name, postgres::quote_literal(text)));
}

}  // namespace pgrehearse::populate
