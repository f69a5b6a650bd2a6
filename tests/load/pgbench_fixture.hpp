// The installed pgbench and our own client, run on the same scripts.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

#include "harness/base/clock.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/load/client.hpp"
#include "harness/load/script_sources.hpp"
#include "harness/provision/binaries.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::load {

struct Job {
  std::vector<std::string> scripts;
  ScriptRules rules{};
  std::size_t clients = 1, transactions = 1;  // of each client
  KeyCatalog* keys = nullptr;                 // ours alone
};

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

class PgbenchTest : public ::testing::Test {
 protected:
  PgbenchTest() {
    char name[] = "/tmp/pgrehearse-pgbench-XXXXXX";
    folder_ = ::mkdtemp(name);
    const auto binaries = provision::find_binaries({});
    if (binaries && binaries->major >= first_major) pgbench_ = binaries->program("pgbench");
  }
  ~PgbenchTest() override { std::filesystem::remove_all(folder_); }

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
  std::string script_path(std::size_t i) const { return folder_ + "/script" + std::to_string(i) + ".sql"; }

  base::Result<std::vector<Script>> parse(const Job& job) const {
    std::vector<scenario::Script> sources;
    for (std::size_t i = 0; i < job.scripts.size(); ++i) {
      scenario::Script source;
      source.name = "script" + std::to_string(i);
      source.text = job.scripts[i];
      source.source = script_path(i);
      sources.push_back(source);
    }
    return parse_scripts(sources,
                         ParseOptions{.keys = job.keys, .definitions = job.rules.definitions, .strict = false});
  }

  // The endings, client by client: one after the other runs the first script.
  std::vector<Ending> ours(const Job& job) {
    const auto scripts = parse(job);
    if (!scripts) {
      ADD_FAILURE() << to_string(scripts.errors()[0]);
      return {};
    }
    ScriptWorld world(*scripts, nullptr, job.rules, job.clients);
    const SessionSettings settings(*scripts);
    std::vector<Ending> endings;
    for (std::size_t i = 0; i < job.clients; ++i) {
      Client client(world, settings, i, clock_);
      client.connect(database_.target());
      until(client, [&] { return client.state() == Client::State::free; });
      for (std::size_t n = 0; n < job.transactions; ++n) endings.push_back(run(client, 0, base::Seed{n}));
    }
    return endings;
  }

  // One operation on a client that is free. Whatever the server's answer takes, time or sleep.
  Ending run(Client& client, std::size_t script, base::Seed seed) {
    Operation operation{{}, seed};
    operation.entry.script = script;
    auto ending = client.begin(operation);
    while (!ending && client.state() != Client::State::offline) ending = step(client);
    until(client, [&] { return client.state() == Client::State::free || client.state() == Client::State::offline; });
    if (!ending) ADD_FAILURE() << "the client is offline: " << client.offline_reason();
    return ending.value_or(Ending{operation, "none", client.offline_reason()});
  }

  std::optional<Ending> step(Client& client) {
    if (client.state() == Client::State::sleeping && client.wake_at() <= clock_.now()) return client.wake();
    auto& connection = *client.connection();
    using Wants = postgres::AsyncConnection::Wants;
    const Wants wants = connection.wants();
    const bool writes = wants == Wants::write || wants == Wants::read_write;
    pollfd socket{connection.fd(), static_cast<short>((wants == Wants::write ? 0 : POLLIN) | (writes ? POLLOUT : 0)),
                  0};
    if (::poll(&socket, 1, client.state() == Client::State::sleeping ? 1 : 1000) <= 0) return {};
    return client.advance();
  }

  void until(Client& client, const std::function<bool()>& condition) {
    const auto deadline = clock_.now() + std::chrono::seconds(20);
    while (!condition()) {
      ASSERT_LT(clock_.now(), deadline);
      ASSERT_NE(client.state(), Client::State::offline) << client.offline_reason();
      step(client);
    }
  }

  // What a query returns, a line for each row; NULL as such.
  std::string rows(const std::string& sql) const {
    const auto session = database_.session();
    const auto rows = session->query(sql);
    std::string text;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < rows.columns(); ++column) {
        text += (column > 0 ? "|" : "") + (rows.null(row, column) ? std::string("NULL") : rows.string(row, column));
      }
      text += '\n';
    }
    return text;
  }
  void execute(const std::string& sql) const { database_.session()->query(sql); }

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

  testing::ScratchDatabase database_;
  base::SteadyClock clock_;
  std::string folder_, pgbench_;
};

}  // namespace pgrehearse::load
