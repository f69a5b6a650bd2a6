// Runs that end by kill -9, which nothing can clean up after but the next run.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "harness/base/wait_until.hpp"
#include "harness/provision/leftovers.hpp"
#include "harness/provision/local_cluster.hpp"
#include "harness/provision/postmaster.hpp"
#include "tests/provision/temporary_folder.hpp"

namespace pgrehearse::provision {
namespace {

bool soon(const std::function<bool()>& condition) { return base::wait_until(condition, std::chrono::seconds(20)); }

bool process_exists(pid_t pid) { return std::filesystem::exists("/proc/" + std::to_string(pid)); }

// A process that starts a cluster, tells its postmaster's id, and waits to be killed.
struct OwnerProcess {
  pid_t pid = 0, postmaster = 0;

  explicit OwnerProcess(const std::string& temp_folder) {
    int pipe[2];
    if (::pipe(pipe) != 0) throw std::runtime_error("no pipe");
    pid = ::fork();
    if (pid == 0) live(temp_folder, pipe[1]);
    ::close(pipe[1]);
    if (::read(pipe[0], &postmaster, sizeof postmaster) != sizeof postmaster) postmaster = 0;
    ::close(pipe[0]);
  }

 private:
  [[noreturn]] static void live(const std::string& temp_folder, int pipe) {
    ServerOptions options;
    options.temp_folder = temp_folder;
    options.label = "to be killed";
    options.server.settings = {{"shared_buffers", "32MB"}};
    auto cluster = LocalCluster::start(options);
    const pid_t postmaster = cluster ? cluster.value()->postmaster_pid().value_or(0) : 0;
    if (::write(pipe, &postmaster, sizeof postmaster) > 0) ::pause();
    ::_exit(1);
  }
};

TEST(KilledRunTest, LosesItsServerAtOnceAndItsFolderAtTheNextRun) {
  TemporaryFolder temp;
  const OwnerProcess run(temp.path());
  ASSERT_GT(run.postmaster, 0);
  EXPECT_TRUE(sweep_leftovers(temp.path()).removed.empty()) << "it still runs";

  ::kill(run.pid, SIGKILL);
  ::waitpid(run.pid, nullptr, 0);
  EXPECT_TRUE(soon([&] { return !process_exists(run.postmaster); }));
  EXPECT_FALSE(temp.empty());

  const Sweep sweep = sweep_leftovers(temp.path());
  ASSERT_EQ(sweep.removed.size(), 1u);
  EXPECT_EQ(sweep.removed[0].owner.label, "to be killed");
  EXPECT_TRUE(temp.empty());
}

// Where the kernel's signal did not come: the server outlives its owner.
TEST(KilledRunTest, LosesAServerThatStillRuns) {
  TemporaryFolder temp;
  Owner owner = this_process("owner gone");
  owner.start = "1";
  const ServerUser user = choose_server_user().value();
  const Layout layout{make_private_folder(temp.path(), user, owner).value()};
  const Binaries binaries = find_binaries("").value();
  Postmaster postmaster(binaries, user, layout);
  ASSERT_TRUE(postmaster.initialise("secret", nullptr).ok());
  const Fixed fixed{.socket_folder = layout.folder,
                    .listen_addresses = "",
                    .log_folder = layout.log(),
                    .major = binaries.major,
                    .statements_library = false};
  ASSERT_TRUE(postmaster.configure(server_settings(Mode::relaxed, {{"shared_buffers", "32MB"}}, fixed, 1 << 30)).ok());
  const postgres::Target target{layout.folder, 5432, "postgres", "pgrehearse", "secret", "", {}, {}};
  ASSERT_TRUE(postmaster.start(target, std::chrono::seconds(60), nullptr).ok());

  EXPECT_EQ(sweep_leftovers(temp.path()).removed.size(), 1u);
  EXPECT_TRUE(temp.empty());
  EXPECT_FALSE(postgres::Session::open(target).ok());
}

}  // namespace
}  // namespace pgrehearse::provision
