// Traffic against a real server.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "harness/base/cancellation.hpp"
#include "harness/load/engine.hpp"
#include "tests/load/memory_recorder.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::load {

using namespace std::chrono_literals;

class TrafficFixture : public ::testing::Test {
 protected:
  // Scripts by name and text, of equal weight.
  TrafficSetup setup(const std::vector<std::pair<std::string, std::string>>& scripts,
                     const generators::Generator* tables = nullptr) const {
    std::vector<scenario::Script> sources;
    for (const auto& [name, text] : scripts) {
      scenario::Script script;
      script.name = name;
      script.text = text;
      script.source = name;
      sources.push_back(script);
    }
    TrafficSetup setup;
    setup.target = database_.target();
    setup.pass = "traffic";
    auto parsed = parse_scripts(sources, tables);
    if (!parsed) ADD_FAILURE() << to_string(parsed.errors()[0]);
    setup.scripts = std::move(parsed).value();
    setup.traffic.rate_per_s = 500;
    setup.traffic.arrivals = Arrivals::constant;
    setup.traffic.clients = 4;
    setup.seed = base::Seed{1};
    setup.tables = tables;
    return setup;
  }
  std::unique_ptr<TrafficEngine> start(TrafficSetup setup) {
    auto engine = TrafficEngine::start(clock_, recorder_, std::move(setup));
    if (!engine) ADD_FAILURE() << to_string(engine.errors()[0]);
    return std::move(engine).value();
  }
  std::unique_ptr<postgres::Session> session() const { return database_.session(); }

  // Waits for something that other threads or the server bring about.
  void await(const char* what, const std::function<bool()>& condition) const {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "in vain for " << what;
      let_pass(1ms);
    }
  }
  void let_pass(base::Duration duration) const { never_.wait_for(duration); }
  // How many of the traffic's backends fulfil a condition on pg_stat_activity.
  static std::int64_t backends(postgres::Session& session, const std::string& condition) {
    return session
        .query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '" +
               std::string(application_name) + "' AND " + condition)
        .integer(0, 0);
  }

  testing::ScratchDatabase database_;
  base::SteadyClock clock_;
  base::Cancellation never_;
  MemoryRecorder recorder_;
};

}  // namespace pgrehearse::load
