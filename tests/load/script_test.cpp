#include "harness/load/script.hpp"

#include <gmock/gmock.h>

#include <set>

#include "harness/load/script_run.hpp"
#include "harness/load/sql_statement.hpp"
#include "tests/load/two_tables.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

scenario::Script source(std::string text) {
  scenario::Script script;
  script.name = "test";
  script.text = std::move(text);
  script.source = "test.sql";
  script.source_line = 10;
  return script;
}

Script parse(std::string text, const generators::Generator* tables = nullptr) {
  auto script = parse_script(source(std::move(text)), tables);
  if (!script) {
    for (const auto& error : script.errors()) ADD_FAILURE() << to_string(error);
    return {};
  }
  return std::move(script).value();
}

std::vector<std::string> statements(const Script& script) {
  std::vector<std::string> found;
  for (const Step& step : script.steps) {
    if (const auto* sql = std::get_if<SqlStep>(&step)) found.push_back(sql->sql);
  }
  return found;
}

// What one run sends: each statement with its parameters behind it.
std::vector<std::string> sent(const Script& script, const generators::Generator* tables, std::uint64_t seed) {
  const std::vector<Script> scripts{script};
  ScriptWorld world(scripts, tables, {}, 1);
  ScriptRun run(world, 0);
  run.start(0, base::Seed{seed});
  std::vector<std::string> texts;
  for (auto next = run.next(); next.what == ScriptRun::Next::What::statement; next = run.next()) {
    std::string text = std::get<SqlStep>(script.steps[next.step]).sql;
    for (const char* parameter : run.parameters(next.step)) text += std::string("|") + (parameter ? parameter : "NULL");
    texts.push_back(text);
  }
  return texts;
}

struct Scan {
  const char* text;
  const char* sql;
  int variables;
};
void PrintTo(const Scan& scan, std::ostream* out) { *out << scan.text; }

class SqlScan : public ::testing::TestWithParam<Scan> {};

TEST_P(SqlScan, FindsVariablesAndTheEnd) {
  const auto [text, sql, variables] = GetParam();
  const SqlStatement statement = scan_sql_statement(text, 0);
  EXPECT_EQ(statement.sql, sql);
  EXPECT_EQ(statement.uses.size(), static_cast<std::size_t>(variables));
  EXPECT_EQ(statement.unclosed, nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    All, SqlScan,
    ::testing::Values(Scan{"SELECT :a, :b+:a;", "SELECT $1, $2+$3", 3}, Scan{"SELECT 1 ; SELECT 2;", "SELECT 1", 0},
                      Scan{"SELECT ':a;' , \":b;\"", "SELECT ':a;' , \":b;\"", 0},
                      Scan{"SELECT 'it''s :a'", "SELECT 'it''s :a'", 0},
                      Scan{R"(SELECT E'\':a', :b)", R"(SELECT E'\':a', $1)", 1},
                      Scan{R"(SELECT type'\', :b)", R"(SELECT type'\', $1)", 1},
                      Scan{"SELECT :a::int, x::text", "SELECT $1::int, x::text", 1},
                      Scan{"DO $x$ a := :b; $x$; more", "DO $x$ a := :b; $x$", 0},
                      Scan{"SELECT f(a := 1), a[1:2]", "SELECT f(a := 1), a[1:2]", 0},
                      Scan{"SELECT 1 -- :a ; \n+ :b;", "SELECT 1 -- :a ; \n+ $1", 1},
                      Scan{"SELECT /* :a /* ; */ */ :b;", "SELECT /* :a /* ; */ */ $1", 1},
                      Scan{"CREATE RULE r AS ON x DO (a; b); c", "CREATE RULE r AS ON x DO (a; b)", 0},
                      Scan{"SELECT a$b$c, :d", "SELECT a$b$c, $1", 1}));

TEST(SqlScanEnds, SaysWhatIsNotClosed) {
  EXPECT_STREQ(scan_sql_statement("SELECT 'abc", 0).unclosed, "a quoted text");
  EXPECT_STREQ(scan_sql_statement("SELECT \"abc", 0).unclosed, "a quoted name");
  EXPECT_STREQ(scan_sql_statement("DO $$ abc", 0).unclosed, "a dollar-quoted text");
  EXPECT_STREQ(scan_sql_statement("SELECT /* abc", 0).unclosed, "a comment");
}

TEST(ScriptParser, ReadsPgbenchsOwnScript) {
  const Script script = parse(R"(
-- TPC-B, nearly
\set aid random(1, 100000 * 10)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta
  WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
END;
)");
  EXPECT_THAT(statements(script),
              ElementsAre("BEGIN", "UPDATE pgbench_accounts SET abalance = abalance + $1\n  WHERE aid = $2",
                          "SELECT abalance FROM pgbench_accounts WHERE aid = $1", "END"));
  EXPECT_EQ(script.symbols->size(), 2u);
  EXPECT_EQ(sent(script, nullptr, 7), sent(script, nullptr, 7));
  EXPECT_NE(sent(script, nullptr, 7), sent(script, nullptr, 8));
}

TEST(ScriptParser, ContinuesCommandsOverLines) {
  const Script script = parse("\\set a 1 + \\\n  2\nSELECT :a");
  EXPECT_THAT(sent(script, nullptr, 1), ElementsAre("SELECT $1|3"));
}

TEST(ScriptParser, AVariableMayBeSetAnew) {
  const Script script = parse("\\set a 1\nSELECT :a;\n\\set a :a + 0.5\nSELECT :a;");
  EXPECT_THAT(sent(script, nullptr, 1), ElementsAre("SELECT $1|1", "SELECT $1|1.5"));
}

TEST(ScriptParser, ReportsAllMistakesWithTheirPlaces) {
  const auto script =
      parse_script(source("\\set a randon(1, 2)\n\\slep 5\nSELECT :a,\n  :b;\n\\key id users\n"), nullptr);
  ASSERT_FALSE(script);
  const auto& errors = script.errors();
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_THAT(to_string(errors[0]),
              HasSubstr("test.sql:10:13: error: unexpected function name (randon) in command \"set\"\n "));
  EXPECT_THAT(to_string(errors[1]), HasSubstr("test.sql:11:1: error: invalid command in command \"slep\""));
  EXPECT_THAT(to_string(errors[2]), HasSubstr("test.sql:13:3: error: no variable ':b' is set before this line"));
  EXPECT_THAT(to_string(errors[3]),
              HasSubstr("test.sql:14:1: error: there are no tables to draw from in command \"key\""));
}

TEST(ScriptParser, NeedsAStatement) {
  EXPECT_FALSE(parse_script(source("-- nothing\n\\set a 1\n"), nullptr));
  EXPECT_FALSE(parse_scripts({}, nullptr));
}

TEST(ScriptParser, DrawsExistingRows) {
  const auto tables = two_tables();
  const Script script = parse(
      "\\key id app.users\nSELECT :id;\n\\key who,number orders zipfian 0.9\nSELECT :who, :number;\n"
      "\\pick u Users\nSELECT :u_email, :u_Born_On;",
      &tables);
  std::set<std::string> users, orders, emails;
  for (std::uint64_t row = 0; row < 3000; ++row) {
    orders.insert("SELECT $1, $2|" + *tables.text(1, row, 0) + '|' + *tables.text(1, row, 1));
    if (row >= 1000) continue;
    users.insert("SELECT $1|" + *tables.text(0, row, 0));
    emails.insert("SELECT $1, $2|" + *tables.text(0, row, 1) + '|' + tables.text(0, row, 3).value_or("NULL"));
  }
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    const auto texts = sent(script, &tables, seed);
    EXPECT_TRUE(users.contains(texts[0])) << texts[0];
    EXPECT_TRUE(orders.contains(texts[1])) << texts[1];
    EXPECT_TRUE(emails.contains(texts[2])) << texts[2];
  }
}

