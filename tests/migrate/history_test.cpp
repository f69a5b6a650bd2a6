#include "harness/migrate/history.hpp"

#include <gmock/gmock.h>

#include "tests/migrate/migration_folder.hpp"

namespace pgrehearse::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> versions(const std::vector<Migration>& migrations) {
  std::vector<std::string> result;
  for (const Migration& migration : migrations) result.push_back(migration.version);
  return result;
}

// The one mistake of a folder, as the user sees it.
template <class T>
std::string only_error(const base::Result<T>& result) {
  if (result.ok()) return "no error";
  EXPECT_EQ(result.errors().size(), 1u);
  return to_string(result.errors().front());
}

MigrationFolder& diesel(MigrationFolder& folder) {
  return folder.file("00000000000000_diesel_initial_setup/up.sql", "SELECT 1;")
      .file("2024-02-12-120203_b/up.sql", "CREATE TABLE b ();")
      .file("2024-02-12-120203_b/down.sql", "DROP TABLE b;")
      .file("2023-01-01-000000-0000_a/up.sql", "CREATE TABLE a ();")
      .file("2023-01-01-000000-0000_a/down.sql", "DROP TABLE a;")
      .folder("2025_empty")
      .file(".hidden/up.sql", "nonsense")
      .file("seed.sql", "INSERT INTO a DEFAULT VALUES;")
      .file("README.md", "");
}

TEST(DieselTest, ReadsTheFolders) {
  MigrationFolder folder;
  const auto history = read_history(diesel(folder).path(), "auto");
  ASSERT_TRUE(history.ok()) << only_error(history);
  EXPECT_EQ(history->format, "diesel");
  EXPECT_THAT(versions(history->migrations), ElementsAre("00000000000000", "202301010000000000", "20240212120203"));
  const Migration& last = history->migrations.back();
  EXPECT_EQ(last.name, "2024-02-12-120203_b");
  EXPECT_EQ(last.up.name, "2024-02-12-120203_b/up.sql");
  EXPECT_EQ(last.up.text, "CREATE TABLE b ();");
  ASSERT_TRUE(last.down.has_value());
  EXPECT_EQ(last.down->text, "DROP TABLE b;");
  EXPECT_EQ(last.scope, TransactionScope::file);
  EXPECT_FALSE(history->migrations.front().down.has_value());
  EXPECT_THAT(history->ignored, ElementsAre("seed.sql"));
}

TEST(DieselTest, TakesTheTransactionFromMetadata) {
  const auto scope_with = [](const std::string& metadata) {
    MigrationFolder folder;
    folder.file("1_a/up.sql", "SELECT 1").file("1_a/metadata.toml", metadata);
    return read_history(folder.path(), "diesel")->migrations.at(0).scope;
  };
  EXPECT_EQ(scope_with("run_in_transaction = false\n"), TransactionScope::simple_query);
  EXPECT_EQ(scope_with("# a comment\n  run_in_transaction=true # yes\n"), TransactionScope::file);
  EXPECT_EQ(scope_with("# run_in_transaction = true\n"), TransactionScope::simple_query);
  EXPECT_EQ(scope_with(""), TransactionScope::simple_query);  // a file without the key means false
}

TEST(DieselTest, ReportsAllMistakesAtOnce) {
  MigrationFolder folder;
  folder.file("2024-01-01_a/up.sql", "").file("20240101_b/up.sql", "").file("2_c/down.sql", "");
  const auto history = read_history(folder.path(), "diesel");
  ASSERT_FALSE(history.ok());
  ASSERT_EQ(history.errors().size(), 2u);
  EXPECT_THAT(to_string(history.errors()[0]), HasSubstr("2_c: error: there is no up.sql"));
  EXPECT_THAT(to_string(history.errors()[1]), HasSubstr("2024-01-01_a and 20240101_b have the same version 20240101"));
}

