// Jobs on several threads, each with a connection of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::populate {

// Numbers from 0, handed out once each, until all are out, a worker failed, or the user wants to stop. Thread-safe.
class JobQueue {
 public:
  JobQueue(std::size_t jobs, const base::Cancellation& cancellation) : jobs_(jobs), cancellation_(cancellation) {}
  std::optional<std::size_t> take();
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_ || cancellation_.cancelled(); }
  std::size_t size() const { return jobs_; }

 private:
  std::size_t jobs_;
  const base::Cancellation& cancellation_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
};

// As many workers as the machine has processors, at most one a job; returns when all have ended. The first that fails
// stops the others. A worker takes jobs until there are none. Failure may be thrown; `doing` says what then failed.
base::Status run_workers(std::size_t jobs, const base::Cancellation& cancellation, const std::string& doing,
                         const std::function<base::Status(JobQueue&)>& worker);

// While it lives: once the user wants to stop, the server is asked to cancel what the sessions of this application
// name run, again and again, as they may just be between two statements.
class CancelForwarder {
 public:
  CancelForwarder(const postgres::Target& target, const base::Cancellation& cancellation);
  ~CancelForwarder();

 private:
  void run();
  bool done_within(std::chrono::milliseconds time);

  postgres::Target target_;
  const base::Cancellation& cancellation_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace pgrehearse::populate
