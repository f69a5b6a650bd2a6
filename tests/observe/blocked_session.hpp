// Two sessions in a story: one holds a lock, the other waits for it on a thread of its own. Nothing sleeps: the story
// goes on once the server says that the other waits.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "tests/support/server.hpp"

namespace pgrehearse::observe {

// Asks again and again; false when the condition does not come true within ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

inline std::unique_ptr<postgres::Session> traffic_session(const testing::ScratchDatabase& database) {
  postgres::Target target = database.target();
  target.application = "pgrehearse:traffic:test";
  target.settings["deadlock_timeout"] = "10ms";
  auto session = postgres::Session::open(target);
  if (!session) {
    ADD_FAILURE() << to_string(session.errors().front());
    std::abort();
  }
  return std::move(session).value();
}

// A statement that runs on a thread of its own and is expected to wait.
class Waiter {
 public:
  Waiter(const testing::ScratchDatabase& database, std::string sql)
      : session_(traffic_session(database)),
        thread_([this, sql = std::move(sql)] { failure_ = session_->attempt(sql); }) {}
  ~Waiter() { join(); }

  int pid() const { return session_->backend_pid(); }
  void cancel() { session_->cancel(); }
  std::optional<postgres::Failure> join() {
    if (thread_.joinable()) thread_.join();
    return failure_;
  }
  // `watcher` sees it wait for at least `ms`.
  bool waits(postgres::Session& watcher, int ms = 20) const {
    return eventually([&] {
      return watcher
                 .query(fmt::format("SELECT 1 FROM pg_locks WHERE NOT granted AND pid = {} AND waitstart < "
                                    "clock_timestamp() - interval '{} ms'",
                                    pid(), ms))
                 .size() == 1;
    });
  }

 private:
  std::unique_ptr<postgres::Session> session_;
  std::optional<postgres::Failure> failure_;
  std::thread thread_;
};

}  // namespace pgrehearse::observe