TEST(ScriptParser, DrawsEachNewRowOnce) {
  const auto tables = two_tables();
  const Script script = parse("\\row new app.users\nINSERT INTO app.users (email) VALUES (:new_email);", &tables);
  const std::vector<Script> scripts{script};
  ScriptWorld world(scripts, &tables, {}, 1);
  ScriptRun run(world, 0);
  for (std::uint64_t n = 0; n < 20; ++n) {
    run.start(0, base::Seed{n});
    EXPECT_EQ(run.parameters(run.next().step)[0], *tables.text(0, 1000 + n, 1));
  }
}

TEST(ScriptParser, MakesOnlyTheColumnsThatAreUsed) {
  const auto tables = two_tables();
  const Script script = parse("\\pick u app.users\nSELECT :u_name;", &tables);
  EXPECT_EQ(std::get<RowStep>(script.steps[0]).bindings.size(), 1u);
}

TEST(ScriptParser, ExplainsMistakesAboutTables) {
  const auto tables = two_tables(1000, 0);
  const auto mistake = [&](std::string text) {
    const auto script = parse_script(source(std::move(text) + "\nSELECT 1;"), &tables);
    return script ? "none" : to_string(script.errors()[0]);
  };
  EXPECT_THAT(mistake("\\key id usres"), HasSubstr("test.sql:10:9: error: there is no generated table 'usres'"));
  EXPECT_THAT(mistake("\\key a,b app.users"), HasSubstr("primary key of 1 column(s), and 2 variable(s)"));
  EXPECT_THAT(mistake("\\key a,b orders"), HasSubstr("has no rows"));
  EXPECT_THAT(mistake("\\pick u app.users zipfian"), HasSubstr("'zipfian' is not expected"));
  EXPECT_THAT(mistake("\\row u app.users zipfian 2"), HasSubstr("nothing follows the table"));
  EXPECT_THAT(mistake("\\key a-b app.users"), HasSubstr("invalid variable name: \"a-b\""));
  EXPECT_THAT(mistake("\\key"), HasSubstr("missing argument in command \"key\""));
  EXPECT_THAT(mistake("\\row r"), HasSubstr("missing argument in command \"row\""));
  EXPECT_THAT(mistake("\\set x"), HasSubstr("syntax error in command \"set\""));
}

}  // namespace
}  // namespace pgrehearse::load
