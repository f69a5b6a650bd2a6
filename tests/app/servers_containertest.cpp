// The same rehearsal on a private cluster, in a container and on an existing server finds the same; and what a killed
// one leaves in a container is removed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/base/wait_until.hpp"
#include "harness/provision/leftovers.hpp"
#include "tests/app/essence.hpp"
#include "tests/app/small_rehearsal.hpp"
#include "tests/support/containers.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

class Servers : public ::testing::Test {
 protected:
  void SetUp() override { PGR_NEEDS_CONTAINERS(); }

  // A run that has one certain outcome: the index without CONCURRENTLY holds its lock for no time at 5k rows, so that
  // the gates that count are those of the cycle.
  Json summary_on(const std::string& name, std::vector<std::string> server) {
    std::vector<std::string> arguments = small.run_arguments();
    arguments.back() = small.folder().path(name);
    arguments.insert(arguments.end(), server.begin(), server.end());
    const auto run = base::run(small.command(arguments), 180s);
    if (!run) return {};
    EXPECT_EQ(run->exit_status, 1) << run->out << run->err;
    return Json::parse(small.folder().read(name + "/summary.json"), nullptr, false);
  }

  SmallRehearsal small;
};

TEST_F(Servers, OfAllKindsGiveTheSameFindings) {
  small.folder().write("down.sql", "DROP INDEX orders_note_idx;\n");
  const testing::ScratchDatabase database;
  const std::string url = database.target().connection_string();

  const Json local = summary_on("local", {"--server", "local"});
  const Json container = summary_on("container", {"--server", "container", "--image", testing::container_image()});
  const Json existing = summary_on("existing", {"--server", url});
  ASSERT_EQ(local["server"]["provider"], "local");
  ASSERT_EQ(container["server"]["provider"], "container");
  ASSERT_EQ(existing["server"]["provider"], "existing");
  EXPECT_EQ(essence(local)["verdict"], "fail");
  EXPECT_EQ(essence(local), essence(container)) << Json::diff(essence(local), essence(container)).dump(1);
  EXPECT_EQ(essence(local), essence(existing)) << Json::diff(essence(local), essence(existing)).dump(1);

  const std::string manifest =
      small.folder().read("existing/manifest.json") + small.folder().read("existing/summary.json");
  EXPECT_EQ(manifest.find(database.target().password), std::string::npos) << "the record holds the password";
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
}

class KilledInAContainer : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { PGR_NEEDS_CONTAINERS(); }
};

TEST_P(KilledInAContainer, IsCleanedUp) {
  const SmallRehearsal small;
  const std::string log = small.folder().path("log");
  std::vector<std::string> arguments = small.run_arguments();
  for (const std::string& word :
       {std::string("--server"), std::string("container"), std::string("--image"), testing::container_image()}) {
    arguments.push_back(word);
  }
  auto child = base::Child::start(small.command(arguments), log);
  ASSERT_TRUE(child);
  base::wait_until(
      [&] { return small.folder().read("log").find(GetParam()) != std::string::npos || !child->running(); }, 60s);
  child->signal(SIGKILL);
  ASSERT_EQ(child->wait(30s), 128 + SIGKILL) << "the test came too late: " << small.folder().read("log");

  const auto cleaned = base::run(small.command({"doctor", "--clean"}), 60s);
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(cleaned->exit_status, 0) << cleaned->out << cleaned->err;
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
  const auto left = provision::find_left_containers(testing::container_engine());
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->empty());
}

INSTANTIATE_TEST_SUITE_P(Stages, KilledInAContainer,
                         ::testing::Values("  server ", "  schema ", "Filling the tables", "production-like",
                                           "quiet pass: up ", "traffic pass: up "),
                         [](const auto& info) { return "stage" + std::to_string(info.index); });

}  // namespace
}  // namespace pgrehearse::app
