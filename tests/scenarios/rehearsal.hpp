// Rehearses a catalogue scenario with the built program, and holds its summary.json against what the scenario promises.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/subprocess.hpp"
#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::scenarios {

struct Expected {
  std::string verdict;
  int exit_status = 0;
  std::vector<std::string> failed_gates;
  std::string statement, lock_relation, lock_mode;  // the one to blame; empty: none
};

struct Rehearsal {
  int exit_status = -1;
  nlohmann::json summary;  // null when there is none
};

inline int run_program(std::vector<std::string> arguments, std::map<std::string, std::string> environment) {
  arguments.insert(arguments.begin(), PGREHEARSE_BINARY);
  environment.emplace("PGREHEARSE_SCENARIOS", PGREHEARSE_SOURCE_DIR "/scenarios");
  const auto output =
      base::run({.arguments = std::move(arguments), .environment = std::move(environment)}, std::chrono::minutes(10));
  if (!output) return -1;
  return output->exit_status;
}

inline Rehearsal rehearse(const std::string& scenario, const std::string& variant,
                          const std::map<std::string, std::string>& environment = {}) {
  const testing::TemporaryFolder folder;
  const std::string output = folder.path("run");
  Rehearsal rehearsal{run_program({"run", scenario, "--variant", variant, "--output", output, "--quiet"}, environment),
                      {}};
  std::ifstream stream(output + "/summary.json");
  if (stream) rehearsal.summary = nlohmann::json::parse(stream, nullptr, false);
  return rehearsal;
}

inline std::string outcome_of(const nlohmann::json& summary, const std::string& gate) {
  for (const auto& each : summary.at("gates")) {
    if (each.at("id") == gate) return each.at("outcome");
  }
  return "not judged";
}

// The limit of the gate on lock waits.
inline double longest_wait_ms(const nlohmann::json& summary) {
  for (const auto& gate : summary.at("gates")) {
    if (gate.at("id") == "lock_wait") return gate.at("limit_ms");
  }
  return 0;
}

// Does some pass say that this statement, with this lock, blocked traffic for longer than the gate allows?
inline bool blames(const nlohmann::json& summary, const Expected& expected) {
  for (const auto& pass : summary.at("passes")) {
    for (const auto& statement : pass.at("statements")) {
      const bool named = statement.at("sql").get<std::string>().find(expected.statement) != std::string::npos;
      if (!named || statement.at("blocked").at("max_ms") <= longest_wait_ms(summary)) continue;
      for (const auto& lock : statement.at("locks")) {
        if (lock.at("relation") == expected.lock_relation && lock.at("mode") == expected.lock_mode) return true;
      }
    }
  }
  return false;
}

inline void expect_outcome(const Rehearsal& rehearsal, const Expected& expected) {
  EXPECT_EQ(rehearsal.exit_status, expected.exit_status);
  ASSERT_TRUE(rehearsal.summary.is_object()) << "no summary.json";
  const auto& summary = rehearsal.summary;
  EXPECT_EQ(summary.at("verdict"), expected.verdict) << summary.at("headline") << '\n' << summary.at("gates").dump(2);
  for (const std::string& gate : expected.failed_gates) EXPECT_EQ(outcome_of(summary, gate), "fail") << gate;
  for (const char* gate : {"down_restores_schema", "down_restores_data"}) EXPECT_EQ(outcome_of(summary, gate), "pass");
  if (!expected.statement.empty()) {
    EXPECT_TRUE(blames(summary, expected)) << summary.at("passes").dump(2).substr(0, 20'000);
  }
}

}  // namespace pgrehearse::scenarios
