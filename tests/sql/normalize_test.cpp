#include "harness/sql/normalize.hpp"

#include <gmock/gmock.h>

namespace pgrehearse::sql {
namespace {

using Outcome = Normalized::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text(const std::string& statement) { return normalize(statement).text; }

TEST(Normalize, ReplacesConstantsOfEachKind) {
  EXPECT_EQ(text("SELECT 'a', E'b\\n', $$c$$, U&'d', b'101', x'ff', 1, 2.5, -3, true, NULL FROM t"),
            "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM t");
  EXPECT_EQ(text("INSERT INTO t VALUES (DEFAULT, 'a'), (1, 'b')"), "INSERT INTO t VALUES (DEFAULT, $1), ($2, $3)");
}

TEST(Normalize, KeepsTheParametersThatAreThere) {
  EXPECT_EQ(text("SELECT a FROM t WHERE b = $1 AND c = 'x'"), "SELECT a FROM t WHERE b = $1 AND c = $2");
}

TEST(Normalize, DropsComments) {
  EXPECT_EQ(text("/* route:secret */ SELECT a /* user:secret */ FROM t -- secret\n WHERE b IN ($1 /*, ... */)"),
            "SELECT a FROM t WHERE b IN ($1)");
}

TEST(Normalize, WritesWhatPgStatStatementsLeavesAsValidSql) {
  EXPECT_EQ(text("SELECT now() - interval $1, date $2 FROM t"), "SELECT now() - $1::interval, $2::date FROM t");
  EXPECT_THAT(text("SELECT a::varchar(10) FROM t ORDER BY 1"), HasSubstr("varchar(10) FROM t ORDER BY 1"));
}

TEST(Normalize, GivesAwayNothingOfOtherStatements) {
  const std::pair<const char*, Outcome> cases[] = {
      {"BEGIN", Outcome::transaction},
      {"PREPARE TRANSACTION 'secret'", Outcome::transaction},
      {"SET app.key = 'secret'", Outcome::utility},
      {"ALTER ROLE a PASSWORD 'secret'", Outcome::utility},
      {"DO $$ secret $$", Outcome::utility},
      {"CALL pay('secret')", Outcome::utility},
      {"DECLARE c CURSOR FOR SELECT 'secret'", Outcome::utility},
      {"COPY t FROM PROGRAM 'secret'", Outcome::utility},
      {"SELECT 'secret' AS a INTO b", Outcome::utility},
      {"MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE", Outcome::utility},
      {"SELECT 1; SELECT 'secret'", Outcome::unreadable},
      {"SELECT 'secret' 'cut of", Outcome::unreadable},
      {"", Outcome::unreadable},
      {"SELECT oid FROM pg_class WHERE relname = 'secret'", Outcome::catalog},
      {"WITH q AS (SELECT oid FROM pg_class) SELECT * FROM q, pg_type", Outcome::catalog},
      {"SELECT pg_stat_reset(), 1", Outcome::catalog},
      {"SELECT pg_catalog.set_config('a', 'secret', false)", Outcome::catalog},
      {"SELECT count(*) FROM monitoring.pg_stat_statements", Outcome::catalog},
      {"SELECT 1 FROM information_schema.tables t JOIN pg_catalog.pg_type y ON true", Outcome::catalog},
  };
  for (const auto& [statement, outcome] : cases) {
    const Normalized result = normalize(statement);
    EXPECT_EQ(static_cast<int>(result.outcome), static_cast<int>(outcome)) << statement;
    EXPECT_EQ(result.text, "") << statement;
  }
}

TEST(Normalize, LeavesNoSecretWhereverItStands) {
  for (const char* statement : {
           "SELECT * FROM f(a => 'secret') WHERE b -> 'secret' ->> 'secret' ~ 'secret'",
           "SELECT extract('secret' FROM a), trim(both 'secret' from b), position('secret' in c) FROM t",
           "SELECT a FROM t WHERE b LIKE 'secret' ESCAPE 's' AND c SIMILAR TO 'secret' AND d BETWEEN 'secret' AND 'z'",
           "UPDATE t SET (a, b) = ('secret', 'secret') FROM (VALUES ('secret')) v(x) WHERE c = ANY('{secret}')",
           "WITH q AS (DELETE FROM t WHERE a = 'secret' RETURNING 'secret') SELECT * FROM q LIMIT 1",
           "INSERT INTO t SELECT 'secret' ON CONFLICT (a) DO UPDATE SET b = 'secret' WHERE t.c <> 'secret'",
           "SELECT CASE a WHEN 'secret' THEN 'secret' ELSE 'secret' END, interval 'secret', ARRAY['secret'] FROM t",
           "SELECT xmlparse(document 'secret'), string_agg(a, 'secret' ORDER BY 'secret'), 'secret' COLLATE \"C\" FROM "
           "t",
           "SELECT * FROM t TABLESAMPLE bernoulli('secret'), xmltable('secret' PASSING a COLUMNS b int PATH 'secret')",
       }) {
    const Normalized result = normalize(statement);
    EXPECT_THAT(result.text, Not(HasSubstr("secret"))) << statement;
    EXPECT_EQ(static_cast<int>(result.outcome), static_cast<int>(Outcome::data)) << statement;
  }
}

}  // namespace
}  // namespace pgrehearse::sql
