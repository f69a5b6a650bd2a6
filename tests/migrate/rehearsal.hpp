// A database, a migration given as text, and what running it recorded.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "harness/migrate/runner.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::migrate {

class CollectingRecorder final : public record::Recorder {
 public:
  void append(const record::Event& event) override {
    const std::lock_guard lock(mutex_);
    if (const auto* statement = std::get_if<record::Statement>(&event)) statements.push_back(*statement);
    if (const auto* notice = std::get_if<record::Notice>(&event)) notices.push_back(notice->text);
  }
  void append(const record::Window&) override {}

  std::vector<record::Statement> statements;
  std::vector<std::string> notices;

 private:
  std::mutex mutex_;
};

inline Migration migration(TransactionScope scope, std::string up, std::string down = "") {
  return {"1", "1_a", {"up.sql", "up.sql", std::move(up)}, SqlFile{"down.sql", "down.sql", std::move(down)}, scope};
}

// Waits until `condition` holds, looking again every few milliseconds; false after ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const base::Cancellation never;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    never.wait_for(std::chrono::milliseconds(5));
  }
  return true;
}

class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest() {
    options_.migration = database_.target();
    options_.migration.settings.erase("pg_stat_statements.track");  // as the deployer's role has it
    options_.observer = testing::server();
    options_.quiet = true;
  }

  base::Result<PhaseOutcome> run(const std::vector<Migration>& range, Direction direction = Direction::up) {
    recorder_.statements.clear();
    const Phase phase{"quiet", direction == Direction::up ? "up" : "down", direction};
    return run_phase(range, phase, options_, clock_, recorder_, cancellation_);
  }
  base::Result<PhaseOutcome> run(TransactionScope scope, std::string up) {
    return run({migration(scope, std::move(up))});
  }

  void sql(const char* text) { session_->query(text); }
  std::string answer(const char* query) { return session_->query(query).string(0, 0); }
  // Sessions of this database that wait for a lock, by application name.
  std::size_t waiting(const std::string& application) {
    return session_
        ->query(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = $1 "
            "AND datname = current_database()",
            {application})
        .size();
  }

  const record::Statement& statement(std::size_t i) { return recorder_.statements.at(i); }
  // "Mode relation", with a star for relations that are new.
  std::vector<std::string> locks(std::size_t i) {
    std::vector<std::string> names;
    for (const record::HeldLock& lock : statement(i).locks) {
      names.push_back(lock.mode + " " + lock.relation + (lock.existed_before ? "" : "*"));
    }
    return names;
  }

  testing::ScratchDatabase database_;
  std::unique_ptr<postgres::Session> session_ = database_.session();
  RunnerOptions options_;
  base::SteadyClock clock_;
  base::Cancellation cancellation_;
  CollectingRecorder recorder_;
};

}  // namespace pgrehearse::migrate