TEST(GolangMigrateTest, OrdersByNumber) {
  MigrationFolder folder;
  folder.file("10_ten.up.sql", "").file("10_ten.down.sql", "").file("9_nine.up.sql", "").file("099_more.up.sql", "");
  folder.file("11_only.down.sql", "SELECT 1")
      .file("notes.sql", "")
      .file("12_no_direction.sql", "")
      .file(".13_x.up.sql", "");
  const auto history = read_history(folder.path(), "auto");
  ASSERT_TRUE(history.ok()) << only_error(history);
  EXPECT_EQ(history->format, "golang-migrate");
  EXPECT_THAT(versions(history->migrations), ElementsAre("9", "10", "11", "99"));
  EXPECT_EQ(history->migrations[0].scope, TransactionScope::simple_query);
  EXPECT_FALSE(history->migrations[0].down.has_value());
  EXPECT_TRUE(history->migrations[1].down.has_value());
  EXPECT_EQ(history->migrations[2].up.text, "");
  EXPECT_THAT(history->ignored, ElementsAre("12_no_direction.sql", "notes.sql"));
}

TEST(GolangMigrateTest, RefusesTwoFilesOfOneVersion) {
  MigrationFolder folder;
  folder.file("1_a.up.sql", "").file("01_b.up.sql", "").file("1_a.down.sql", "");
  EXPECT_THAT(only_error(read_history(folder.path(), "auto")),
              HasSubstr("01_b.up.sql and 1_a.up.sql have the same version 1"));
}

TEST(GolangMigrateTest, SkipsNumbersThatDoNotFit) {
  MigrationFolder folder;
  folder.file("18446744073709551615_max.up.sql", "").file("18446744073709551616_more.up.sql", "");
  EXPECT_THAT(versions(read_history(folder.path(), "auto")->migrations), ElementsAre("18446744073709551615"));
}

TEST(PlainTest, FindsTheWayBackBesideOrBelow) {
  MigrationFolder folder;
  folder.file("001_a.sql", "")
      .file("2-b.sql", "")
      .file("2-b.down.sql", "")
      .file("010_c.sql", "")
      .file("down/010_c.sql", "");
  const auto history = read_history(folder.path(), "plain");
  ASSERT_TRUE(history.ok()) << only_error(history);
  EXPECT_THAT(versions(history->migrations), ElementsAre("1", "2", "10"));
  EXPECT_FALSE(history->migrations[0].down.has_value());
  EXPECT_EQ(history->migrations[1].down->name, "2-b.down.sql");
  EXPECT_EQ(history->migrations[2].down->name, "down/010_c.sql");
  EXPECT_EQ(history->migrations[0].scope, TransactionScope::statement);
}

struct DetectCase {
  const char* name;
  const char* file;
  const char* text;
  const char* expected;  // the format, or a part of the error
};
void PrintTo(const DetectCase& one, std::ostream* out) { *out << one.name; }

class Detect : public ::testing::TestWithParam<DetectCase> {};

TEST_P(Detect, TellsTheTool) {
  MigrationFolder folder;
  folder.file(GetParam().file, GetParam().text);
  const auto history = read_history(folder.path(), "auto");
  EXPECT_THAT(history.ok() ? history->format : only_error(history), HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Detect,
    ::testing::Values(DetectCase{"diesel", "1_a/up.sql", "", "diesel"},
                      DetectCase{"golang_migrate", "1_a.up.sql", "", "golang-migrate"},
                      DetectCase{"plain", "1_a.sql", "", "plain"},
                      DetectCase{"prisma", "1_a/migration.sql", "", "Prisma"},
                      DetectCase{"drizzle", "meta/_journal.json", "{}", "Drizzle"},
                      DetectCase{"goose", "1_a.sql", "\n-- +goose Up\n", "goose"},
                      DetectCase{"dbmate", "1_a.sql", "-- migrate:up\n", "dbmate"},
                      DetectCase{"flyway", "V1__a.sql", "", "Flyway"},
                      DetectCase{"hasura", "1700000000000_a/up.sql", "", "Hasura"},
                      DetectCase{"mark_inside_a_line", "1_a.sql", "SELECT '-- migrate:up'", "plain"},
                      DetectCase{"no_sql", "README.md", "", "there is no SQL file in the migration folder"},
                      DetectCase{"other_names", "schema.sql", "", "none of the SQL files"}),
    [](const auto& test) { return test.param.name; });

TEST(ReadHistoryTest, ExplainsWhatItCannotRead) {
  MigrationFolder folder;
  EXPECT_THAT(only_error(read_history(folder.path(), "auto")), HasSubstr("the migration folder is empty"));
  EXPECT_THAT(only_error(read_history(folder.path("missing"), "auto")), HasSubstr("No such file or directory"));
  EXPECT_THAT(only_error(read_history(folder.path(), "deisel")), HasSubstr("did you mean 'diesel'?"));
  EXPECT_THAT(only_error(read_history(folder.path(), "diesel")), HasSubstr("there is no diesel migration"));
  folder.file("1_a.sql", std::string("SELECT\0 1", 9));
  EXPECT_THAT(only_error(read_history(folder.path(), "auto")), HasSubstr("1_a.sql: error: the file holds a NUL byte"));
}

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    for (const char* name : {"1_a", "2_b", "3_c", "20_d"}) folder_.file(std::string(name) + ".sql", "SELECT 1;");
    folder_.file("3_c.down.sql", "SELECT 2;");
    wanted_.folder = folder_.path();
  }
  MigrationFolder folder_;
  scenario::Migration wanted_;
};

