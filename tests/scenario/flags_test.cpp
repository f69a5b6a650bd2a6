#include "harness/scenario/flags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using namespace std::chrono_literals;
using testing::Files;
using ::testing::HasSubstr;
using testing::messages;
using testing::value_of;

TEST(Flags, AloneMakeAScenario) {
  const Files files;
  Flags flags;
  flags.migrations = files.path("migrations");
  flags.rows = {"1M", "users=2M", "orders=10 per users"};
  flags.last = "3";
  flags.rate = "2k/s";
  flags.scripts = {files.path("read.sql") + "@8"};
  flags.passes = {"quiet", "long-reader"};
  flags.settings = {"shared_buffers=1GB"};
  flags.gates = {"max_stall=2s", "error_rate=off"};
  const Scenario scenario = value_of(from_flags(flags));
  EXPECT_EQ(scenario.name, "migrations");
  EXPECT_EQ(scenario.file, "");
  EXPECT_EQ(scenario.migration.folder, files.path("migrations"));
  EXPECT_EQ(scenario.migration.last, 3);
  EXPECT_EQ(scenario.data.default_rows, 1'000'000u);
  ASSERT_EQ(scenario.data.tables.size(), 2u);
  EXPECT_EQ(scenario.data.tables[0].rows->number, 2e6);
  EXPECT_EQ(scenario.data.tables[1].rows->per_table, "users");
  EXPECT_EQ(scenario.traffic.rate_per_s, 2000);
  EXPECT_EQ(scenario.traffic.scripts.at(0).name, "read");
  EXPECT_EQ(scenario.traffic.scripts.at(0).weight, 8);
  EXPECT_FALSE(scenario.traffic_pass);
  EXPECT_EQ(scenario.adversaries.at(0).name, "long-reader");
  EXPECT_EQ(scenario.server.settings.at("shared_buffers"), "1GB");
  EXPECT_EQ(scenario.gates.max_stall, 2s);
  EXPECT_FALSE(scenario.gates.error_rate);
  EXPECT_EQ(scenario.gates.lock_wait, 500ms);
}

TEST(Flags, AloneRehearseBehindALongReaderToo) {
  const Files files;
  Flags flags;
  flags.up = files.path("up.sql");
  const Scenario scenario = value_of(from_flags(flags));
  EXPECT_TRUE(scenario.quiet_pass && scenario.traffic_pass);
  ASSERT_EQ(scenario.adversaries.size(), 1u);
  EXPECT_EQ(scenario.adversaries[0].kind, Adversary::Kind::long_reader);
  EXPECT_TRUE(value_of(files.read("migration: {up: up.sql}\n", Flags{})).adversaries.empty())
      << "a file says itself which it wants";
  flags.passes = {"quiet", "traffic"};
  EXPECT_TRUE(value_of(from_flags(flags)).adversaries.empty());
}

TEST(Flags, PathsStartAtTheWorkingFolder) {
  const Files files;
  Flags flags;
  flags.migrations = std::filesystem::relative(files.path("migrations")).string();
  EXPECT_EQ(value_of(from_flags(flags)).migration.folder, files.path("migrations"));
}

TEST(Flags, OverrideTheFileAndItsVariant) {
  const Files files;
  Flags flags;
  flags.variant = "b";
  flags.rows = {"users=5"};
  flags.gates = {"max_stall=9s"};
  flags.scripts = {files.path("read.sql")};
  flags.up = files.path("down.sql");
  const Scenario scenario = value_of(files.read(R"(migration: {folder: migrations, last: 2}
tables: {public.users: {rows: 1M, columns: {a: {values: [x]}}}}
traffic: {scripts: {old: {sql: SELECT 1}}}
variants: {a: {}, b: {gates: {max_stall: 1s, lock_wait: 3s}}}
)",
                                                flags));
  EXPECT_EQ(scenario.variant, "b");
  EXPECT_EQ(scenario.migration.folder, "");
  EXPECT_EQ(scenario.migration.up_file, files.path("down.sql"));
  ASSERT_EQ(scenario.data.tables.size(), 1u) << "users and public.users are one table";
  EXPECT_EQ(scenario.data.tables[0].rows->number, 5);
  EXPECT_EQ(scenario.data.tables[0].columns.size(), 1u);
  EXPECT_EQ(scenario.gates.max_stall, 9s);
  EXPECT_EQ(scenario.gates.lock_wait, 3s);
  ASSERT_EQ(scenario.traffic.scripts.size(), 1u) << "scripts given by flags replace those of the file";
  EXPECT_EQ(scenario.traffic.scripts[0].name, "read");
}

TEST(Flags, AClosedLoopForgetsTheRateOfTheFile) {
  const Files files;
  Flags flags;
  flags.loop = "closed";
  EXPECT_EQ(value_of(files.read("migration: {up: up.sql}\ntraffic: {rate: 5/s}\n", flags)).traffic.loop,
            Traffic::Loop::closed);
}

