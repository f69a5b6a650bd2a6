// What happens to traffic when the server does not do its part: it goes on or ends in order, the record says what
// happened, and the counts add up.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/subprocess.hpp"
#include "harness/load/engine.hpp"
#include "harness/provision/local_cluster.hpp"
#include "tests/load/traffic_fixture.hpp"

namespace pgrehearse::load {
namespace {

using base::to_seconds;
using ::testing::HasSubstr;

class FailuresTest : public TrafficFixture {
 protected:
  FailuresTest() {
    session()->query(
        "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 100) i");
  }

  // The counts of the whole run, checked.
  record::Tally checked() const {
    for (const record::Window& window : recorder_.windows()) EXPECT_TRUE(window.tally.adds_up());
    const record::Tally total = recorder_.total().tally;
    EXPECT_TRUE(total.adds_up());
    return total;
  }
  bool told(const std::string& part) const {
    const auto notices = recorder_.events<record::Notice>();
    return std::any_of(notices.begin(), notices.end(),
                       [&](const record::Notice& notice) { return notice.text.find(part) != std::string::npos; });
  }
};

const std::pair<std::string, std::string> update{"update",
                                                 "\\set id random(1, 100)\nUPDATE t SET n = n + 1 WHERE id = :id;"};

// One for a stall of the server: p90, p99 and max of an open loop are those of theory (see simulated_traffic_test.cpp).
class StallTest : public FailuresTest, public ::testing::WithParamInterface<int> {};

TEST_P(StallTest, ResponseTimesAreAsInTheory) {
  auto traffic = setup({{"read", "\\set id random(1, 100)\nSELECT n FROM t WHERE id = :id;"}});
  traffic.traffic.clients = GetParam();
  auto engine = start(std::move(traffic));
  const auto locker = session();
  const auto began = engine->begin_phase();
  let_pass(700ms);
  locker->query("BEGIN; LOCK TABLE t");
  const auto locked = clock_.now();
  let_pass(1s);
  locker->query("COMMIT");
  const auto stop_s = to_seconds(clock_.now() - locked);
  let_pass(800ms);
  const auto delivery = engine->stop(10s);

  const double length_s = to_seconds(delivery.ended - began);
  const auto total = recorder_.total();
  for (const double fraction : {0.9, 0.99, 1.0}) {
    const double expected_s = stop_s - (1 - fraction) * length_s;
    EXPECT_NEAR(to_seconds(total.within.response.at(fraction)), expected_s, 0.1 * expected_s) << fraction;
  }
  EXPECT_EQ(checked().ok, total.tally.due);
}

INSTANTIATE_TEST_SUITE_P(Clients, StallTest, ::testing::Values(16, 64));

TEST_F(FailuresTest, EveryConnectionIsCutAgainAndAgain) {
  auto engine = start(setup({update}));
  engine->begin_phase();
  const auto admin = session();
  for (int round = 0; round < 5; ++round) {
    const auto before = clock_.now();
    await("traffic", [&] { return recorder_.total(before).tally.ok > 20; });
    admin->query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgrehearse:traffic'");
  }
  const auto back = clock_.now();
  await("traffic after the last", [&] { return recorder_.total(back).tally.ok > 50; });
  engine->stop(5s);
  const auto total = checked();
  EXPECT_GE(total.reconnects, 16u);
  EXPECT_LE(total.failed, 20u) << "what was under way on a connection, and nothing else";
  for (const auto& [sqlstate, count] : total.errors) {
    EXPECT_TRUE(sqlstate == "57P01" || sqlstate == "08006") << sqlstate;
  }
  const auto done = session()->query("SELECT sum(n) FROM t").integer(0, 0);
  EXPECT_GE(done, static_cast<std::int64_t>(total.ok));
  EXPECT_LE(done, static_cast<std::int64_t>(total.ok + total.failed)) << "the answer may be lost, the update done";
}

TEST_F(FailuresTest, ADeadServerEndsTheTrafficInOrder) {
  auto hopeless = setup({update});
  hopeless.traffic.patience = 300ms;
  auto engine = start(std::move(hopeless));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 20; });
  const auto admin = std::move(postgres::Session::open(testing::server())).value();
  admin->query("ALTER DATABASE " + postgres::quote_identifier(database_.target().database) +
               " ALLOW_CONNECTIONS false");
  admin->query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgrehearse:traffic'");
  await("operations that give up", [&] { return recorder_.total().tally.shed > 50; });
  engine->stop(100ms);
  const auto total = checked();
  EXPECT_GT(total.shed, 50u);
  EXPECT_TRUE(told("cannot connect: ")) << "not currently accepting connections";
  const auto pools = recorder_.events<record::PoolExhausted>();
  ASSERT_FALSE(pools.empty());
  EXPECT_GT(pools.back().shed, 20u);
}

