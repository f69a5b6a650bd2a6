#include "harness/sql/statement_parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

namespace pgrehearse::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kRoles[] = {"equal", "element",  "array",    "like", "regex",  "above",
                                  "below", "inserted", "assigned", "step", "limit",  "offset",
                                  "field", "unit",     "constant", "free", "unknown"};

// "1 equal users.id": the number, the role, and where the column may be.
std::string text(const ParameterUses& uses, const Parameter& parameter) {
  std::vector<std::string> tables;
  for (std::size_t table : parameter.tables) tables.push_back(uses.tables.at(table).name);
  std::string text = fmt::format("{} {}", parameter.number, kRoles[static_cast<int>(parameter.role)]);
  if (!tables.empty()) text += fmt::format(" {}.{}", fmt::join(tables, "|"), parameter.column);
  if (parameter.row > 0) text += fmt::format(" row {}", parameter.row);
  if (!parameter.function.empty()) text += " through " + parameter.function;
  if (!parameter.type.empty()) text += " as " + parameter.type;
  return text;
}

std::vector<std::string> parameters(const std::string& statement) {
  const auto uses = read_parameters(statement);
  if (!uses) return {"unreadable"};
  std::vector<std::string> texts;
  for (const Parameter& parameter : uses->parameters) texts.push_back(text(*uses, parameter));
  return texts;
}

TEST(StatementParameters, OfComparisons) {
  EXPECT_THAT(
      parameters("SELECT a FROM app.users u WHERE u.id = $1 AND $2 = u.b AND c > $3 AND $4 > d AND e LIKE $5"),
      ElementsAre("1 equal users.id", "2 equal users.b", "3 above users.c", "4 below users.d", "5 like users.e"));
  EXPECT_THAT(
      parameters("SELECT a FROM t WHERE b BETWEEN $1 AND $2 AND c IN ($3, $4) AND d = ANY ($5::int[])"),
      ElementsAre("1 above t.b", "2 below t.b", "3 element t.c", "4 element t.c row 1", "5 array t.d as int4[]"));
  EXPECT_THAT(
      parameters("SELECT a FROM t WHERE (b, c) = ($1, $2) AND (d, e) IN (($3, $4), ($5, $6)) AND (f, g) < ($7, $8)"),
      ElementsAre("1 equal t.b", "2 equal t.c", "3 element t.d", "4 element t.e", "5 element t.d row 1",
                  "6 element t.e row 1", "7 below t.f", "8 below t.g"));
  EXPECT_THAT(
      parameters("SELECT a FROM t WHERE lower(b) = lower($1) AND lower(c) = $2 AND d IS DISTINCT FROM $3 AND e @> $4"),
      ElementsAre("1 equal t.b through lower", "2 equal t.c through lower", "3 equal t.d", "4 equal t.e"));
}

TEST(StatementParameters, OfJoinsAndSubqueries) {
  EXPECT_THAT(
      parameters(
          "SELECT 1 FROM users u JOIN orders o ON o.user_id = u.id AND o.state = $1 WHERE u.email = $2 AND name = $3"),
      ElementsAre("1 equal orders.state", "2 equal users.email", "3 equal users|orders.name"));
  EXPECT_THAT(parameters("SELECT a FROM t WHERE b IN (SELECT c FROM s WHERE s.d = $1 AND t.e = $2 AND f = $3)"),
              ElementsAre("1 equal s.d", "2 equal t.e", "3 equal s|t.f"));
  EXPECT_THAT(parameters("WITH q AS (SELECT * FROM t WHERE a = $1) SELECT q.b FROM q WHERE q.c = $2"),
              ElementsAre("1 equal t.a", "2 equal t.c"));
  EXPECT_THAT(parameters("SELECT x.a FROM (SELECT * FROM t, s) x WHERE x.b = $1"), ElementsAre("1 equal t|s.b"));
  const auto twice = read_parameters("SELECT 1 FROM t JOIN t AS other ON true WHERE other.a = $1 AND t.a = $2");
  ASSERT_TRUE(twice);
  ASSERT_EQ(twice->tables.size(), 2u);
  EXPECT_THAT(twice->parameters[0].tables, ElementsAre(1u));
  EXPECT_THAT(twice->parameters[1].tables, ElementsAre(0u));
}

