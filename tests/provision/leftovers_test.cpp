#include "harness/provision/leftovers.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/provision/temporary_folder.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;

// A process that has ended.
Owner dead_owner() {
  int start_pipe[2];
  if (::pipe(start_pipe) != 0) throw std::runtime_error("no pipe");
  const pid_t pid = ::fork();
  if (pid == 0) {
    const std::string start = this_process("").start;
    ::_exit(::write(start_pipe[1], start.data(), start.size()) > 0 ? 0 : 1);
  }
  char start[64];
  const auto length = ::read(start_pipe[0], start, sizeof start);
  ::waitpid(pid, nullptr, 0);
  ::close(start_pipe[0]);
  ::close(start_pipe[1]);
  Owner owner = this_process("killed run");
  owner.pid = pid;
  owner.start = std::string(start, static_cast<std::size_t>(length));
  return owner;
}

class LeftoversTest : public ::testing::Test {
 protected:
  std::string make(const Owner& owner) { return make_private_folder(temp.path(), ourselves(), owner).value(); }
  TemporaryFolder temp;
};

TEST_F(LeftoversTest, AFolderIsPrivateAndMarked) {
  const std::string folder = make(this_process("my run"));
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  const auto owner = read_marker(folder);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, ::getpid());
  EXPECT_EQ(owner->label, "my run");
  EXPECT_TRUE(owner->alive());
}

TEST_F(LeftoversTest, TheFolderOfALivingOwnerStays) {
  const std::string folder = make(this_process(""));
  EXPECT_TRUE(sweep_leftovers(temp.path()).removed.empty());
  EXPECT_TRUE(fs::exists(folder));
}

TEST_F(LeftoversTest, TheFolderOfADeadOwnerGoes) {
  const std::string folder = make(dead_owner());
  fs::create_directories(folder + "/data/base");
  const Sweep sweep = sweep_leftovers(temp.path());
  ASSERT_EQ(sweep.removed.size(), 1u);
  EXPECT_EQ(sweep.removed[0].name, folder);
  EXPECT_EQ(sweep.removed[0].owner.label, "killed run");
  EXPECT_TRUE(sweep.failures.empty());
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(LeftoversTest, AProcessIdUsedAgainIsNotTheOwner) {
  Owner owner = this_process("");
  owner.start = "1";
  EXPECT_FALSE(owner.alive());
  make(owner);
  EXPECT_EQ(find_leftovers(temp.path()).size(), 1u);
}

TEST_F(LeftoversTest, AnOwnerInAnotherContainerIsNotJudged) {
  Owner owner = dead_owner();
  owner.name_space = "pid:[1]";
  make(owner);
  EXPECT_TRUE(find_leftovers(temp.path()).empty());
}

TEST_F(LeftoversTest, LookAlikesStay) {
  fs::create_directory(temp.path() + "/pgrehearse-nomark");
  const std::string foreign = temp.path() + "/pgrehearse-foreig";
  fs::create_directory(foreign);
  std::ofstream(foreign + "/pgrehearse-cluster") << "something else\npid=1\nstart=1\n";
  const std::string torn = make(dead_owner());
  fs::resize_file(torn + "/pgrehearse-cluster", 30);
  const std::string original = make(dead_owner());
  fs::rename(original, temp.path() + "/original");
  fs::create_directory_symlink(temp.path() + "/original", temp.path() + "/pgrehearse-linked");

  EXPECT_TRUE(sweep_leftovers(temp.path()).removed.empty());
  for (const char* name : {"/pgrehearse-nomark", "/pgrehearse-foreig", "/original/pgrehearse-cluster"}) {
    EXPECT_TRUE(fs::exists(temp.path() + name)) << name;
  }
  EXPECT_TRUE(fs::exists(torn));
}

TEST_F(LeftoversTest, AMarkerOfAnotherUserStays) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const std::string folder = make(dead_owner());
  ASSERT_EQ(::chown((folder + "/pgrehearse-cluster").c_str(), 12345, 12345), 0);
  EXPECT_TRUE(find_leftovers(temp.path()).empty());
}

TEST_F(LeftoversTest, AMissingTemporaryFolderHoldsNothing) {
  EXPECT_TRUE(find_leftovers(temp.path() + "/missing").empty());
}

TEST_F(LeftoversTest, SaysWhyAFolderCannotBeMade) {
  const auto made = make_private_folder(temp.path() + "/missing", ourselves(), this_process(""));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.errors()[0].kind, base::ErrorKind::environment);
  EXPECT_THAT(made.errors()[0].message, ::testing::HasSubstr("No such file or directory"));
  EXPECT_THAT(made.errors()[0].hint, ::testing::HasSubstr("TMPDIR"));
}

}  // namespace
}  // namespace pgrehearse::provision
