// Private clusters as their users see them.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/base/files.hpp"
#include "harness/provision/leftovers.hpp"
#include "harness/provision/local_cluster.hpp"
#include "tests/provision/temporary_folder.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

ServerOptions small_cluster(const TemporaryFolder& temp) {
  ServerOptions options;
  options.temp_folder = temp.path();
  options.label = "a test";
  options.server.settings = {{"shared_buffers", "32MB"}, {"work_mem", "7MB"}};
  return options;
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string only_file_in(const std::string& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".log") return entry.path();
  }
  return "";
}

// The postmaster and its children, by /proc/<pid>/stat: other users' working folders are not for every root to read.
std::vector<pid_t> family_of(pid_t postmaster) {
  std::vector<pid_t> family{postmaster};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string stat = base::read_file(entry.path() / "stat").value_or("");
    char state = 0;
    int parent = 0;
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos || std::sscanf(stat.c_str() + name_end + 1, " %c %d", &state, &parent) != 2)
      continue;
    if (parent == postmaster) family.push_back(std::atoi(stat.c_str()));
  }
  return family;
}

bool any_lives(const std::vector<pid_t>& processes) {
  return std::any_of(processes.begin(), processes.end(),
                     [](pid_t pid) { return ::kill(pid, 0) == 0 || errno == EPERM; });
}

// One cluster for all tests that leave it as they found it.
class LocalClusterTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    temp = new TemporaryFolder;
    auto started = LocalCluster::start(small_cluster(*temp));
    if (!started) FAIL() << to_string(started.errors()[0]);
    cluster = std::move(started).value().release();
  }
  static void TearDownTestSuite() {
    delete cluster;
    delete temp;
  }

  static std::unique_ptr<postgres::Session> open(const postgres::Target& target) {
    return postgres::Session::open(target).value();
  }
  static std::string show(const postgres::Target& target, const std::string& setting) {
    return open(target)->query("SHOW " + setting).string(0, 0);
  }

  static inline TemporaryFolder* temp = nullptr;
  static inline LocalCluster* cluster = nullptr;
};

TEST_F(LocalClusterTest, RunsUnprivilegedAndApartFromTheTerminal) {
  const pid_t pid = cluster->postmaster_pid().value();
  struct stat status {};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(pid)).c_str(), &status), 0);
  EXPECT_NE(status.st_uid, 0u);
  EXPECT_NE(::getsid(pid), ::getsid(0));
}

TEST_F(LocalClusterTest, IsReachableByItsSocketAndWithAPasswordOnly) {
  EXPECT_EQ(show(cluster->target("postgres"), "listen_addresses"), "");
  EXPECT_EQ(fs::status(cluster->folder()).permissions(), fs::perms::owner_all);
  postgres::Target target = cluster->target("postgres");
  target.password = "guess";
  EXPECT_FALSE(postgres::Session::open(target).ok());
}

TEST_F(LocalClusterTest, KeepsPasswordsOutOfSight) {
  const auto session = open(cluster->target("postgres"));
  for (const auto& target : {cluster->target("x"), cluster->traffic_target("x"), cluster->migration_target("x")}) {
    ASSERT_GE(target.password.size(), 32u);
    const auto seen =
        session->query("SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%' || $1 || '%'", {target.password});
    EXPECT_EQ(seen.integer(0, 0), 0);
    for (const auto& entry : fs::recursive_directory_iterator(cluster->folder() + "/log")) {
      EXPECT_THAT(content(entry.path()), Not(HasSubstr(target.password)));
    }
  }
  EXPECT_FALSE(fs::exists(cluster->folder() + "/password"));
}

