// The built program looks at this machine, and removes what killed runs left behind and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/base/wait_until.hpp"
#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

base::Output doctor(const SmallRehearsal& small, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), "doctor");
  return small.run(std::move(arguments));
}

Json doctor_json(const SmallRehearsal& small, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.end(), {"--format", "json"});
  return Json::parse(doctor(small, std::move(arguments)).out);
}

TEST(Doctor, FindsTheServerOfTheseTests) {
  const SmallRehearsal small;
  const auto text = doctor(small);
  EXPECT_EQ(text.exit_status, 0) << text.out << text.err;
  EXPECT_THAT(text.out, HasSubstr(" READY"));
  const Json json = doctor_json(small);
  EXPECT_TRUE(json.at("ready").get<bool>());
  EXPECT_GE(json.at("servers").at(0).at("major"), 14);
  EXPECT_EQ(json.at("disk").at("folder"), small.servers());
  EXPECT_GT(json.at("disk").at("free_bytes"), 0);
  EXPECT_GT(json.at("machine").at("cores"), 0);
  EXPECT_GT(json.at("clock").at("late_ms").at("p99"), 0);
}

TEST(Doctor, SaysWhetherTheDataFits) {
  const SmallRehearsal small;
  const std::vector<std::string> scenario{"--schema", small.folder().path("schema.sql"), "--up",
                                          small.folder().path("up.sql"), "--rows"};
  auto few = scenario, many = scenario;
  few.emplace_back("1k");
  many.emplace_back("1000G");
  EXPECT_EQ(doctor_json(small, few).at("disk").at("rows"), 2000) << "two tables";
  const auto no_room = doctor(small, many);
  EXPECT_EQ(no_room.exit_status, 4);
  EXPECT_THAT(no_room.out, HasSubstr("are needed"));
  EXPECT_EQ(doctor(small, {"nowhere.yaml"}).exit_status, 2);
}

TEST(Doctor, CleansUpAfterAKilledRunAndTouchesNoLookAlike) {
  const SmallRehearsal small;
  const std::string log = small.folder().path("log");
  auto child = base::Child::start(small.command(small.run_arguments()), log);
  ASSERT_TRUE(child);
  base::wait_until(
      [&] { return small.folder().read("log").find("quiet pass") != std::string::npos || !child->running(); }, 60s);
  child->signal(SIGKILL);
  ASSERT_EQ(child->wait(30s), 128 + SIGKILL);
  small.folder().write("servers/pgrehearse-mine/notes.txt", "precious");

  const Json found = doctor_json(small);
  ASSERT_EQ(found.at("leftovers").size(), 1u) << found;
  const std::string name = found.at("leftovers").at(0).at("name");
  EXPECT_TRUE(std::filesystem::exists(name)) << "looking removes nothing";

  const Json cleaned = doctor_json(small, {"--clean"});
  EXPECT_EQ(cleaned.at("leftovers").size(), 0u);
  EXPECT_THAT(cleaned.at("removed").get<std::vector<std::string>>(), Contains(name));
  EXPECT_FALSE(std::filesystem::exists(name));
  EXPECT_EQ(small.folder().read("servers/pgrehearse-mine/notes.txt"), "precious");
}

}  // namespace
}  // namespace pgrehearse::app
