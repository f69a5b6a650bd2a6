#include "reports/load_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pgrehearse::reports {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

analyse::LoadResult two_scripts() {
  analyse::LoadResult result;
  for (const char* name : {"reads", "writes"}) {
    analyse::ScriptLoad script{name, {}, {}};
    script.tally.due = 1200;
    script.tally.sent = script.tally.ok = 1190;
    script.tally.shed = 10;
    script.latency.response.record(20ms, 1190);
    script.latency.service.record(5ms, 1190);
    result.tally.add(script.tally);
    result.latency.merge(script.latency);
    result.scripts.push_back(script);
  }
  result.began = 1s;
  result.ended = 3s;
  result.client_cpu_s = 0.0476;
  result.machines = 2;
  return result;
}

TEST(LoadText, SaysThroughputCostLatencyAndWhatWasShed) {
  const std::string text = load_text(two_scripts(), {});
  for (const char* part : {"1190.0 tps", "2,380 ok, 0 failed, 20 shed in 2.00 s", "on 2 machines",
                           "20.0 µs an operation", "response (from due)", "20.0 ms", "5.00 ms", "writes"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("send lag"))) << "nothing was sent by plan";
}

TEST(LoadText, LetsNoControlCharacterOfTheServerThrough) {
  analyse::LoadResult result = two_scripts();
  result.tally.errors["42P01"] = 3;
  result.notices = {"relation \"x\x1b[31m\" does not exist"};
  const std::string text = load_text(result, {});
  EXPECT_THAT(text, HasSubstr("42P01 × 3"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(LoadJson, HasTheKeysThatScriptsRead) {
  analyse::LoadResult result = two_scripts();
  result.send_lag.record(50us);
  const auto json = nlohmann::json::parse(load_json(result));
  EXPECT_EQ(json["format"], "pgrehearse-load/1");
  EXPECT_EQ(json["tps"], 1190);
  EXPECT_EQ(json["ok"], 2380);
  EXPECT_EQ(json["failed"], 0);
  EXPECT_EQ(json["shed"], 20);
  EXPECT_EQ(json["client_cpu_s"], 0.0476);
  EXPECT_EQ(json["response_ms"]["p99"], json["scripts"][0]["response_ms"]["p99"]);
  EXPECT_NEAR(json["response_ms"]["p50"].get<double>(), 20, 0.02);
  EXPECT_NEAR(json["send_lag_ms"]["max"].get<double>(), 0.05, 0.001);
  EXPECT_EQ(json["duration_ms"], 2000);
}

TEST(LoadJson, SaysNothingWhereNothingWasMeasured) {
  const auto json = nlohmann::json::parse(load_json({}));
  EXPECT_TRUE(json["response_ms"].is_null());
  EXPECT_EQ(json["tps"], 0);
}

}  // namespace
}  // namespace pgrehearse::reports