struct FlagMistake {
  std::optional<std::string> Flags::*single;
  std::vector<std::string> Flags::*several;
  const char* value;
  const char* flag;
  const char* message;
};
void PrintTo(const FlagMistake& mistake, std::ostream* out) { *out << mistake.message; }

FlagMistake one(std::optional<std::string> Flags::*flag, const char* value, const char* name, const char* message) {
  return {flag, nullptr, value, name, message};
}
FlagMistake of_many(std::vector<std::string> Flags::*flag, const char* value, const char* name, const char* message) {
  return {nullptr, flag, value, name, message};
}

class FlagMistakes : public ::testing::TestWithParam<FlagMistake> {};

TEST_P(FlagMistakes, NameTheFlag) {
  const Files files;
  Flags flags;
  if (GetParam().single != &Flags::migrations) flags.up = files.path("up.sql");
  if (GetParam().single) flags.*GetParam().single = GetParam().value;
  if (GetParam().several) (flags.*GetParam().several) = {GetParam().value};
  const auto result = from_flags(flags);
  ASSERT_FALSE(result);
  ASSERT_EQ(result.errors().size(), 1u) << messages(result.errors());
  EXPECT_THAT(to_string(result.errors()[0]), ::testing::StartsWith(std::string(GetParam().flag) + ": error: "));
  EXPECT_THAT(result.errors()[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, FlagMistakes,
    ::testing::Values(of_many(&Flags::rows, "100x", "--rows", "unknown unit 'x'"),
                      of_many(&Flags::rows, "users=", "--rows", "found empty text"),
                      of_many(&Flags::rows, "=5", "--rows", "'=5' is not name=value"),
                      one(&Flags::rate, "500", "--rate", "'500' is not a rate"),
                      one(&Flags::clients, "0", "--clients", "from 1 to 1000"),
                      one(&Flags::seed, "", "--seed", "found empty text"),
                      one(&Flags::baseline, "5", "--baseline", "'5' has no unit"),
                      one(&Flags::lock_timeout, "200", "--lock-timeout", "'200' has no unit"),
                      one(&Flags::transaction, "files", "--transaction", "found 'files'"),
                      one(&Flags::only, "3", "--only", "belongs to a folder of migrations"),
                      one(&Flags::migrations, "/nowhere/db", "--migrations", "'/nowhere/db' does not exist"),
                      one(&Flags::variant, "safe", "--variant", "the scenario has no variants"),
                      one(&Flags::postgres_bin, "/nowhere", "--postgres-bin", "does not exist"),
                      of_many(&Flags::schema, "/nowhere.sql", "--schema", "does not exist"),
                      of_many(&Flags::scripts, "/nowhere.sql@2", "--script", "does not exist"),
                      of_many(&Flags::passes, "loud", "--pass", "'loud' is no pass"),
                      of_many(&Flags::settings, "fsync", "--setting", "is not name=value"),
                      of_many(&Flags::gates, "max_stall=500", "--gate", "gates.max_stall: '500' has no unit"),
                      of_many(&Flags::gates, "max_stal=5s", "--gate", "gates: unknown key 'max_stal'")),
    [](const auto& info) { return std::to_string(info.index); });

TEST(Flags, WithoutAMigrationSayWhatToGive) {
  const auto result = from_flags({});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors()[0].message, "no migration is named");
  EXPECT_THAT(result.errors()[0].hint, HasSubstr("--migrations"));
}

TEST(Flags, AnUnknownVariantListsTheKnownOnes) {
  const Files files;
  Flags flags;
  flags.variant = "sefa";
  const auto result = files.read("migration: {up: up.sql}\nvariants: {risky: {}, safe: {}}\n", flags);
  ASSERT_FALSE(result);
  EXPECT_EQ(messages(result.errors()),
            "--variant: error: the scenario has no variant 'sefa'\n  hint: its variants are risky, safe\n");
}

TEST(ChangeGates, ChangesWhatIsNamed) {
  Gates gates;
  gates.migration_duration = 7s;
  const auto changed = change_gates(gates, {"max_stall=2s", "lock_wait=off", "response_p99=4x"});
  ASSERT_TRUE(changed) << messages(changed.errors());
  EXPECT_EQ(changed->max_stall, 2s);
  EXPECT_FALSE(changed->lock_wait);
  EXPECT_EQ(changed->response_p99_ratio, 4);
  EXPECT_EQ(changed->migration_duration, 7s);
  EXPECT_EQ(changed->error_rate, Gates{}.error_rate);
}

TEST(ChangeGates, WithoutChangesKeepsThem) { EXPECT_EQ(change_gates({}, {})->max_stall, Gates{}.max_stall); }

TEST(ChangeGates, NamesTheFlag) {
  const auto result = change_gates({}, {"max_stall=fast", "stall=1s"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors().size(), 2u);
  EXPECT_EQ(result.errors()[0].place.file, "--gate");
}

}  // namespace
}  // namespace pgrehearse::scenario
