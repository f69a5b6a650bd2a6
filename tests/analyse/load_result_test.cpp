#include "harness/analyse/load_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::analyse {
namespace {

using namespace std::chrono_literals;

record::Window window(const std::string& script, Duration start, std::uint64_t ok, Duration latency) {
  record::Window made{.pass = "load", .script = script, .start = start, .end = start + 200ms};
  made.tally.due = made.tally.sent = made.tally.ok = ok;
  made.within.response.record(latency, ok);
  made.within.service.record(latency / 2, ok);
  return made;
}

record::Delivery delivery(Duration began, Duration ended, double cpu_s) {
  record::Delivery made;
  made.pass = "load";
  made.began = began;
  made.ended = ended;
  made.cpu_s = cpu_s;
  made.send_lag.record(50us, 10);
  return made;
}

TEST(LoadResult, SumsScriptsAndMachines) {
  record::Record record;
  record.windows = {window("reads", 0s, 90, 1ms), window("writes", 0s, 10, 4ms), window("reads", 200ms, 100, 2ms)};
  record.events = {delivery(1s, 3s, 0.25), delivery(1s, 3s, 0.5)};
  const LoadResult result = load_result(record);

  EXPECT_EQ(result.tally.ok, 200u);
  EXPECT_EQ(result.latency.response.count(), 200u);
  EXPECT_EQ(result.machines, 2);
  EXPECT_DOUBLE_EQ(result.tps(), 100);
  EXPECT_DOUBLE_EQ(result.client_cpu_s, 0.75);
  EXPECT_EQ(result.send_lag.count(), 20u);
  ASSERT_EQ(result.scripts.size(), 2u);
  EXPECT_EQ(result.scripts[0].name, "reads");
  EXPECT_EQ(result.scripts[0].tally.ok, 190u);
  EXPECT_EQ(result.scripts[1].latency.response.max(), 4ms);
  EXPECT_THAT(result.doubts, ::testing::IsEmpty());
}

TEST(LoadResult, CountsAnOperationThatOutlivedItsPhaseOnce) {
  record::Record record;
  record::Window before = window("reads", 0s, 5, 1ms);
  before.outlived.response.record(700ms);
  before.outlived.service.record(700ms);
  record::Window after = window("reads", 200ms, 5, 1ms);
  after.carried.response.record(700ms);
  record.windows = {before, after};
  record.events = {delivery(0s, 1s, 0)};
  EXPECT_EQ(load_result(record).latency.response.count(), 11u);
}

TEST(LoadResult, SaysWhatSpeaksAgainstIt) {
  record::Record record;
  record.windows = {window("reads", 0s, 5, 1ms)};
  record.events = {record::Gap{"traffic", 1s, 300ms, "the traffic's thread did not run in time"}};
  record.defects = {"windows.jsonl:7: cut off"};
  const LoadResult result = load_result(record);
  EXPECT_THAT(result.doubts, ::testing::ElementsAre(::testing::HasSubstr("300 ms"), ::testing::HasSubstr("did not end"),
                                                    "windows.jsonl:7: cut off"));
  EXPECT_EQ(result.tps(), 0) << "no time is known in which they were";
}

}  // namespace
}  // namespace pgrehearse::analyse
