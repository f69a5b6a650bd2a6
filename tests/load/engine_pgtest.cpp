#include <gmock/gmock.h>

#include <algorithm>

#include "harness/load/engine.hpp"
#include "tests/load/traffic_fixture.hpp"

namespace pgrehearse::load {
namespace {

using base::to_ms;
using ::testing::Contains;
using ::testing::HasSubstr;

class EngineTest : public TrafficFixture {
 protected:
  EngineTest() {
    session()->query(
        "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 100) i");
  }
};

const std::pair<std::string, std::string> read{"read", "\\set id random(1, 100)\nSELECT n FROM t WHERE id = :id;"};

TEST_F(EngineTest, DeliversThePlan) {
  auto engine = start(setup({read}));
  const auto began = engine->begin_phase();
  let_pass(1s);
  const record::Delivery delivery = engine->stop(5s);
  const auto total = recorder_.total();
  EXPECT_EQ(delivery.began, began);
  EXPECT_NEAR(static_cast<double>(total.tally.due), base::to_seconds(delivery.ended - began) * 500, 2);
  EXPECT_EQ(total.tally.ok, total.tally.due);
  EXPECT_EQ(total.tally.failed + total.tally.shed + total.tally.in_flight, 0u);
  EXPECT_EQ(total.within.response.count() + total.outlived.response.count(), total.tally.ok);
  EXPECT_GT(delivery.send_lag.count(), total.tally.due / 2);
  EXPECT_GT(delivery.cpu_s, 0);
  const auto recorded = recorder_.events<record::Delivery>();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].pass, "traffic");
  EXPECT_EQ(recorded[0].send_lag.count(), delivery.send_lag.count());
}

TEST_F(EngineTest, AClosedLoopKeepsEveryClientBusy) {
  auto closed = setup({read, {"sleep", "SELECT pg_sleep(0.05);"}});
  closed.traffic.loop = scenario::Traffic::Loop::closed;
  auto engine = start(std::move(closed));
  engine->begin_phase();
  const auto observer = session();
  await("four clients that sleep",
        [&] { return backends(*observer, "query LIKE '%pg_sleep%' AND state = 'active'") == 4; });
  engine->stop(5s);
  const auto total = recorder_.total();
  EXPECT_EQ(total.tally.ok, total.tally.due);
  EXPECT_EQ(total.tally.shed, 0u);
}

TEST_F(EngineTest, ALockShowsInResponseTimesAndStalls) {
  auto engine = start(setup({read}));
  engine->begin_phase();
  let_pass(300ms);
  const auto locker = session();
  locker->query("BEGIN; LOCK TABLE t");
  const auto locked = clock_.now();
  let_pass(300ms);
  const auto unlocking = clock_.now();
  locker->query("COMMIT");
  const auto unlocked = clock_.now();
  let_pass(200ms);
  engine->stop(5s);

  auto stalls = recorder_.events<record::Stall>();
  ASSERT_FALSE(stalls.empty());
  std::sort(stalls.begin(), stalls.end(), [](auto& a, auto& b) { return a.duration > b.duration; });
  EXPECT_EQ(stalls[0].script, "read");
  EXPECT_EQ(stalls[0].pass, "traffic");
  EXPECT_GE(stalls[0].start + 20ms, locked);
  EXPECT_LE(stalls[0].start, locked + 50ms);
  EXPECT_GE(stalls[0].start + stalls[0].duration, unlocking);
  EXPECT_LE(stalls[0].start + stalls[0].duration, unlocked + 50ms);

  const auto total = recorder_.total();
  EXPECT_EQ(total.tally.ok, total.tally.due) << "nothing is lost";
  EXPECT_NEAR(static_cast<double>(total.within.response.above(100ms)), 500 * 0.2, 25) << "all that were due in 200 ms";
  EXPECT_LE(total.within.service.above(100ms), 4u) << "only the clients that were in it";
}

