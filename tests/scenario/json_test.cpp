#include "harness/scenario/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::Files;
using testing::messages;
using testing::value_of;

constexpr const char* rich = R"(migration: {folder: migrations, format: diesel, only: "3", transaction: batch}
policy: {lock_timeout: 1500us, retries: 2}
schema: schema.sql
story: "Quotes \" and \\ and\nnew lines, \u0007 and é."
rows: 3k
tables: {a: {rows: 0.5 per b, columns: {x: {values: [1, ''], weights: [1, 0.25], nulls: 1%}}}, b: {rows: 10}}
traffic: {rate: 1/h, scripts: {two: {sql: "SELECT 1;\n\tSELECT 2", weight: 3}, one: {file: read.sql, rate: 2/s}}}
passes: [traffic, long-reader]
gates: {max_stall: off, response_p99: 2.5x baseline, error_rate: 0.0001}
server: {settings: {work_mem: 4MB}}
variants: {b: {expect: {verdict: fail, gates: lock_wait}}, a: {}}
)";

TEST(Json, ComesBackEqual) {
  const Files files;
  const Scenario scenario = value_of(files.read(rich));
  const std::string text = to_json(scenario);
  const Scenario back = value_of(from_json(text, "manifest.json"));
  EXPECT_EQ(to_json(back), text);
  EXPECT_EQ(back.file, scenario.file);
  EXPECT_EQ(back.variant, "b");
  EXPECT_EQ(back.variants, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(back.story, scenario.story);
  EXPECT_EQ(back.policy.lock_timeout, 1500us);
  EXPECT_EQ(back.traffic.rate_per_s, scenario.traffic.rate_per_s);
  EXPECT_EQ(back.traffic.scripts.at(0).text, "SELECT 1;\n\tSELECT 2");
  EXPECT_EQ(back.traffic.scripts.at(1).source, files.path("read.sql"));
  EXPECT_FALSE(back.quiet_pass);
  EXPECT_TRUE(back.traffic_pass);
  EXPECT_EQ(back.adversaries.at(0).name, "long-reader");
  EXPECT_FALSE(back.gates.max_stall);
  EXPECT_EQ(back.gates.response_p99_ratio, 2.5);
  EXPECT_EQ(back.gates.error_rate, 0.0001);
  EXPECT_EQ(back.expect.verdict, Verdict::fail);
  EXPECT_EQ(back.data.tables.at(0).columns.at("x").null_fraction, 0.01);
}

TEST(Json, KeepsTheCast) {
  const Files files;
  const Scenario scenario = value_of(files.read(R"(migration: {up: up.sql}
applications: {old: {scripts: {a: {sql: x}}, phases: [baseline]}, new: {scripts: {a: {sql: y}}}}
adversaries: {other: {kind: second-ddl, sql: DROP TABLE t, lock_timeout: off}, admin: {}}
passes: [quiet, [other, admin], connection-burst]
)"));
  const std::string text = to_json(scenario);
  const Scenario back = value_of(from_json(text, "manifest.json"));
  EXPECT_EQ(to_json(back), text);
  EXPECT_EQ(back.adversary_passes, scenario.adversary_passes);
  EXPECT_EQ(back.adversaries.at(0).sql, "DROP TABLE t");
  EXPECT_FALSE(back.adversaries.at(0).lock_timeout);
  EXPECT_EQ(back.adversaries.at(2).kind, Adversary::Kind::connection_burst);
  EXPECT_EQ(back.applications.at(0).phases, std::vector<std::string>{"baseline"});
  EXPECT_EQ(back.applications.at(1).scripts.at(0).text, "y");
}

TEST(Json, IsJsonWithNumbersAsNumbers) {
  const Files files;
  const json parsed = json::parse(to_json(value_of(files.read(rich))));
  EXPECT_EQ(parsed.at("rows"), 3000);
  EXPECT_EQ(parsed.at("gates").at("max_stall"), "off");
  EXPECT_EQ(parsed.at("gates").at("lock_wait"), "500ms");
  EXPECT_EQ(parsed.at("gates").at("down_restores_data"), true);
  EXPECT_EQ(parsed.at("story"), "Quotes \" and \\ and\nnew lines, \a and é.");
  EXPECT_EQ(parsed.at("traffic").at("clients"), 16);
}

TEST(Json, IsReadHoweverItIsSpaced) {
  const Files files;
  const std::string text = to_json(value_of(files.read(rich)));
  for (const int indent : {-1, 2}) {
    const std::string respaced = json::parse(text).dump(indent);
    EXPECT_EQ(json::parse(to_json(value_of(from_json(respaced, "manifest.json")))), json::parse(text));
  }
}

TEST(Json, NeedsNoFiles) {
  std::string text;
  {
    const Files files;
    text = to_json(value_of(files.read(rich)));
  }
  EXPECT_TRUE(from_json(text, "manifest.json"));
}

TEST(Json, ARunWithOnePassStaysSo) {
  const Files files;
  const Scenario quiet = value_of(files.read("migration: {up: up.sql}\npasses: quiet\n"));
  const Scenario back = value_of(from_json(to_json(quiet), "manifest.json"));
  EXPECT_TRUE(back.quiet_pass);
  EXPECT_FALSE(back.traffic_pass);
  EXPECT_FALSE(back.gates.down_restores_data) << "there is no down";
}

TEST(Json, DamageIsLocated) {
  const auto result = from_json(R"({"gates": {"max_stall": 5}})", "manifest.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(messages(result.errors()),
            "manifest.json:1:25: error: gates.max_stall: '5' has no unit\n"
            "  hint: a duration needs one of ns, us, ms, s, m, h, as in 250ms or 2m\n");
  EXPECT_FALSE(from_json("{", "manifest.json"));
  EXPECT_FALSE(from_json("", "manifest.json"));
}

}  // namespace
}  // namespace pgrehearse::scenario
