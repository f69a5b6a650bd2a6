// What the engine makes of scripts that wait and scripts that are tried again.
#include <gmock/gmock.h>

#include "tests/load/traffic_fixture.hpp"

namespace pgrehearse::load {
namespace {

class ScriptTraffic : public TrafficFixture {
 protected:
  TrafficSetup closed(const std::string& script) const {
    auto traffic = setup({{"script", script}});
    traffic.traffic.loop = scenario::Traffic::Loop::closed;
    return traffic;
  }
};

TEST_F(ScriptTraffic, ClientsSleepSideBySide) {
  auto engine = start(closed("\\sleep 50 ms\nSELECT 1;\n\\sleep 50 ms\n"));
  engine->begin_phase();
  const auto began = clock_.now();
  await("forty operations", [&] { return recorder_.total().tally.ok >= 40; });
  const auto took = clock_.now() - began;
  engine->stop(5s);
  EXPECT_GE(took, 900ms) << "ten for each of four clients";
  const auto total = recorder_.total();
  EXPECT_EQ(total.tally.failed, 0u);
  EXPECT_GE(total.within.service.at(0.01) + total.outlived.service.at(0.01), 100ms);
}

TEST_F(ScriptTraffic, ASleepThatOutlivesTheTrafficIsInFlight) {
  auto engine = start(closed("SELECT 1;\n\\sleep 1000 s\n"));
  engine->begin_phase();
  let_pass(100ms);
  engine->stop(100ms);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.in_flight, 4u);
  EXPECT_TRUE(total.adds_up());
}

TEST_F(ScriptTraffic, RetriesAreCounted) {
  session()->query(R"(CREATE SEQUENCE tries;
    CREATE FUNCTION stumble() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('tries') % 3 > 0 THEN RAISE EXCEPTION 'not this time' USING errcode = '40P01'; END IF;
      RETURN 1;
    END $$)");
  auto traffic = closed("BEGIN;\nSELECT stumble();\nEND;\n");
  traffic.traffic.clients = 1;
  traffic.rules.max_tries = 3;
  auto engine = start(std::move(traffic));
  engine->begin_phase();
  await("traffic", [&] { return recorder_.total().tally.ok > 10; });
  engine->stop(5s);
  const auto total = recorder_.total().tally;
  EXPECT_EQ(total.failed, 0u);
  EXPECT_EQ(total.retried, total.ok);
  EXPECT_EQ(total.retries, 2 * total.ok);
}

}  // namespace
}  // namespace pgrehearse::load
