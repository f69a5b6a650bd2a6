#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "harness/load/engine.hpp"
#include "tests/load/traffic_fixture.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// The application's pool of connections, against a real server.
class PoolTest : public TrafficFixture {
 protected:
  PoolTest() { session()->query("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)"); }

  // Holds the table until `condition` holds.
  void lock_until(const char* what, const std::function<bool()>& condition) const {
    const auto locker = session();
    locker->query("BEGIN; LOCK TABLE t");
    await(what, condition);
    locker->query("COMMIT");
  }
};

const std::pair<std::string, std::string> read_first{"read", "SELECT n FROM t WHERE id = 1;"};

TEST_F(PoolTest, IsExhaustedBehindALock) {
  auto limited = setup({read_first});
  limited.traffic.patience = 150ms;
  auto engine = start(std::move(limited));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 20; });
  const auto before = clock_.now();
  lock_until("operations that give up", [&] { return clock_.now() > before + 600ms; });
  const auto unlocked = clock_.now();
  engine->stop(5s);

  const auto exhausted = recorder_.events<record::PoolExhausted>();
  ASSERT_EQ(exhausted.size(), 1u);
  const record::PoolExhausted& pool = exhausted[0];
  EXPECT_EQ(pool.pass, "traffic");
  EXPECT_EQ(pool.connections, 4);
  EXPECT_EQ(pool.patience, 150ms);
  EXPECT_GE(pool.start, before) << "four queries are blocked, the fifth waits for a connection";
  EXPECT_LT(pool.start, before + 150ms);
  EXPECT_GT(pool.start + pool.duration, unlocked - 50ms);
  EXPECT_GE(pool.longest_wait, 150ms);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(pool.shed, total.shed) << "these users saw an error";
  EXPECT_GT(pool.shed, 100u);
  EXPECT_GT(pool.waited, 10u);
  EXPECT_LE(pool.most_waiting, 500 * 0.15 + 10) << "patience bounds the queue";
  EXPECT_TRUE(total.adds_up());
}

TEST_F(PoolTest, OpensItsOverflowWhileAllAreBusyAndClosesIt) {
  auto elastic = setup({read_first});
  elastic.traffic.overflow = 3;
  auto engine = start(std::move(elastic));
  const auto began = engine->begin_phase();
  const auto observer = session();
  await("traffic", [&] { return recorder_.total().tally.ok > 20; });
  EXPECT_LE(backends(*observer, "true"), 7);
  lock_until("four connections and three more", [&] { return backends(*observer, "wait_event_type = 'Lock'") == 7; });
  await("the overflow to close", [&] { return backends(*observer, "true") == 4; });
  const auto delivery = engine->stop(5s);
  EXPECT_EQ(delivery.most_connections, 7);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.ok, total.due);
  for (const auto& gap : recorder_.events<record::Gap>()) EXPECT_GT(gap.start, began) << "planned before it was wanted";
  EXPECT_EQ(total.reconnects, 0u) << "the overflow's coming and going is no reconnecting";
}

TEST_F(PoolTest, FailsOperationsWhereTheServerRefusesItsOverflow) {
  const auto admin = session();
  admin->query(fmt::format("CREATE ROLE traffic_of_few LOGIN PASSWORD {}; GRANT ALL ON t TO traffic_of_few",
                           postgres::quote_literal(database_.target().password)));
  admin->query("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 7', current_database()); END $$");
  auto elastic = setup({read_first});
  elastic.target.user = "traffic_of_few";  // a superuser would not be refused
  elastic.traffic.overflow = 20;
  auto engine = start(std::move(elastic));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 20; });
  base::Duration refused{};
  lock_until("refusals, and some time for more", [&] {
    if (refused == base::Duration::zero() && recorder_.events<record::Notice>().size() >= 2) refused = clock_.now();
    return refused > base::Duration::zero() && clock_.now() > refused + 500ms;
  });
  const auto back = clock_.now();
  await("traffic again", [&] { return recorder_.total(back).tally.ok > 50; });
  engine->stop(5s);
  // In either order: a refusal fails nobody where, on a busy machine, the queue was empty again when it came.
  std::vector<std::string> notices;
  for (const auto& notice : recorder_.events<record::Notice>()) notices.push_back(notice.text);
  const auto refusal = [](const char* what) {
    return AllOf(HasSubstr(what), HasSubstr("FATAL:  too many connections"));
  };
  EXPECT_THAT(notices, UnorderedElementsAre(refusal("script read failed with 53300: "), refusal("cannot connect: ")));
  const auto total = recorder_.total();
  EXPECT_GE(total.tally.failed, 5u) << "each connection of the overflow that is refused fails who asked for it";
  EXPECT_EQ(total.tally.errors.at("53300"), total.tally.failed);
  EXPECT_EQ(total.tally.ok + total.tally.failed, total.tally.due) << "who did not ask waits for a connection";
  EXPECT_EQ(total.tally.reconnects, 0u);
  admin->query("DROP OWNED BY traffic_of_few; DROP ROLE traffic_of_few");
}