TEST_F(EngineTest, PhasesAreCutExactly) {
  auto engine = start(setup({read, {"other", "SELECT 1;"}}));
  std::vector<base::Duration> marks;
  for (int i = 0; i < 5; ++i) {
    const auto before = clock_.now();
    marks.push_back(engine->begin_phase());
    EXPECT_GE(marks.back(), before);
    EXPECT_LE(marks.back(), clock_.now());
    let_pass(77ms);
  }
  marks.push_back(engine->stop(5s).ended);
  for (const char* script : {"read", "other"}) {
    std::vector<record::Window> windows;
    for (const auto& window : recorder_.windows()) {
      if (window.script == script) windows.push_back(window);
    }
    std::sort(windows.begin(), windows.end(), [](auto& a, auto& b) { return a.start < b.start; });
    std::vector<base::Duration> starts;
    base::Duration next = marks.front();
    for (const auto& window : windows) {
      EXPECT_EQ(window.start, next);
      starts.push_back(window.start);
      next = window.end;
    }
    EXPECT_EQ(next, marks.back());
    for (int i = 0; i < 5; ++i) EXPECT_THAT(starts, Contains(marks[static_cast<std::size_t>(i)]));
  }
}

TEST_F(EngineTest, ErrorsAreCountedBySqlstateAndToldOnce) {
  auto engine = start(setup({read,
                             {"twice", "INSERT INTO t VALUES (1, 1);"},
                             {"typo", "SELECT x FROM nowhere;"},
                             {"zero", "\\set a 1 / 0\nSELECT :a::int;"}}));
  engine->begin_phase();
  let_pass(500ms);
  engine->stop(5s);
  const auto total = recorder_.total().tally;
  EXPECT_GT(total.errors.at("23505"), 20u);
  EXPECT_GT(total.errors.at("42P01"), 20u);
  EXPECT_GT(total.errors.at("22012"), 20u);
  EXPECT_EQ(total.errors.size(), 3u);
  EXPECT_EQ(total.failed, total.errors.at("23505") + total.errors.at("42P01") + total.errors.at("22012"));
  const auto notices = recorder_.events<record::Notice>();
  ASSERT_EQ(notices.size(), 3u);
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](auto& notice) {
    return notice.text.find("script typo failed with 42P01: relation \"nowhere\" does not exist") != std::string::npos;
  }));
}

TEST_F(EngineTest, AFailedTransactionIsRolledBack) {
  auto engine = start(
      setup({{"fails", "BEGIN;\nUPDATE t SET n = n + 1 WHERE id = 1;\nSELECT 1 / (id - 1) FROM t WHERE id = 1;\nEND;"},
             {"works", "BEGIN;\nUPDATE t SET n = n + 1 WHERE id = 2;\nEND;"},
             {"stays", "BEGIN;\nUPDATE t SET n = n + 1 WHERE id = 3;"}}));
  engine->begin_phase();
  let_pass(500ms);
  engine->stop(5s);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.errors.at("22012") + total.errors.at("25001"), total.failed);
  EXPECT_EQ(total.errors.size(), 2u);
  const auto rows = session()->query("SELECT n FROM t WHERE id <= 3 ORDER BY id");
  EXPECT_EQ(rows.integer(0, 0), 0);
  EXPECT_EQ(static_cast<std::uint64_t>(rows.integer(1, 0)), total.ok);
  EXPECT_EQ(rows.integer(2, 0), 0);
}

TEST_F(EngineTest, AChangedTableFailsOncePerConnectionAndPlan) {
  auto engine = start(setup({{"star", "SELECT * FROM t WHERE id = 1;"}}));
  engine->begin_phase();
  await("prepared plans everywhere", [&] { return recorder_.total().tally.ok > 50; });
  session()->query("ALTER TABLE t ADD COLUMN more int");
  const auto altered = clock_.now();
  await("traffic after it", [&] { return recorder_.total(altered).tally.ok > 50; });
  engine->stop(5s);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.errors.at("0A000"), 4u) << "one for each client";
  EXPECT_EQ(total.failed, 4u);
}