TEST(StatementParameters, OfInserts) {
  EXPECT_THAT(parameters("INSERT INTO t (a, b) VALUES ($1, lower($2)), ($3::jsonb, DEFAULT) "
                         "ON CONFLICT (a) DO UPDATE SET b = $4 WHERE t.c = $5 RETURNING $6"),
              ElementsAre("1 inserted t.a", "2 inserted t.b", "3 inserted t.a row 1 as jsonb", "4 assigned t.b",
                          "5 equal t.c", "6 constant"));
  EXPECT_THAT(parameters("INSERT INTO t (a, b) SELECT $1, c FROM s WHERE s.d = $2"),
              ElementsAre("1 inserted t.a", "2 equal s.d"));
  const auto uses = read_parameters("INSERT INTO t VALUES ($1, $2)");
  ASSERT_TRUE(uses);
  EXPECT_EQ(uses->parameters[1].position, 1u);
  EXPECT_EQ(uses->parameters[1].column, "");
  EXPECT_EQ(uses->kind, ParameterUses::Kind::insert);
}

TEST(StatementParameters, OfUpdatesAndDeletes) {
  EXPECT_THAT(
      parameters(
          "UPDATE t SET a = $1, b = b + $2, (c, d) = ($3, $4), e = CASE f WHEN $5 THEN $6 ELSE e END WHERE id = $7"),
      ElementsAre("1 assigned t.a", "2 step t.b", "3 assigned t.c", "4 assigned t.d", "5 equal t.f", "6 assigned t.e",
                  "7 equal t.id"));
  EXPECT_THAT(parameters("DELETE FROM t USING s WHERE t.a = s.b AND s.c = $1 AND t.d < now() - $2::interval"),
              ElementsAre("1 equal s.c", "2 free as interval"));
}

TEST(StatementParameters, OfWhatIsNoColumn) {
  EXPECT_THAT(
      parameters("SELECT $1 AS one, date_trunc($2, a), extract($3 FROM a) FROM t ORDER BY b LIMIT $4 OFFSET $5"),
      ElementsAre("1 constant", "2 unit", "3 field", "4 limit", "5 offset"));
  EXPECT_THAT(parameters("SELECT a FROM t WHERE $1 = $2 AND f(b, $3) AND c ->> $4 = $5"),
              ElementsAre("1 constant", "2 constant", "3 free", "4 free", "5 free"));
  const auto uses = read_parameters("SELECT pg_advisory_lock($1) FROM t GROUP BY $2, b ~ $3");
  ASSERT_TRUE(uses);
  EXPECT_EQ(uses->parameters[0].what, "an argument of pg_advisory_lock()");
  EXPECT_EQ(uses->parameters[1].what, "a position or part of an order");
  EXPECT_EQ(text(*uses, uses->parameters[2]), "3 regex t.b");
}

TEST(StatementParameters, TakeTheMostTellingOfSeveralPlaces) {
  EXPECT_THAT(parameters("SELECT $1 FROM t WHERE $1 IS NULL OR a = $1"), ElementsAre("1 equal t.a"));
}

TEST(StatementParameters, SayWhereTheyStand) {
  const std::string statement = "SELECT 'ä', $2 FROM t WHERE a = $10 LIMIT $1";
  const auto uses = read_parameters(statement);
  ASSERT_TRUE(uses);
  std::vector<std::string> texts;
  for (const auto& place : uses->places) texts.push_back(statement.substr(place.offset, place.length));
  EXPECT_THAT(texts, ElementsAre("$2", "$10", "$1"));
  EXPECT_TRUE(uses->limited);
}

TEST(StatementParameters, AreOfOneDataStatement) {
  EXPECT_FALSE(read_parameters("SELECT 1; SELECT 2"));
  EXPECT_FALSE(read_parameters("BEGIN"));
  EXPECT_FALSE(read_parameters("SELECT FROM FROM"));
  EXPECT_THAT(parameters("SELECT a FROM t"), IsEmpty());
}

}  // namespace
}  // namespace pgrehearse::sql
