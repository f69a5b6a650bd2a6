// Our own client on a real server, without the engine.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "harness/base/clock.hpp"
#include "harness/load/client.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::load {

struct Job {
  std::vector<std::string> scripts;
  ScriptRules rules{};
  std::size_t clients = 1, transactions = 1;  // of each client
  KeyCatalog* keys = nullptr;                 // ours alone
};

class ScriptFixture : public ::testing::Test {
 protected:
  ScriptFixture() {
    char name[] = "/tmp/pgrehearse-scripts-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~ScriptFixture() override { std::filesystem::remove_all(folder_); }

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
    std::optional<Ending> ending = copy(client.begin(operation));
    while (!ending && client.state() != Client::State::offline) ending = copy(step(client));
    if (client.state() != Client::State::offline) {
      until(client, [&] { return client.state() == Client::State::free; });
    }
    if (!ending) ADD_FAILURE() << "the client is offline: " << client.offline_reason().message;
    return ending.value_or(Ending{operation, "none", client.offline_reason().message});
  }

  // Endings are valid until the client's next step.
  static std::optional<Ending> copy(const Ending* ending) { return ending ? std::optional(*ending) : std::nullopt; }

  const Ending* step(Client& client) {
    if (client.state() == Client::State::sleeping && client.wake_at() <= clock_.now()) return client.wake();
    auto& connection = *client.connection();
    using Wants = postgres::AsyncConnection::Wants;
    const Wants wants = connection.wants();
    const bool writes = wants == Wants::write || wants == Wants::read_write;
    pollfd socket{connection.fd(), static_cast<short>((wants == Wants::write ? 0 : POLLIN) | (writes ? POLLOUT : 0)),
                  0};
    if (::poll(&socket, 1, client.state() == Client::State::sleeping ? 1 : 1000) <= 0) return nullptr;
    return client.advance();
  }

  void until(Client& client, const std::function<bool()>& condition) {
    const auto deadline = clock_.now() + std::chrono::seconds(20);
    while (!condition()) {
      ASSERT_LT(clock_.now(), deadline);
      ASSERT_NE(client.state(), Client::State::offline) << client.offline_reason().message;
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

  testing::ScratchDatabase database_;
  base::SteadyClock clock_;
  std::string folder_;
};

}  // namespace pgrehearse::load