TEST_F(LocalClusterTest, GivesEachRoleItsRights) {
  ASSERT_TRUE(cluster->create("roles").ok());
  const auto migration = open(cluster->migration_target("roles"));
  migration->query(
      "CREATE SCHEMA s; CREATE TABLE s.t (n int); ALTER TABLE s.t ENABLE ROW LEVEL SECURITY; "
      "INSERT INTO s.t VALUES (1)");
  const auto traffic = open(cluster->traffic_target("roles"));
  EXPECT_EQ(traffic->query("UPDATE s.t SET n = 2").affected(), 1u);
  EXPECT_EQ(traffic->attempt("DROP TABLE s.t")->sqlstate(), "42501");
  EXPECT_EQ(show(cluster->traffic_target("roles"), "deadlock_timeout"), "10ms");
  EXPECT_EQ(show(cluster->migration_target("roles"), "deadlock_timeout"), "1s");
  EXPECT_TRUE(cluster->drop("roles").ok()) << "with sessions in it";
  EXPECT_TRUE(cluster->drop("roles").ok()) << "when it is gone";
}

TEST_F(LocalClusterTest, LogsTheTrafficsLockWaits) {
  ASSERT_TRUE(cluster->create("waits").ok());
  const auto migration = open(cluster->migration_target("waits"));
  migration->query("CREATE TABLE t (n int)");
  migration->query("BEGIN; LOCK TABLE t");
  const std::string log = only_file_in(cluster->folder() + "/log");
  std::thread waiter([&] { open(cluster->traffic_target("waits"))->query("SELECT * FROM t"); });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (content(log).find("still waiting for AccessShareLock") == std::string::npos &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_THAT(content(log), HasSubstr("still waiting for AccessShareLock"));
  migration->query("COMMIT");
  waiter.join();
}

TEST_F(LocalClusterTest, TellsFacts) {
  const auto facts = cluster->facts();
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->provider, "local");
  EXPECT_THAT(facts->version, ::testing::MatchesRegex("[0-9]+.*"));
  EXPECT_THAT(facts->locale, HasSubstr("(libc)"));
  EXPECT_EQ(facts->settings.at("shared_buffers"), "32MB");
  EXPECT_FALSE(facts->storage.empty());
}

TEST_F(LocalClusterTest, ReportsAFailedClone) {
  const auto cloned = cluster->clone("missing", "copy");
  ASSERT_FALSE(cloned.ok());
  EXPECT_THAT(cloned.errors()[0].message, HasSubstr("copying the database missing"));
}

TEST_F(LocalClusterTest, ClonesBetweenLoadingAndMeasuring) {
  ASSERT_TRUE(cluster->create("filled").ok());
  open(cluster->migration_target("filled"))
      ->query("CREATE TABLE t AS SELECT n, repeat('x', 200) AS pad FROM generate_series(1, 50000) n");
  EXPECT_EQ(show(cluster->target("postgres"), "fsync"), "off");

  const pid_t relaxed = cluster->postmaster_pid().value();
  ASSERT_TRUE(cluster->make_honest().ok());
  EXPECT_NE(cluster->postmaster_pid().value(), relaxed);
  for (const char* setting : {"fsync", "full_page_writes", "synchronous_commit", "autovacuum"}) {
    EXPECT_EQ(show(cluster->target("postgres"), setting), "on") << setting;
  }
  EXPECT_EQ(show(cluster->target("postgres"), "wal_level"), "replica");
  EXPECT_EQ(show(cluster->target("postgres"), "work_mem"), "7MB");

  const auto session = open(cluster->target("postgres"));
  const std::string before = session->query("SELECT pg_current_wal_lsn()").string(0, 0);
  ASSERT_TRUE(cluster->clone("filled", "copy").ok());
  EXPECT_LT(session->query("SELECT pg_current_wal_lsn() - $1::pg_lsn", {before}).integer(0, 0), 2'000'000)
      << "the contents must not pass through the WAL";
  EXPECT_EQ(show(cluster->target("postgres"), "fsync"), "on");
  EXPECT_EQ(open(cluster->traffic_target("copy"))->query("SELECT sum(n) FROM t").integer(0, 0), 1250025000);

  ASSERT_TRUE(cluster->relax().ok());
  EXPECT_EQ(show(cluster->target("postgres"), "fsync"), "off");
}