// ---- with a server of its own ------------------------------------------------------------------------------------

class OwnServerTest : public FailuresTest {
 protected:
  void start_server(const std::map<std::string, std::string>& settings = {}) {
    provision::ServerOptions options{
        .server = {}, .label = "failures", .mode = provision::Mode::honest, .temp_folder = "", .progress = nullptr};
    options.server.settings = settings;
    auto started = provision::LocalCluster::start(options);
    if (!started) ADD_FAILURE() << to_string(started.errors().front());
    cluster_ = std::move(started).value();
    if (const auto created = cluster_->create("app"); !created) ADD_FAILURE() << to_string(created.errors().front());
    run("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 100) i");
  }
  postgres::Rows run(const std::string& sql) const {
    auto session = postgres::Session::open(cluster_->target("app"));
    if (!session) ADD_FAILURE() << to_string(session.errors().front());
    return (*session)->query(sql);
  }
  TrafficSetup traffic(const std::vector<std::pair<std::string, std::string>>& scripts) const {
    TrafficSetup made = setup(scripts);
    made.target = cluster_->traffic_target("app");
    return made;
  }

  std::unique_ptr<provision::LocalCluster> cluster_;
};

TEST_F(OwnServerTest, IsKilledAndComesBack) {
  start_server();
  auto engine = start(traffic({update}));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 50; });
  ASSERT_EQ(::kill(*cluster_->postmaster_pid(), SIGKILL), 0);
  await("clients that notice", [&] { return told("cannot connect: "); });
  const auto restarted = cluster_->relax();
  ASSERT_TRUE(restarted) << to_string(restarted.errors().front());
  const auto back = clock_.now();
  await("traffic again", [&] { return recorder_.total(back).tally.ok > 50; });
  engine->stop(5s);
  const auto total = checked();
  EXPECT_EQ(total.reconnects, 4u);
  EXPECT_LE(total.failed, 4u) << "what was under way";
  EXPECT_FALSE(recorder_.events<record::PoolExhausted>().empty());
  EXPECT_FALSE(recorder_.events<record::Stall>().empty());
  const auto done = run("SELECT sum(n) FROM t").integer(0, 0);
  EXPECT_GE(done, static_cast<std::int64_t>(total.ok)) << "what was answered is not lost";
  EXPECT_LE(done, static_cast<std::int64_t>(total.ok + total.failed));
}

TEST_F(OwnServerTest, HasNoConnectionsLeft) {
  start_server({{"max_connections", "15"}, {"max_wal_senders", "0"}});
  auto crowded = traffic({update});
  crowded.traffic.overflow = 20;
  auto engine = start(std::move(crowded));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 50; });
  auto locker = std::move(postgres::Session::open(cluster_->target("app"))).value();
  locker->query("BEGIN; LOCK TABLE t");
  await("a refusal", [&] { return told("cannot connect: "); });
  locker->query("COMMIT");
  const auto back = clock_.now();
  await("traffic again", [&] { return recorder_.total(back).tally.ok > 100; });
  const auto delivery = engine->stop(5s);
  EXPECT_LT(delivery.most_connections, 24);
  EXPECT_GT(delivery.most_connections, 4);
  const auto total = checked();
  EXPECT_GT(total.failed, 0u) << "who asks for a connection of the overflow that the server refuses sees the error";
  EXPECT_EQ(total.errors.at("53300"), total.failed);
  EXPECT_EQ(total.ok + total.failed, total.due) << "all others wait, and get one in the end";
}

