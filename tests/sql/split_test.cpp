#include "harness/sql/split.hpp"

#include <gmock/gmock.h>

namespace pgrehearse::sql {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts(std::string_view sql) {
  std::vector<std::string> result;
  for (const Statement& statement : split(sql)) result.push_back(statement.text);
  return result;
}

struct SplitCase {
  const char* name;
  const char* sql;
  std::vector<std::string> expected;
};
void PrintTo(const SplitCase& one, std::ostream* out) { *out << one.name; }

class Split : public ::testing::TestWithParam<SplitCase> {};

TEST_P(Split, GivesTheStatements) { EXPECT_EQ(texts(GetParam().sql), GetParam().expected); }

// Each of these again, after a statement that no grammar of PostgreSQL accepts: then the lexer does the splitting.
TEST_P(Split, GivesTheSameWhenTheGrammarRefuses) {
  std::vector<std::string> expected = GetParam().expected;
  expected.insert(expected.begin(), "ALTER TABLE frobnicate THE t");
  EXPECT_EQ(texts(std::string("ALTER TABLE frobnicate THE t;") + GetParam().sql), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Split,
    ::testing::Values(
        SplitCase{"empty", "", {}}, SplitCase{"only_comments", " -- nothing\n/* here */ ;;\n", {}},
        SplitCase{"two", "SELECT 1; SELECT 2;", {"SELECT 1", "SELECT 2"}},
        SplitCase{"no_last_semicolon", "SELECT 1;\nSELECT 2\n", {"SELECT 1", "SELECT 2"}},
        SplitCase{"empty_between", "SELECT 1;;\n ; SELECT 2", {"SELECT 1", "SELECT 2"}},
        SplitCase{"string", "SELECT 'a;b'; SELECT 'it''s;'", {"SELECT 'a;b'", "SELECT 'it''s;'"}},
        SplitCase{"escape_string", R"(SELECT E'\';'; SELECT 2)", {R"(SELECT E'\';')", "SELECT 2"}},
        SplitCase{"backslash_in_plain_string", R"(SELECT '\'; SELECT 2)", {R"(SELECT '\')", "SELECT 2"}},
        SplitCase{"quoted_name", R"(SELECT 1 AS "a;""b"; SELECT 2)", {R"(SELECT 1 AS "a;""b")", "SELECT 2"}},
        SplitCase{"dollar", "DO $$ BEGIN; END $$; SELECT 1", {"DO $$ BEGIN; END $$", "SELECT 1"}},
        SplitCase{"tagged_dollar", "DO $x$ $$;$$ $y$; $x$; SELECT 1", {"DO $x$ $$;$$ $y$; $x$", "SELECT 1"}},
        SplitCase{"dollar_in_name", "SELECT 1 AS a$b; SELECT 1 AS a$b", {"SELECT 1 AS a$b", "SELECT 1 AS a$b"}},
        SplitCase{"nested_comment",
                  "/* a /* ; */ ; */ SELECT 1 /* ; */; SELECT 2 -- ;",
                  {"SELECT 1 /* ; */", "SELECT 2 -- ;"}},
        SplitCase{"rule",
                  "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
                  {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"}},
        SplitCase{"sql_body",
                  "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; "
                  "END; SELECT 2",
                  {"CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 "
                   "END; END",
                   "SELECT 2"}},
        SplitCase{"own_transaction", "BEGIN; SELECT 1; END; SELECT 2", {"BEGIN", "SELECT 1", "END", "SELECT 2"}},
        SplitCase{"multi_byte", "SELECT 'größe;'; SELECT 1 AS größe;", {"SELECT 'größe;'", "SELECT 1 AS größe"}}),
    [](const auto& test) { return test.param.name; });

TEST(SplitTest, GivesTheLineAndOffsetOfTheFirstToken) {
  const auto statements = split("-- größe\n\nSELECT 1;\n/* two\nlines */ SELECT\n2;\r\nSELECT 3;");
  ASSERT_EQ(statements.size(), 3u);
  EXPECT_EQ(statements[0].line, 3);
  EXPECT_EQ(statements[0].offset, 12u);
  EXPECT_EQ(statements[1].line, 5);
  EXPECT_EQ(statements[1].text, "SELECT\n2");
  EXPECT_EQ(statements[2].line, 7);
}

TEST(SplitTest, KeepsAnUnterminatedStringAsOneStatement) {
  EXPECT_THAT(texts("SELECT 1; SELECT 'a; SELECT 2"), ElementsAre("SELECT 1", "SELECT 'a; SELECT 2"));
}

TEST(SplitTest, FindsTheLineOfAServerPosition) {
  const std::string_view text = "SELECT 'ä'\n  , 'ö'\n  , nope";
  EXPECT_EQ(line_of_position(text, 1), 1);
  EXPECT_EQ(line_of_position(text, 11), 1);  // the line break itself
  EXPECT_EQ(line_of_position(text, 12), 2);
  EXPECT_EQ(line_of_position(text, 24), 3);
  EXPECT_EQ(line_of_position(text, 1000), 3);
}

TEST(ClassifyTest, KnowsWhatRefusesATransaction) {
  for (const char* sql :
       {"CREATE INDEX CONCURRENTLY i ON t (a)", "create unique index concurrently on t (a)",
        "DROP INDEX CONCURRENTLY i", "REINDEX TABLE CONCURRENTLY t", "REINDEX (CONCURRENTLY, VERBOSE) INDEX i",
        "REINDEX SCHEMA s", "VACUUM", "VACUUM (FULL) t", "CREATE DATABASE d", "DROP DATABASE d",
        "ALTER SYSTEM SET work_mem = '1GB'", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "CLUSTER", "DISCARD ALL",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "COMMIT PREPARED 'x'"}) {
    EXPECT_EQ(classify(sql), StatementKind::outside_transaction) << sql;
  }
  for (const char* sql : {"CREATE INDEX i ON t (a)", "DROP INDEX i", "REINDEX TABLE t", "ANALYZE t",
                          "CLUSTER t USING i", "ALTER TABLE t DETACH PARTITION p", "ALTER TYPE e ADD VALUE 'x'",
                          "INSERT INTO t VALUES (1)", "SELECT 'VACUUM'"}) {
    EXPECT_EQ(classify(sql), StatementKind::plain) << sql;
  }
}

TEST(ClassifyTest, KnowsTransactionControl) {
  EXPECT_EQ(classify("BEGIN"), StatementKind::begin);
  EXPECT_EQ(classify("START TRANSACTION ISOLATION LEVEL SERIALIZABLE"), StatementKind::begin);
  EXPECT_EQ(classify("COMMIT"), StatementKind::commit);
  EXPECT_EQ(classify("END"), StatementKind::commit);
  EXPECT_EQ(classify("ROLLBACK"), StatementKind::rollback);
  EXPECT_EQ(classify("ABORT"), StatementKind::rollback);
  EXPECT_EQ(classify("SAVEPOINT a"), StatementKind::savepoint);
  EXPECT_EQ(classify("ROLLBACK TO a"), StatementKind::savepoint);
}

TEST(ClassifyTest, SetsTheRestApart) {
  EXPECT_EQ(classify("SET lock_timeout = '2s'"), StatementKind::setting);
  EXPECT_EQ(classify("DO $$ BEGIN END $$"), StatementKind::may_commit);
  EXPECT_EQ(classify("CALL p()"), StatementKind::may_commit);
  EXPECT_EQ(classify("ALTER TABLE frobnicate THE t"), StatementKind::unknown);
}

}  // namespace
}  // namespace pgrehearse::sql
