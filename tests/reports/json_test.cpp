#include "reports/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/chart_data.hpp"
#include "reports/estimate_text.hpp"
#include "tests/analyse/analysed.hpp"
#include "tests/analyse/stories.hpp"

namespace pgrehearse::reports {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using testing::Story;

Json summary(Story story) { return Json::parse(summary_json(analysed(std::move(story)))); }

// The contract: these are there, under these names. A change here is a new format number.
void expect_keys(const Json& json, const std::vector<std::string>& keys, const std::string& where) {
  for (const std::string& key : keys) EXPECT_TRUE(json.contains(key)) << where << "." << key;
}
const std::vector<std::string> traffic_keys{"due",       "sent",   "shed",        "ok",        "failed",
                                            "in_flight", "errors", "response_ms", "service_ms"};

TEST(Summary, HasTheKeysOfTheContract) {
  const Json json = summary(testing::volatile_default());
  EXPECT_EQ(json["format"], "pgrehearse-summary/1");
  expect_keys(json, {"tool_version", "verdict", "headline", "scenario", "seed", "server", "tables", "passes", "gates"},
              "");
  expect_keys(json["server"], {"version", "provider", "settings"}, "server");
  expect_keys(json["tables"][0], {"name", "rows", "bytes", "generate_ms"}, "tables");
  const Json& pass = json["passes"][1];
  expect_keys(pass, {"name", "phases", "statements", "lock_waits", "deadlocks", "stalls"}, "pass");
  expect_keys(json["passes"][0]["cycle"],
              {"schema_restored_by_down", "data_restored_by_down", "second_up_equals_first", "differences"}, "cycle");
  const Json& up = pass["phases"][1];
  expect_keys(up, {"name", "start_ms", "duration_ms", "traffic"}, "phase");
  expect_keys(up["traffic"], traffic_keys, "traffic");
  expect_keys(up["traffic"], {"scripts"}, "traffic");
  expect_keys(up["traffic"]["scripts"][0], traffic_keys, "script");
  expect_keys(up["traffic"]["response_ms"], {"p50", "p90", "p99", "p999", "max"}, "response_ms");
  expect_keys(pass["statements"][0],
              {"phase", "file", "line", "sql", "start_ms", "duration_ms", "lock_wait_ms", "sqlstate", "attempts",
               "locks", "rewrites", "scans", "wal_bytes", "blocked"},
              "statement");
  expect_keys(pass["statements"][0]["locks"][0], {"relation", "mode", "held_ms"}, "lock");
  expect_keys(pass["statements"][0]["blocked"], {"operations", "total_ms", "max_ms"}, "blocked");
  expect_keys(pass["lock_waits"], {"count", "total_ms", "max_ms", "source", "smallest_visible_ms"}, "lock_waits");
  expect_keys(pass["delivery"], {"send_lag_ms", "longest_queue", "cpu_s"}, "delivery");
  expect_keys(pass["delivery"]["send_lag_ms"], {"p50", "p99"}, "send_lag_ms");
  expect_keys(pass["stalls"][0], {"script", "start_ms", "duration_ms"}, "stall");
}

TEST(Summary, HoldsTheNumbersInTheUnitsOfTheirNames) {
  const Json json = summary(testing::volatile_default());
  EXPECT_EQ(json["verdict"], "fail");
  const Json& pass = json["passes"][1];
  EXPECT_EQ(pass["phases"][1]["start_ms"], 5000.0);
  EXPECT_EQ(pass["phases"][1]["duration_ms"], 18311.0);
  EXPECT_EQ(pass["statements"][0]["start_ms"], 5002.0);
  EXPECT_EQ(pass["statements"][0]["locks"][0]["held_ms"], 18307.0);
  EXPECT_EQ(pass["statements"][0]["blocked"]["operations"], 16);
  EXPECT_EQ(pass["statements"][0]["sqlstate"], nullptr);
  EXPECT_EQ(pass["lock_waits"]["smallest_visible_ms"], 10.0);
  EXPECT_EQ(pass["delivery"]["send_lag_ms"]["p50"], 0.05);
  EXPECT_NEAR(pass["delivery"]["send_lag_ms"]["p99"].get<double>(), 1.2, 0.001);
  EXPECT_FALSE(json["passes"][0].contains("delivery")) << "the quiet pass sends nothing";
  const Json& traffic = pass["phases"][1]["traffic"];
  EXPECT_EQ(traffic["due"], traffic["sent"].get<int>() + traffic["shed"].get<int>());
  for (const Json& gate : json["gates"]) {
    if (gate["id"] == "max_stall") {
      EXPECT_EQ(gate["limit_ms"], 500.0);
      EXPECT_EQ(gate["actual_ms"], 18305.0);
      EXPECT_EQ(gate["outcome"], "fail");
      EXPECT_EQ(gate["line"], 1);
    }
    if (gate["id"] == "down_restores_schema") {
      EXPECT_EQ(gate["actual_bool"], true);
    }
    if (gate["id"] == "error_rate") {
      EXPECT_EQ(gate["limit_ratio"], 0.001);
    }
  }
}

TEST(Summary, AbsentMeansNotMeasured) {
  const Json json = summary(testing::failing_migration());
  const Json& pass = json["passes"][0];
  EXPECT_FALSE(pass.contains("cycle"));
  EXPECT_FALSE(pass["phases"][0].contains("traffic"));
  EXPECT_FALSE(pass["statements"][0].contains("wal_bytes"));
  EXPECT_EQ(pass["statements"][0]["sqlstate"], "23502");
  for (const Json& gate : json["gates"])
    EXPECT_TRUE(gate["id"] != "down_restores_data" || !gate.contains("actual_bool"));
}

TEST(Summary, SurvivesTextThatIsNoUtf8) {
  Story story = testing::failing_migration();
  for (record::Event& event : story.record().events) {
    if (auto* statement = std::get_if<record::Statement>(&event)) statement->message = "caf\xe9 \"quoted\"";
  }
  EXPECT_THAT(summary(story)["passes"][0]["failure"].get<std::string>(), HasSubstr("\"quoted\""));
}

TEST(ChartData, HasAPassForEachTimeline) {
  Story story = testing::volatile_default();
  const Json json = Json::parse(chart_data(analysed(std::move(story))));
  ASSERT_EQ(json["passes"].size(), 1u) << "the quiet pass has no timeline";
  const Json& pass = json["passes"][0];
  EXPECT_EQ(pass["phases"].size(), 7u);
  EXPECT_EQ(pass["lanes"].size(), 2u) << "7/up.sql:1 and 7/down.sql:1";
  EXPECT_EQ(pass["timeline"]["at"].size(), pass["timeline"]["p99"].size());
  EXPECT_EQ(pass["histograms"][0]["operations"], 1000);
}

TEST(LogBins, CoverEverythingOnce) {
  record::Histogram histogram;
  EXPECT_TRUE(log_bins(histogram).empty());
  histogram.record(base::from_ms(0.0), 1);
  histogram.record(base::from_ms(1.1), 2);
  histogram.record(base::from_ms(1100), 1);
  const auto bins = log_bins(histogram);
  double sum = 0;
  for (const auto& [edge, share] : bins) sum += share;
  EXPECT_NEAR(sum, 100, 1e-9);
  EXPECT_NEAR(bins.back().first, 1000, 1e-6);
  EXPECT_NEAR(bins.back().second, 25, 1e-9);
  for (std::size_t i = 1; i < bins.size(); ++i) {
    EXPECT_NEAR(bins[i].first / bins[i - 1].first, std::pow(10, 1.0 / 8), 1e-9);
  }
}

analyse::Estimate estimate() {
  analyse::Estimate result;
  result.target_rows = 4e7;
  result.sizes = {1e6, 3e6, 1e7};
  result.statements = {{"up",
                        "7/up.sql",
                        1,
                        "CREATE INDEX ON users (email)",
                        analyse::Range{9e4, 1e5, 2e5},
                        analyse::Range{9e4, 1e5, 2e5},
                        2e9,
                        {},
                        {}},
                       {"down", "7/down.sql", 1, "DROP INDEX i", {}, {}, {}, {"not estimated because it fails"}, {}}};
  result.up_ms = analyse::Range{9e4, 1e5, 2e5};
  result.refusals = {"7/down.sql:1: not estimated because it fails"};
  result.notes = {"7/up.sql:1: 37k rows left out"};
  return result;
}

TEST(Estimate, SaysTimesWhatTheyRestOnAndWhatItCannotSay) {
  const std::string text = estimate_text(estimate(), "users");
  EXPECT_THAT(text, HasSubstr("Estimate for users = 40M rows"));
  EXPECT_THAT(text, HasSubstr("100 s    90.0 s  3 min 20 s"));
  EXPECT_THAT(text, HasSubstr("Rehearsed at 1M, 3M, 10M rows on this machine; the target is 4 times the largest"));
  EXPECT_THAT(text, HasSubstr("· 7/up.sql:1: 37k rows left out"));
  EXPECT_THAT(text, HasSubstr("! 7/down.sql:1: not estimated because it fails"));
  const Json json = Json::parse(estimate_json(estimate()));
  EXPECT_EQ(json["up_ms"]["central"], 1e5);
  EXPECT_EQ(json["down_ms"], nullptr);
  EXPECT_EQ(json["statements"][1]["refusals"][0], "not estimated because it fails");
  EXPECT_EQ(json["notes"][0], "7/up.sql:1: 37k rows left out");
}

}  // namespace
}  // namespace pgrehearse::reports
