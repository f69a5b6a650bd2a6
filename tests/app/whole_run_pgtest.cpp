// What whole runs leave behind: the record, the summary, and the reports in the places where CI looks for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Json> lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<Json> values;
  for (std::string line; std::getline(stream, line);) values.push_back(Json::parse(line));
  return values;
}

std::vector<std::string> notices(const Json& summary) { return summary.at("notices"); }

// One run with flags alone, for all tests that look at it.
class FlagRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    small_ = new SmallRehearsal;
    folder().write("history/1_tables.up.sql", small_schema);
    folder().write("history/1_tables.down.sql", "DROP TABLE orders, users;\n");
    folder().write("history/2_nick.up.sql", "ALTER TABLE users ADD COLUMN nick text;\n");
    folder().write("history/2_nick.down.sql", "ALTER TABLE users DROP COLUMN nick;\n");
    folder().write("history/seed.sql", "INSERT INTO users (email) VALUES ('a@b');\n");
    auto command = small_->command({"run", "--migrations", folder().path("history"), "--rows", "2k", "--baseline",
                                    "500ms", "--settle", "500ms", "--output", small_->output()});
    command.environment.emplace("GITHUB_STEP_SUMMARY", folder().path("step.md"));
    const auto output = base::run(command, std::chrono::seconds(120));
    ASSERT_TRUE(output);
    exit_status_ = output->exit_status;
    err_ = output->err;
  }
  static void TearDownTestSuite() { delete std::exchange(small_, nullptr); }

  static const testing::TemporaryFolder& folder() { return small_->folder(); }
  static const Json& summary() {
    static const Json summary = Json::parse(folder().read("run/summary.json"));
    return summary;
  }

  static inline SmallRehearsal* small_ = nullptr;
  static inline int exit_status_ = -1;
  static inline std::string err_;
};

TEST_F(FlagRun, RehearsesQuietUnderTrafficAndBehindALongReader) {
  std::vector<std::string> names;
  for (const Json& pass : summary().at("passes")) names.push_back(pass.at("name"));
  EXPECT_THAT(names, ElementsAre("quiet", "traffic", "adversary:long-reader"));
  EXPECT_EQ(exit_status_, 1) << "the column waits behind the reader, and all others behind the column\n" << err_;
}

TEST_F(FlagRun, TellsWhichFilesWereNotTakenForMigrations) {
  EXPECT_THAT(notices(summary()), Contains("not taken for migrations: seed.sql"));
}

TEST_F(FlagRun, RecordsHowThePlanWasKept) {
  for (const Json& pass : summary().at("passes")) {
    ASSERT_EQ(pass.contains("delivery"), pass.at("name") != "quiet");
    if (!pass.contains("delivery")) continue;
    EXPECT_GT(pass.at("delivery").at("send_lag_ms").at("p99"), 0);
    EXPECT_GT(pass.at("delivery").at("cpu_s"), 0);
  }
}

TEST_F(FlagRun, CountsCheckpointsOfEachStatement) {
  for (const Json& statement : summary().at("passes").at(0).at("statements")) {
    EXPECT_GE(statement.at("checkpoints"), 0);
  }
}

TEST_F(FlagRun, CutsTheWindowsWhereTheLastPhaseEnds) {
  std::map<std::string, double> end;
  const auto events = lines(folder().read("run/events.jsonl")), windows = lines(folder().read("run/windows.jsonl"));
  for (const Json& event : events) {
    if (event.at("type") == "phase_end") end[event.at("pass")] = event.at("at_ms");
  }
  std::size_t after = 0;
  for (const Json& window : windows) {
    const double last = end.at(window.at("pass"));
    EXPECT_TRUE(window.at("end_ms") <= last || window.at("start_ms") >= last) << window;
    after += window.at("start_ms") >= last;
  }
  EXPECT_GT(after, 0u) << "the traffic is stopped after the last phase, so something follows it";
}

TEST_F(FlagRun, AppendsTheReportToTheStepSummary) {
  const std::string once = folder().read("step.md");
  EXPECT_THAT(once, HasSubstr("FAIL"));
  EXPECT_EQ(once, folder().read("run/report.md") + "\n");
  auto command = small_->command({"judge", small_->output()});
  command.environment.emplace("GITHUB_STEP_SUMMARY", folder().path("step.md"));
  ASSERT_TRUE(base::run(command, std::chrono::seconds(30)));
  EXPECT_EQ(folder().read("step.md"), once + once);
  command.environment["GITHUB_STEP_SUMMARY"] = folder().path("nowhere/step.md");
  const auto unwritable = base::run(command, std::chrono::seconds(30));
  ASSERT_TRUE(unwritable);
  EXPECT_EQ(unwritable->exit_status, 1) << "the verdict's";
  EXPECT_THAT(unwritable->err, HasSubstr("No such file or directory"));
}

TEST(AdversaryOfADroppedTable, StaysAwayWithANotice) {
  const SmallRehearsal small;
  const auto& folder = small.folder();
  folder.write("schema.sql", std::string(small_schema) + "CREATE TABLE audit (id bigserial PRIMARY KEY);\n");
  folder.write("up.sql", "DROP TABLE audit;\n");
  folder.write("down.sql", "CREATE TABLE audit (id bigserial PRIMARY KEY);\n");
  const auto output =
      base::run(small.command({"run", "--schema", folder.path("schema.sql"), "--up", folder.path("up.sql"), "--down",
                               folder.path("down.sql"), "--rows", "1k", "--baseline", "300ms", "--settle", "300ms",
                               "--pass", "quiet", "--pass", "long-reader", "--output", small.output()}),
                std::chrono::seconds(120));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_status, 1) << output->err;
  EXPECT_THAT(notices(Json::parse(folder.read("run/summary.json"))),
              Contains(HasSubstr("adversary:long-reader pass: down ran without an adversary")));
}

}  // namespace
}  // namespace pgrehearse::app
