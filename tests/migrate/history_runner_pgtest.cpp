#include <gmock/gmock.h>

#include "harness/migrate/history_runner.hpp"
#include "tests/migrate/migration_folder.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::migrate {
namespace {

using ::testing::HasSubstr;

class HistoryRunnerPgTest : public ::testing::Test {
 protected:
  base::Status apply() {
    const auto history = read_history(folder_.path(), "auto");
    if (!history) return history.errors();
    return apply_history(history->migrations, history->format, database_.target(), *base::quiet_progress(),
                         cancellation_);
  }
  std::string error() {
    const auto applied = apply();
    return applied.ok() ? "no error" : to_string(applied.errors().front());
  }
  std::string answer(const char* query) { return database_.session()->query(query).string(0, 0); }

  testing::ScratchDatabase database_;
  MigrationFolder folder_;
  base::Cancellation cancellation_;
};

TEST_F(HistoryRunnerPgTest, AppliesInOrderAndNotesTheVersions) {
  folder_.file("2024-01-01-000000_a/up.sql", "CREATE TABLE a (); SET search_path = ''; -- for nobody else")
      .file("2024-01-02-000000_b/up.sql", "ALTER TABLE a ADD x int; ALTER TABLE __diesel_schema_migrations ADD y int;")
      .file("2024-01-03-000000_c/up.sql", "CREATE INDEX CONCURRENTLY ON a (x);")
      .file("2024-01-03-000000_c/metadata.toml", "run_in_transaction = false")
      .file("2024-01-04-000000_d/up.sql", "-- nothing");
  EXPECT_EQ(error(), "no error");
  EXPECT_EQ(answer("SELECT string_agg(version, ' ' ORDER BY version) FROM __diesel_schema_migrations"),
            "20240101000000 20240102000000 20240103000000 20240104000000");
}

TEST_F(HistoryRunnerPgTest, KeepsTheLastVersionOfGolangMigrate) {
  folder_.file("1_a.up.sql", "CREATE TABLE a (); CREATE TABLE b ();")
      .file("2_c.up.sql", "BEGIN; DROP TABLE b; COMMIT;");
  EXPECT_EQ(error(), "no error");
  EXPECT_EQ(answer("SELECT string_agg(version || ' ' || dirty, ', ') FROM schema_migrations"), "2 false");
}

TEST_F(HistoryRunnerPgTest, NamesFileAndLineOfAFailure) {
  folder_.file("1_a.up.sql", "CREATE TABLE a (x int);\n-- größe\nALTER TABLE b\n  ADD y int;");
  const std::string place = folder_.path("1_a.up.sql");
  EXPECT_THAT(error(), HasSubstr(place + ":3: error: this file, which comes before the rehearsed migration, failed: "
                                         "42P01: relation \"b\" does not exist"));
}

TEST_F(HistoryRunnerPgTest, FindsTheLineWhereTheServerNamesNoPosition) {
  folder_.file("1_a.up.sql",
               "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\n\nALTER TABLE a ADD UNIQUE (x);");
  EXPECT_THAT(error(),
              HasSubstr("1_a.up.sql:4: error: this file, which comes before the rehearsed migration, failed: 23505"));
  EXPECT_EQ(answer("SELECT count(*) FROM pg_class WHERE relname = 'a'"), "0");
}

TEST_F(HistoryRunnerPgTest, FindsTheLineInAFileRunStatementByStatement) {
  folder_.file("1_a.sql", "CREATE TABLE a (x int);\nSELECT 1,\n  nope\nFROM a;");
  EXPECT_THAT(error(),
              HasSubstr("1_a.sql:3: error: this file, which comes before the rehearsed migration, failed: 42703"));
}

}  // namespace
}  // namespace pgrehearse::migrate