TEST_F(PoolTest, EndsByItselfAfterEachClientsShare) {
  auto counted = setup({read_first});
  counted.traffic.loop = scenario::Traffic::Loop::closed;
  counted.operations_per_client = 25;
  auto engine = start(std::move(counted));
  EXPECT_FALSE(engine->wait_for_end(1ms)) << "it has not begun";
  engine->begin_phase();
  ASSERT_TRUE(engine->wait_for_end(20s));
  const auto ended = clock_.now();
  const auto delivery = engine->stop(5s);
  EXPECT_LE(delivery.ended, ended);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.due, 100u);
  EXPECT_EQ(total.ok, 100u);
}

TEST_F(PoolTest, UsersThinkBetweenOperations) {
  auto thinking = setup({read_first});
  thinking.traffic.loop = scenario::Traffic::Loop::closed;
  thinking.traffic.think_time = {20ms, false};
  auto engine = start(std::move(thinking));
  const auto began = engine->begin_phase();
  let_pass(500ms);
  const auto delivery = engine->stop(5s);
  const auto total = recorder_.total().tally;
  EXPECT_LE(static_cast<double>(total.due), base::to_ms(delivery.ended - began) / 20 * 4 + 4);
  EXPECT_GT(total.due, 20u);
  EXPECT_EQ(total.ok, total.due);
}

TEST_F(PoolTest, FollowsATimetable) {
  auto stepped = setup({read_first});
  stepped.traffic.timetable.rates = {{400, 400, 200ms}, {0, 0, 200ms}, {0, 800, 400ms}, {0, 0, 1ms}};
  auto engine = start(std::move(stepped));
  const auto began = engine->begin_phase();
  await("its end", [&] { return recorder_.total().tally.due >= 240 || clock_.now() > began + 10s; });
  let_pass(200ms);
  engine->stop(5s);
  EXPECT_EQ(recorder_.total(began, began + 200ms).tally.due, 80u);
  EXPECT_EQ(recorder_.total(began + 200ms, began + 400ms).tally.due, 0u);
  EXPECT_EQ(recorder_.total().tally.ok, 240u);
}

TEST_F(PoolTest, EachScriptHasItsTimeouts) {
  const std::string note =
      "SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'), "
      "current_setting('idle_in_transaction_session_timeout')) AS now \\gset\n";
  const auto noting = [&](int id) {
    return note + "INSERT INTO seen VALUES (" + std::to_string(id) + ", :now) ON CONFLICT DO NOTHING;";
  };
  session()->query("CREATE TABLE seen (id int, settings text, PRIMARY KEY (id, settings))");
  auto timed = setup({{"plain", noting(1)}, {"patient", noting(2)}, {"hasty", noting(3)}});
  timed.traffic.timeouts = {2s, {}, 1min};
  timed.scripts[1].timeouts = {0s, 3s, {}};
  timed.scripts[2].timeouts = {1500ms, {}, 5s};
  auto engine = start(std::move(timed));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 200; });
  engine->stop(5s);
  EXPECT_EQ(recorder_.total().tally.failed, 0u);
  const auto seen = session()->query("SELECT string_agg(id || ': ' || settings, ', ' ORDER BY id) FROM seen");
  EXPECT_EQ(seen.text(0, 0), "1: 2s 0 1min, 2: 0 3s 1min, 3: 1500ms 0 5s");
}

}  // namespace
}  // namespace pgrehearse::load
