// The parser, the JSON Schema and the reference know the same keys.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/scenario/draft.hpp"
#include "harness/scenario/known_keys.hpp"
#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using nlohmann::json;
using testing::text_of;

std::set<std::string> keys_of_parser() {
  std::set<std::string> keys;
  for (const KnownKey& key : known_keys()) keys.insert(key.path);
  return keys;
}

void collect(const json& schema, const std::string& path, std::set<std::string>& keys) {
  const json properties = schema.value("properties", json::object());
  for (const auto& [name, below] : properties.items()) {
    const std::string key = path.empty() ? name : path + '.' + name;
    keys.insert(key);
    if (key != "variants") collect(below, key, keys);
  }
  const auto any_name = schema.find("additionalProperties");
  if (any_name != schema.end() && any_name->is_object()) collect(*any_name, path + ".*", keys);
}

TEST(Schema, HasTheKeysOfTheParser) {
  std::set<std::string> keys;
  collect(json::parse(text_of("docs/scenario.schema.json")), {}, keys);
  EXPECT_EQ(keys, keys_of_parser());
}

TEST(Schema, RefusesUnknownKeysEverywhere) {
  std::vector<json> pending{json::parse(text_of("docs/scenario.schema.json"))};
  while (!pending.empty()) {
    const json at = std::move(pending.back());
    pending.pop_back();
    if (at.is_object() && at.contains("properties") && at["properties"].is_object() && at.contains("type")) {
      EXPECT_EQ(at.value("additionalProperties", json(true)), json(false)) << at.dump().substr(0, 200);
    }
    for (const json& below : at) {
      if (below.is_structured()) pending.push_back(below);
    }
  }
}

TEST(Schema, VariantsTakeTheOtherKeys) {
  const json schema = json::parse(text_of("docs/scenario.schema.json"));
  std::set<std::string> top, in_variant;
  for (const auto& [name, ignored] : schema.at("properties").items()) top.insert(name);
  top.erase("variants");
  const json& variant = schema.at("properties").at("variants").at("additionalProperties").at("properties");
  for (const auto& [name, target] : variant.items()) {
    in_variant.insert(name);
    EXPECT_EQ(target.at("$ref"), "#/properties/" + name);
  }
  EXPECT_EQ(in_variant, top);
}

TEST(Schema, KnowsTheGatesThatCanBeExpectedToFail) {
  const json schema = json::parse(text_of("docs/scenario.schema.json"));
  std::vector<std::string> gates = gate_names();
  gates.emplace_back("migration_succeeds");
  const json& expected = schema.at("properties").at("expect").at("properties").at("gates").at("items").at("enum");
  EXPECT_EQ(expected.get<std::vector<std::string>>(), gates);
}

TEST(Reference, ExplainsEveryKey) {
  const std::string reference = text_of("docs/scenario.md");
  for (const std::string& key : keys_of_parser()) {
    EXPECT_NE(reference.find('`' + key + '`'), std::string::npos) << key << " is not in docs/scenario.md";
  }
}

// A default that the reference states is the one in force.
TEST(Reference, StatesTheDefaultsInForce) {
  const std::string reference = text_of("docs/scenario.md");
  const json defaults = json::parse(to_json(write_draft(Scenario{})));
  for (const char* key : {"policy.lock_timeout",
                          "policy.retries",
                          "policy.retry_wait",
                          "migration.format",
                          "migration.last",
                          "migration.transaction",
                          "scale",
                          "seed",
                          "traffic.loop",
                          "traffic.rate",
                          "traffic.scale",
                          "traffic.arrivals",
                          "traffic.clients",
                          "traffic.overflow",
                          "traffic.patience",
                          "traffic.protocol",
                          "traffic.stale_plan",
                          "traffic.max_tries",
                          "timing.baseline",
                          "timing.settle",
                          "server.start_deadline",
                          "gates.max_stall",
                          "gates.lock_wait",
                          "gates.response_p99",
                          "gates.migration_duration",
                          "gates.down_restores_schema",
                          "gates.down_restores_data"}) {
    std::string pointer = std::string("/") + key;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const json& value = defaults.at(json::json_pointer(pointer));
    const std::string row =
        fmt::format("| `{}` | `{}` |", key, value.is_string() ? value.get<std::string>() : value.dump());
    EXPECT_NE(reference.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace pgrehearse::scenario