TEST_F(EngineTest, LostConnectionsComeBack) {
  auto engine = start(setup({read}));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 50; });
  const auto admin = session();
  const std::string kill =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'pgrehearse:traffic'";
  EXPECT_EQ(admin->query(kill).integer(0, 0), 4);
  await("four new connections", [&] { return recorder_.total().tally.reconnects == 4; });
  const auto back = clock_.now();
  await("traffic again", [&] { return recorder_.total(back).tally.ok > 50; });
  engine->stop(5s);
  const auto total = recorder_.total().tally;
  EXPECT_TRUE(total.adds_up());
  EXPECT_LE(total.failed, 4u);
  for (const auto& [sqlstate, count] : total.errors)
    EXPECT_TRUE(sqlstate == "57P01" || sqlstate == "08006") << sqlstate;
}

TEST_F(EngineTest, WhatIsInFlightAtTheEndIsCancelledAndCounted) {
  auto slow = setup({{"slow", "SELECT pg_sleep(300);"}});
  slow.traffic.rate_per_s = 100;
  auto engine = start(std::move(slow));
  engine->begin_phase();
  const auto observer = session();
  await("four clients that sleep", [&] { return backends(*observer, "state = 'active'") == 4; });
  let_pass(100ms);
  const auto asked = clock_.now();
  const record::Delivery delivery = engine->stop(100ms);
  EXPECT_LT(clock_.now() - asked, 5s);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.in_flight, 4u);
  EXPECT_EQ(total.shed, total.due - 4);
  EXPECT_GT(total.shed, 5u);
  EXPECT_GE(delivery.longest_queue, total.shed);
  await("the server to notice", [&] { return backends(*observer, "true") == 0; });
}

TEST_F(EngineTest, ImpatientOperationsAreShed) {
  auto impatient = setup({read});
  impatient.traffic.patience = 50ms;
  auto engine = start(std::move(impatient));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 0; });
  const auto locker = session();
  locker->query("BEGIN; LOCK TABLE t");
  let_pass(300ms);
  locker->query("COMMIT");
  engine->stop(5s);
  const auto total = recorder_.total();
  EXPECT_NEAR(static_cast<double>(total.tally.shed), 500 * 0.25, 30);
  EXPECT_TRUE(total.tally.adds_up());
}

TEST_F(EngineTest, TimeoutsAreTheSessions) {
  auto limited = setup({read});
  limited.traffic.timeouts.lock = 30ms;
  limited.traffic.timeouts.statement = 2s;
  auto engine = start(std::move(limited));
  engine->begin_phase();
  const auto locker = session();
  locker->query("BEGIN; LOCK TABLE t");
  await("lock time-outs", [&] { return recorder_.events<record::Notice>().size() == 1; });
  locker->query("COMMIT");
  engine->stop(5s);
  EXPECT_GT(recorder_.total().tally.errors.at("55P03"), 0u);
}

TEST_F(EngineTest, SaysWhyItCannotConnect) {
  auto lost = setup({read});
  lost.target.database = "no_such_database";
  const auto engine = TrafficEngine::start(clock_, recorder_, std::move(lost));
  ASSERT_FALSE(engine);
  EXPECT_THAT(engine.errors()[0].message, HasSubstr("\"no_such_database\" does not exist"));
  EXPECT_EQ(engine.errors()[0].kind, base::ErrorKind::environment);
}

TEST_F(EngineTest, IsStoppedByItsDestructor) {
  {
    auto engine = start(setup({read}));
    engine->begin_phase();
  }
  { auto never_began = start(setup({read})); }
  const auto observer = session();
  await("the connections to close", [&] { return backends(*observer, "true") == 0; });
}

}  // namespace
}  // namespace pgrehearse::load