TEST_F(PlanTest, RehearsesTheNewest) {
  const auto plan = plan_rehearsal(wanted_);
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(versions(plan->before), ElementsAre("1", "2", "3"));
  EXPECT_THAT(versions(plan->range), ElementsAre("20"));
}

TEST_F(PlanTest, RehearsesARange) {
  wanted_.last = 2;
  wanted_.scope = TransactionScope::batch;
  const auto plan = plan_rehearsal(wanted_);
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(versions(plan->before), ElementsAre("1", "2"));
  EXPECT_THAT(versions(plan->range), ElementsAre("3", "20"));
  EXPECT_EQ(plan->range[0].scope, TransactionScope::batch);
  EXPECT_EQ(plan->before[0].scope, TransactionScope::statement);
  EXPECT_THAT(without_down(plan->range), ElementsAre("20_d"));
}

TEST_F(PlanTest, RehearsesOneVersion) {
  for (const char* name : {"2", "002", "2_b"}) {
    wanted_.only = name;
    const auto plan = plan_rehearsal(wanted_);
    ASSERT_TRUE(plan.ok()) << only_error(plan);
    EXPECT_THAT(versions(plan->before), ElementsAre("1"));
    EXPECT_THAT(versions(plan->range), ElementsAre("2"));
  }
}

TEST_F(PlanTest, SaysWhatThereIsWhenTheVersionIsUnknown) {
  wanted_.only = "200";
  EXPECT_THAT(only_error(plan_rehearsal(wanted_)), HasSubstr("there is no migration with the version '200'"));
  EXPECT_THAT(only_error(plan_rehearsal(wanted_)), HasSubstr("did you mean '20'?"));
  wanted_.only = "nothing-like-it";
  EXPECT_THAT(only_error(plan_rehearsal(wanted_)), HasSubstr("the versions go from 1 to 20"));
  wanted_.only = "2";
  wanted_.last = 3;
  EXPECT_THAT(only_error(plan_rehearsal(wanted_)), HasSubstr("there are only 2"));
}

TEST_F(PlanTest, TakesTwoFiles) {
  scenario::Migration files;
  files.up_file = folder_.path("3_c.sql");
  files.down_file = folder_.path("3_c.down.sql");
  files.scope = TransactionScope::file;
  const auto plan = plan_rehearsal(files);
  ASSERT_TRUE(plan.ok()) << only_error(plan);
  EXPECT_EQ(plan->format, "files");
  EXPECT_THAT(plan->before, IsEmpty());
  ASSERT_EQ(plan->range.size(), 1u);
  EXPECT_EQ(plan->range[0].up.name, "3_c.sql");
  EXPECT_EQ(plan->range[0].down->text, "SELECT 2;");
  EXPECT_EQ(plan->range[0].scope, TransactionScope::file);
  files.down_file = folder_.path("nowhere.sql");
  EXPECT_THAT(only_error(plan_rehearsal(files)), HasSubstr("nowhere.sql: error: cannot read the file: No such file"));
}

}  // namespace
}  // namespace pgrehearse::migrate