TEST_F(OwnServerTest, HasNoConnectionsLeftForThoseThatComeBack) {
  start_server({{"max_connections", "15"}, {"max_wal_senders", "0"}, {"superuser_reserved_connections", "3"}});
  auto crowded = traffic({update});
  crowded.traffic.patience = 300ms;
  auto engine = start(std::move(crowded));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 50; });
  const auto admin = std::move(postgres::Session::open(cluster_->target("app"))).value();
  std::vector<std::unique_ptr<postgres::Session>> others;
  await("others who have taken all connections", [&] {
    admin->query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgrehearse:traffic'");
    if (auto other = postgres::Session::open(cluster_->traffic_target("app"))) {
      others.push_back(std::move(other).value());
    }
    return others.size() == 15 - 3 - 1;  // without those that are reserved, and the administrator's
  });
  await("a refusal", [&] { return told("cannot connect: ") && told("FATAL:  "); });
  await("operations that give up", [&] { return recorder_.total().tally.shed > 50; });
  others.clear();
  const auto back = clock_.now();
  await("traffic again", [&] { return recorder_.total(back).tally.ok > 100; });
  engine->stop(5s);
  const auto total = checked();
  EXPECT_GE(total.reconnects, 4u);
  EXPECT_EQ(total.errors.count("53300"), 0u) << "no operation asked for these connections: the pool keeps them open";
  EXPECT_EQ(total.ok + total.failed + total.shed, total.due);
  EXPECT_FALSE(recorder_.events<record::PoolExhausted>().empty());
}

// A tablespace on a file system of a few megabytes.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& folder) : folder_(folder) {
    std::filesystem::create_directory(folder_);
    const auto mount = base::run({.arguments = {"mount", "-t", "tmpfs", "-o", "size=6m", "none", folder_}}, 10s);
    mounted_ = mount && mount->exit_status == 0;
  }
  ~SmallDisk() {
    if (mounted_) [[maybe_unused]]
      const auto gone = base::run({.arguments = {"umount", "-l", folder_}}, 10s);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool grow() const {
    const auto mount = base::run({.arguments = {"mount", "-o", "remount,size=1g", folder_}}, 10s);
    return mount && mount->exit_status == 0;
  }
  bool mounted() const { return mounted_; }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  bool mounted_ = false;
};

TEST_F(OwnServerTest, RunsOutOfDisk) {
  start_server();
  const SmallDisk disk(cluster_->folder() + "/small");
  if (!disk.mounted()) GTEST_SKIP() << "needs to mount a tmpfs";
  struct stat data {};
  ASSERT_EQ(::stat((cluster_->folder() + "/data").c_str(), &data), 0);
  ASSERT_EQ(::chown(disk.folder().c_str(), data.st_uid, data.st_gid), 0);
  run("CREATE TABLESPACE small LOCATION '" + disk.folder() + "'");
  run("CREATE TABLE log (text text) TABLESPACE small; ALTER TABLE log ALTER text SET STORAGE PLAIN");
  auto engine = start(traffic({update, {"log", "INSERT INTO log VALUES (repeat('x', 7000));"}}));
  engine->begin_phase();
  await("a full disk", [&] { return recorder_.total().tally.errors.count("53100") > 0; });
  const auto full = clock_.now();
  await("updates that go on", [&] { return recorder_.total(full).tally.ok > 100; });
  ASSERT_TRUE(disk.grow());
  const auto freed = clock_.now();
  await("more than the updates", [&] {
    const auto after = recorder_.total(freed).tally;
    return after.ok > 100 && after.failed == 0;
  });
  engine->stop(5s);
  const auto total = checked();
  EXPECT_EQ(total.failed, total.errors.at("53100"));
  EXPECT_EQ(total.errors.size(), 1u);
  EXPECT_TRUE(told("script log failed with 53100: could not extend file"));
}

}  // namespace
}  // namespace pgrehearse::load