TEST(LocalClusterLifeTest, LeavesNothing) {
  TemporaryFolder temp;
  auto cluster = LocalCluster::start(small_cluster(temp)).value();
  const auto session = postgres::Session::open(cluster->target("postgres")).value();
  const auto processes = family_of(cluster->postmaster_pid().value());
  EXPECT_GT(processes.size(), 5u);
  EXPECT_TRUE(find_leftovers(temp.path()).empty());
  ASSERT_TRUE(cluster->stop().ok());
  // The logger ends by itself, when it has read the last words of the postmaster.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (any_lives(processes) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(any_lives(processes));
  EXPECT_TRUE(temp.empty());
  EXPECT_TRUE(cluster->stop().ok()) << "stopping twice is no error";
  EXPECT_FALSE(cluster->postmaster_pid());
}

TEST(LocalClusterLifeTest, RefusesWrongSettings) {
  TemporaryFolder temp;
  auto options = small_cluster(temp);
  options.server.settings = {{"port", "1"}};
  EXPECT_EQ(LocalCluster::start(options).errors()[0].kind, base::ErrorKind::usage);
  options.server.settings = {{"work_mem", "lots"}, {"fsync", "perhaps"}};
  const auto started = LocalCluster::start(options);
  ASSERT_FALSE(started.ok());
  ASSERT_EQ(started.errors().size(), 2u);
  EXPECT_EQ(started.errors()[0].kind, base::ErrorKind::usage);
  EXPECT_EQ(started.errors()[0].message, "the server refuses a setting: parameter \"fsync\" requires a Boolean value");
  EXPECT_EQ(started.errors()[1].message,
            "the server refuses a setting: invalid value for parameter \"work_mem\": \"lots\"");
  EXPECT_TRUE(temp.empty());
}

TEST(LocalClusterLifeTest, ShowsWhatTheServerSaidWhenItDoesNotStart) {
  TemporaryFolder temp;
  auto options = small_cluster(temp);
  options.server.settings["shared_preload_libraries"] = "no_such_library";
  const auto started = LocalCluster::start(options);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.errors()[0].kind, base::ErrorKind::environment);
  EXPECT_THAT(started.errors()[0].message, HasSubstr("could not access file \"no_such_library\""));
  EXPECT_TRUE(temp.empty());
}

TEST(LocalClusterLifeTest, SaysWhatIsWrongWithTheTemporaryFolder) {
  TemporaryFolder temp;
  auto options = small_cluster(temp);
  options.temp_folder = temp.path() + "/missing";
  EXPECT_EQ(LocalCluster::start(options).errors()[0].kind, base::ErrorKind::environment);

  options.temp_folder = temp.path() + "/" + std::string(100, 'x');
  fs::create_directory(options.temp_folder);
  EXPECT_THAT(LocalCluster::start(options).errors()[0].message, HasSubstr("too long a path"));

  if (::geteuid() != 0) return;  // who is not root is the server's user too
  options.temp_folder = temp.path() + "/closed";
  fs::create_directory(options.temp_folder);
  fs::permissions(options.temp_folder, fs::perms::owner_all);
  const auto started = LocalCluster::start(options);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.errors()[0].hint, HasSubstr("that the server's user can reach"));
  EXPECT_TRUE(fs::is_empty(options.temp_folder));
}

TEST(LocalClusterLifeTest, IsInterrupted) {
  TemporaryFolder temp;
  base::Cancellation cancellation;
  cancellation.cancel();
  const auto started = LocalCluster::start(small_cluster(temp), &cancellation);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.errors()[0].kind, base::ErrorKind::interrupted);
  EXPECT_TRUE(temp.empty());
}

}  // namespace
}  // namespace pgrehearse::provision
