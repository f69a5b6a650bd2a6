// A run with production's settings: what the server had, and what the report says of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

base::Output quiet_run(const SmallRehearsal& small, const std::vector<std::string>& more) {
  auto arguments = small.quiet_arguments();
  arguments.insert(arguments.end(), more.begin(), more.end());
  return small.run(std::move(arguments));
}

TEST(SettingsFrom, AFileGoesUnderTheScenariosOwn) {
  const SmallRehearsal small;
  const std::string file = small.folder().write("production.conf",
                                                "work_mem = '13MB'\nrandom_page_cost = 1.25\nport = 5433\n"
                                                "shared_buffers = '64TB'\nsynchronous_standby_names = 'a'\n"
                                                "no_such_setting = 5\nautovacuum_naptime = '10000d'\n");
  const auto output = quiet_run(small, {"--settings-from", file, "--setting", "random_page_cost=2.5"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const Json summary = Json::parse(small.folder().read("run/summary.json"));
  EXPECT_EQ(summary.at("server").at("settings").at("work_mem"), "13MB");
  EXPECT_EQ(summary.at("server").at("settings").at("random_page_cost"), "2.5") << "the scenario's own wins";
  const std::vector<std::string> notices = summary.at("notices");
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("settings taken from"), HasSubstr("work_mem = 13MB"))));
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("shared_buffers = 64TB"), HasSubstr("does not fit"))));
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("synchronous_standby_names"), HasSubstr("would wait"))));
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("no_such_setting = 5"), HasSubstr("unrecognized configuration"))));
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("autovacuum_naptime = 10000d"), HasSubstr("outside the valid range"))));
}

TEST(SettingsFrom, AMistakeInTheScenariosOwnStaysAnError) {
  const SmallRehearsal small;
  const std::string file = small.folder().write("production.conf", "work_mem = '13MB'\n");
  const auto output = quiet_run(small, {"--settings-from", file, "--setting", "no_such_setting=5"});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, HasSubstr("no_such_setting"));
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
}

TEST(SettingsFrom, AFileThatIsNoneIsAUsageError) {
  const SmallRehearsal small;
  const std::string file = small.folder().write("production.conf", "work_mem = 'open\n");
  const auto output = quiet_run(small, {"--settings-from", file});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, HasSubstr("production.conf:1:"));
}

}  // namespace
}  // namespace pgrehearse::app
