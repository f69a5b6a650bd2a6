#include "harness/scenario/timetable.hpp"

#include <gmock/gmock.h>

#include "harness/scenario/json.hpp"
#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::Files;
using ::testing::HasSubstr;

const std::string migration = "migration: {up: up.sql, down: down.sql}\n";

std::string first_error(const base::Result<Scenario>& result) {
  return result ? "no error" : to_string(result.errors().front());
}

TEST(Timetable, IsRatesOneAfterTheOther) {
  const Files files;
  const auto scenario = files.read(migration + R"(
traffic:
  timetable:
    repeat: true
    skip: 90s
    rates: [{rate: 30/m, for: 1m}, {from: 0/s, to: 8/s, for: 30s}]
)");
  ASSERT_TRUE(scenario) << first_error(scenario);
  const Timetable& timetable = scenario->traffic.timetable;
  EXPECT_TRUE(timetable.repeat);
  EXPECT_EQ(timetable.skip, 90s);
  ASSERT_EQ(timetable.rates.size(), 2u);
  EXPECT_EQ(timetable.rates[0].from_per_s, 0.5);
  EXPECT_EQ(timetable.rates[0].to_per_s, 0.5);
  EXPECT_EQ(timetable.rates[0].length, 60s);
  EXPECT_EQ(timetable.rates[1].from_per_s, 0);
  EXPECT_EQ(timetable.rates[1].to_per_s, 8);

  const auto back = from_json(to_json(*scenario), "manifest.json");
  ASSERT_TRUE(back) << first_error(back);
  EXPECT_EQ(to_json(*back), to_json(*scenario));
  EXPECT_EQ(back->traffic.timetable.rates.size(), 2u);
}

TEST(Timetable, IsATraceOfOneScript) {
  const Files files;
  files.write("calls.txt", "# from the proxy\n5.5\n\n5\n  7.5 \r\n");
  const auto scenario =
      files.read(migration + "traffic: {scripts: {a: {sql: SELECT 1, timetable: {trace: calls.txt}}}}\n");
  ASSERT_TRUE(scenario) << first_error(scenario);
  const auto& trace = scenario->traffic.scripts.at(0).timetable.trace;
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->file, files.path("calls.txt"));
  EXPECT_THAT(trace->times, ElementsAre(0s, 500ms, 2500ms));
  EXPECT_EQ(trace->length, 3750ms) << "a mean distance after the last";

  const auto back = from_json(to_json(*scenario), "manifest.json");
  ASSERT_TRUE(back) << first_error(back);
  EXPECT_EQ(back->traffic.scripts.at(0).timetable.trace->file, trace->file);
}

TEST(Timetable, SaysWhatIsWrong) {
  const Files files;
  files.write("few.txt", "1\n");
  files.write("bad.txt", "1\n2\nsoon\n");
  const auto problem = [&](const std::string& traffic) {
    return first_error(files.read(migration + "traffic: {" + traffic + "}\n"));
  };
  EXPECT_THAT(problem("timetable: {rates: [{rate: 5/s}]}"), HasSubstr("needs its length"));
  EXPECT_THAT(problem("timetable: {rates: [{from: 5/s, for: 1s}]}"), HasSubstr("either 'rate', or 'from' and 'to'"));
  EXPECT_THAT(problem("timetable: {rates: [{rate: 1/s, to: 5/s, for: 1s}]}"), HasSubstr("either 'rate'"));
  EXPECT_THAT(problem("timetable: {rates: [{rate: 0, for: 1s}]}"), HasSubstr("all rates are zero"));
  EXPECT_THAT(problem("timetable: {repeat: true}"), HasSubstr("either 'rates' or a 'trace'"));
  EXPECT_THAT(problem("timetable: {trace: up.sql, rates: [{rate: 5/s, for: 1s}]}"), HasSubstr("is no timestamp"));
  EXPECT_THAT(problem("timetable: {trace: missing.txt}"), HasSubstr("'missing.txt' does not exist"));
  EXPECT_THAT(problem("timetable: {trace: few.txt}"), HasSubstr("two different moments"));
  EXPECT_THAT(problem("timetable: {trace: bad.txt}"),
              HasSubstr("bad.txt:3:1: error: traffic.timetable.trace: 'soon' is no timestamp"));
  EXPECT_THAT(problem("rate: 5/s, timetable: {rates: [{rate: 5/s, for: 1s}]}"), HasSubstr("exclude each other"));
  EXPECT_THAT(problem("loop: closed, timetable: {rates: [{rate: 5/s, for: 1s}]}"), HasSubstr("has no timetable"));
  EXPECT_THAT(problem("think_time: 5ms"), HasSubstr("an open loop has no 'think_time'"));
  EXPECT_THAT(problem("loop: closed, think_time: exponential 5"), HasSubstr("'5' has no unit"));
}

TEST(Trace, UnderstandsDatesAndOffsets) {
  const auto trace = parse_trace(
      "2026-03-01T12:00:00Z\n2026-03-01 12:00:00.25\n2026-03-01T14:00:01,5+02:00\n2026-02-28T23:00:02-1300\n"
      "2026-03-01T12:00:02+00\n",
      "log");
  ASSERT_TRUE(trace) << to_string(trace.errors().front());
  EXPECT_THAT(trace->times, ElementsAre(0s, 250ms, 1500ms, 2s, 2s));
}

TEST(Trace, RefusesWhatIsNoDate) {
  for (const char* line : {"2026-13-01T12:00:00Z", "2026-03-01", "2026-03-01T12:00", "2026-03-01T12:00:00+2",
                           "2026-03-01T12:00:00 UTC", "2026-02-30T12:00:00Z", "nan", "1e9999", "12:00:00"}) {
    const auto trace = parse_trace(std::string("0\n") + line + "\n", "log");
    ASSERT_FALSE(trace) << line;
    EXPECT_EQ(trace.errors().front().place.line, 2) << line;
  }
}

TEST(ThinkTime, IsFixedOrExponential) {
  const Files files;
  const auto read = [&](const std::string& time) {
    return files.read(migration + "traffic: {loop: closed, think_time: " + time + "}\n")->traffic.think_time;
  };
  EXPECT_EQ(read("200ms").mean, 200ms);
  EXPECT_FALSE(read("200ms").exponential);
  EXPECT_EQ(read("exponential 2s").mean, 2s);
  EXPECT_TRUE(read("exponential 2s").exponential);
}

TEST(ScriptTimeouts, OverrideTheTraffics) {
  const Files files;
  const auto scenario = files.read(migration + R"(
traffic:
  statement_timeout: 2s
  idle_in_transaction_session_timeout: 1m
  overflow: 10
  scripts:
    a: {sql: SELECT 1, statement_timeout: 5s, lock_timeout: 1s}
    b: {sql: SELECT 1, statement_timeout: off}
)");
  ASSERT_TRUE(scenario) << first_error(scenario);
  EXPECT_EQ(scenario->traffic.overflow, 10);
  EXPECT_EQ(scenario->traffic.timeouts.idle_in_transaction, 1min);
  EXPECT_EQ(scenario->traffic.scripts[0].timeouts.statement, 5s);
  EXPECT_EQ(scenario->traffic.scripts[0].timeouts.lock, 1s);
  EXPECT_FALSE(scenario->traffic.scripts[0].timeouts.idle_in_transaction) << "as the traffic's";
  EXPECT_EQ(scenario->traffic.scripts[1].timeouts.statement, 0s) << "off";
  EXPECT_EQ(to_json(*from_json(to_json(*scenario), "manifest.json")), to_json(*scenario));
}

}  // namespace
}  // namespace pgrehearse::scenario
