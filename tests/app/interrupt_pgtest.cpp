// Ctrl-C at any moment leaves no server and a run folder that can be read; after kill -9 the next run cleans up.
#include <gmock/gmock.h>

#include <csignal>

#include "harness/base/wait_until.hpp"
#include "tests/app/small_rehearsal.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;

// Until the program has said `text` on its way, or has ended.
void wait_for_text(base::Child& child, const std::string& log_path, const std::string& text) {
  base::wait_until(
      [&] {
        std::ifstream file(log_path);
        const std::string log{std::istreambuf_iterator<char>(file), {}};
        return log.find(text) != std::string::npos || !child.running();
      },
      60s);
}

// What shows on standard error when the stage before has ended, so that the named one is under way.
class Interrupted : public ::testing::TestWithParam<const char*> {};

TEST_P(Interrupted, LeavesNothingRunningAndAReadableRecord) {
  const SmallRehearsal small;
  const std::string log = small.folder().path("log");
  auto child = base::Child::start(small.command(small.run_arguments()), log);
  ASSERT_TRUE(child);
  wait_for_text(*child, log, GetParam());
  child->signal(SIGINT);
  const auto status = child->wait(30s);
  ASSERT_TRUE(status.has_value()) << "still running after 30 s";
  EXPECT_EQ(*status, 130) << small.folder().read("log");
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});

  const auto report = base::run(small.command({"report", small.output()}), 30s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->exit_status, 0) << report->err;
  EXPECT_NE(report->out.find("INCONCLUSIVE"), std::string::npos) << report->out;
}

INSTANTIATE_TEST_SUITE_P(Stages, Interrupted,
                         ::testing::Values("  server ", "  schema ", "Planning the rows", "Filling the tables",
                                           "production-like", "quiet pass: clone", "quiet pass: baseline",
                                           "quiet pass: up ", "quiet pass: down", "traffic pass: clone",
                                           "traffic pass: baseline", "traffic pass: up ", "traffic pass: after down"),
                         [](const auto& info) { return "stage" + std::to_string(info.index); });

class Killed : public ::testing::TestWithParam<const char*> {};

// And nothing of anyone else's: folders that only look like ours stay.
TEST_P(Killed, IsCleanedUpByTheDoctor) {
  const SmallRehearsal small;
  const std::string log = small.folder().path("log");
  auto child = base::Child::start(small.command(small.run_arguments()), log);
  ASSERT_TRUE(child);
  wait_for_text(*child, log, GetParam());
  child->signal(SIGKILL);
  ASSERT_EQ(child->wait(30s), 128 + SIGKILL) << "the test came too late";
  small.folder().write("servers/pgrehearse-lookalike/pgrehearse-cluster", "pgrehearse pid=1\n");
  small.folder().write("servers/pgrehearse-data-0123/key", "somebody's");

  const auto cleaned = base::run(small.command({"doctor", "--clean"}), 60s);
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(cleaned->exit_status, 0) << cleaned->out << cleaned->err;
  EXPECT_THAT(small.left_behind(), ::testing::UnorderedElementsAre(small.servers() + "/pgrehearse-lookalike",
                                                                   small.servers() + "/pgrehearse-data-0123"));
}

INSTANTIATE_TEST_SUITE_P(Stages, Killed,
                         ::testing::Values("  server ", "  schema ", "Filling the tables", "production-like",
                                           "quiet pass: up ", "traffic pass: up "),
                         [](const auto& info) { return "stage" + std::to_string(info.index); });

TEST(KilledOnce, IsCleanedUpByTheNextRun) {
  const SmallRehearsal small;
  const std::string log = small.folder().path("log");
  auto child = base::Child::start(small.command(small.run_arguments()), log);
  ASSERT_TRUE(child);
  wait_for_text(*child, log, "quiet pass: clone");
  child->signal(SIGKILL);
  ASSERT_EQ(child->wait(30s), 128 + SIGKILL);
  EXPECT_FALSE(std::filesystem::is_empty(small.servers())) << "the test came too late";

  const auto report = base::run(small.command({"report", small.output()}), 30s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->exit_status, 0) << report->err;

  auto arguments = small.run_arguments();
  arguments.back() = small.folder().path("second");
  const auto second = base::run(small.command(arguments), 120s);
  ASSERT_TRUE(second);
  EXPECT_NE(second->err.find("removed what a killed run had left"), std::string::npos) << second->err;
  EXPECT_EQ(small.left_behind(), std::vector<std::string>{});
}

}  // namespace
}  // namespace pgrehearse::app
