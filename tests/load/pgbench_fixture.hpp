// The installed pgbench, run on the same scripts as our own client.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

#include "harness/base/subprocess.hpp"
#include "harness/load/script_sources.hpp"
#include "harness/provision/binaries.hpp"
#include "tests/load/script_fixture.hpp"

namespace pgrehearse::load {

constexpr const char* fresh_table = "DROP TABLE IF EXISTS seen; CREATE TABLE seen (n serial, client int, value text)";
constexpr const char* all_rows = "SELECT client, value FROM seen ORDER BY client, n";

// A case on each line; \n in it is the end of a line of the script.
inline std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    for (std::size_t at = 0; (at = line.find("\\n", at)) != std::string::npos;) line.replace(at, 2, "\n");
    if (!line.empty()) all.push_back(line);
  }
  return all;
}

class PgbenchTest : public ScriptFixture {
 protected:
  PgbenchTest() {
    for (const auto& binaries : provision::list_binaries()) {
      if (binaries.major >= first_major && !has_pgbench()) pgbench_ = binaries.program("pgbench");
    }
  }

  void SetUp() override {
    if (!has_pgbench()) GTEST_SKIP() << "pgbench 15 or newer is not installed";
  }

  // A script that stores the text of each expression.
  static std::string storing(const std::vector<std::string>& expressions) {
    std::string script = "\\set v0 7\n\\set v1 2.5\n\\set v2 NULL\n\\set v3 TRUE\n\\set v4 -3\n";
    for (const std::string& expression : expressions) {
      script += "\\set x " + expression + "\nINSERT INTO seen (client, value) VALUES (:client_id, ':x');\n";
    }
    return script;
  }
  // The messages on pgbench's standard error, without their places.
  static std::vector<std::string> messages(const std::string& err) {
    static const std::regex pattern("pgbench: error: (?:[^\n]*?\\.sql:\\d+: )?([^\n]*)");
    std::vector<std::string> found;
    for (std::sregex_iterator at(err.begin(), err.end(), pattern), end; at != end; ++at) found.push_back((*at)[1]);
    return found;
  }
  static std::string first_message(const std::string& err) {
    const auto all = messages(err);
    return all.empty() ? err : all.front();
  }

  // The first with --max-tries and with the random numbers that ours are.
  static constexpr int first_major = 15;
  bool has_pgbench() const { return std::filesystem::exists(pgbench_); }

  // Runs pgbench without vacuum; `options` stand before the scripts'.
  base::Output pgbench(const Job& job, std::vector<std::string> options = {}) const {
    static const std::map<Protocol, std::string> protocols{
        {Protocol::simple, "simple"}, {Protocol::extended, "extended"}, {Protocol::prepared, "prepared"}};
    std::vector<std::string> arguments{pgbench_,
                                       "-n",
                                       "--random-seed=" + std::to_string(job.rules.random_seed),
                                       "-c" + std::to_string(job.clients),
                                       "-t" + std::to_string(job.transactions),
                                       "-M" + protocols.at(job.rules.protocol),
                                       "--max-tries=" + std::to_string(job.rules.max_tries)};
    for (const auto& [variable, value] : job.rules.definitions) arguments.push_back("-D" + variable + '=' + value);
    arguments.insert(arguments.end(), options.begin(), options.end());
    for (std::size_t i = 0; i < job.scripts.size(); ++i) {
      arguments.push_back("-f" + script_path(i));
      std::ofstream(script_path(i)) << job.scripts[i];
    }
    arguments.push_back(database_.target().database);
    const auto& target = database_.target();
    const auto output = base::run({.arguments = arguments,
                                   .environment = {{"PGHOST", target.host},
                                                   {"PGPORT", std::to_string(target.port)},
                                                   {"PGUSER", target.user},
                                                   {"PGPASSWORD", target.password}}},
                                  std::chrono::seconds(60));
    if (!output) {
      ADD_FAILURE() << to_string(output.errors()[0]);
      return {};
    }
    return *output;
  }
  // Runs the job by pgbench and by us, each after `before`, and compares what `query` then returns.
  void expect_same_rows(const Job& job, const std::string& before, const std::string& query) {
    execute(before);
    const auto theirs = pgbench(job);
    EXPECT_EQ(theirs.exit_status, 0) << theirs.err;
    const std::string expected = rows(query);
    EXPECT_FALSE(expected.empty());
    execute(before);
    for (const Ending& ending : ours(job)) EXPECT_EQ(ending.sqlstate, "") << ending.message;
    EXPECT_EQ(rows(query), expected);
  }

  std::string pgbench_;
};

}  // namespace pgrehearse::load
