#include "harness/base/subprocess.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace pgrehearse::base {
namespace {

using namespace std::chrono_literals;

TEST(Run, ReturnsOutputAndStatus) {
  const auto output = run({.arguments = {"sh", "-c", "echo out; echo err >&2; exit 3"}}, 10s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit_status, 3);
  EXPECT_EQ(output->out, "out\n");
  EXPECT_EQ(output->err, "err\n");
}

TEST(Run, PassesArgumentsWithoutAShell) {
  const auto output = run({.arguments = {"printf", "%s", "a b;$(id)'\"*"}}, 10s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "a b;$(id)'\"*");
}

TEST(Run, AddsToTheEnvironment) {
  const auto output = run({.arguments = {"sh", "-c", "printf %s \"$PGR_X\""}, .environment = {{"PGR_X", "1 2"}}}, 10s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "1 2");
}

TEST(Run, TakesMoreOutputThanAPipeHolds) {
  const auto output = run({.arguments = {"sh", "-c", "head -c 3000000 /dev/zero; head -c 200000 /dev/zero >&2"}}, 10s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out.size(), 3'000'000u);
  EXPECT_EQ(output->err.size(), 200'000u);
}

TEST(FindProgram, PassesOverFoldersThatCannotBeLookedInto) {
  const std::string before = std::getenv("PATH");
  const std::string impossible =
      "/" + std::string(5000, 'x');  // an error even for root, as a forbidden one is for others
  ::setenv("PATH", (impossible + ":/etc/passwd:" + before).c_str(), 1);
  const auto found = find_program("sh");
  ::setenv("PATH", before.c_str(), 1);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->ends_with("/sh"));
}

TEST(Run, SaysWhichProgramIsMissing) {
  const auto output = run({.arguments = {"no-such-program-here"}}, 10s);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.errors()[0].kind, ErrorKind::environment);
  EXPECT_EQ(output.errors()[0].message, "cannot start no-such-program-here: not found");
}

TEST(Run, KillsWhatDoesNotEndInTime) {
  const auto output = run({.arguments = {"sleep", "600"}}, 50ms);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.errors()[0].message, "sleep did not end in time and was killed");
}

TEST(Run, StopsWhenCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  const auto output = run({.arguments = {"sleep", "600"}}, 600s, &cancellation);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.errors()[0].kind, ErrorKind::interrupted);
}

TEST(Child, IsSignalledAndWaitedFor) {
  auto child = Child::start({.arguments = {"sleep", "600"}}, "/dev/null");
  ASSERT_TRUE(child);
  EXPECT_TRUE(child->running());
  EXPECT_EQ(child->wait(1ms), std::nullopt);
  child->signal(SIGTERM);
  EXPECT_EQ(child->wait(10s), 128 + SIGTERM);
  EXPECT_FALSE(child->running());
}

TEST(Child, DiesWithItsOwner) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    auto child = Child::start({.arguments = {"sleep", "600"}}, "/dev/null");
    const pid_t pid = child ? child->pid() : -1;
    if (::write(pipe_ends[1], &pid, sizeof pid) < 0) ::_exit(1);
    for (;;) ::pause();
  }
  pid_t pid = -1;
  ASSERT_EQ(::read(pipe_ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  // setpriv has replaced itself with sleep once the name says so: from then on the death signal is set.
  const auto command = [&] {
    std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
    std::string name;
    std::getline(file, name);
    return name;
  };
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (command() != "sleep" && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  const auto gone = [&] {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string stat;
    std::getline(file, stat);
    return stat.empty() || stat.find(") Z") != std::string::npos;
  };
  while (!gone() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(gone());
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

}  // namespace
}  // namespace pgrehearse::base
