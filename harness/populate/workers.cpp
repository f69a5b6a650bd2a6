#include "harness/populate/workers.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

namespace pgrehearse::populate {
namespace {

constexpr std::chrono::milliseconds kPoll{50};

base::Status guarded(const std::function<base::Status(JobQueue&)>& worker, JobQueue& queue, const std::string& doing) {
  try {
    return worker(queue);
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, doing);
  }
}

}  // namespace

std::optional<std::size_t> JobQueue::take() {
  if (stopped()) return std::nullopt;
  const std::size_t job = next_++;
  return job < jobs_ ? std::optional(job) : std::nullopt;
}

base::Status run_workers(std::size_t jobs, const base::Cancellation& cancellation, const std::string& doing,
                         const std::function<base::Status(JobQueue&)>& worker) {
  JobQueue queue(jobs, cancellation);
  std::mutex mutex;
  base::Errors errors;
  const auto run = [&] {
    const auto status = guarded(worker, queue, doing);
    if (status) return;
    queue.stop();
    const std::lock_guard lock(mutex);
    errors.insert(errors.end(), status.errors().begin(), status.errors().end());
  };
  std::vector<std::thread> threads;
  const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < std::min(jobs, processors); ++i) threads.emplace_back(run);
  for (std::thread& thread : threads) thread.join();
  if (cancellation.cancelled()) return base::interrupted_error();
  if (!errors.empty()) return errors;
  return base::success();
}

CancelForwarder::CancelForwarder(const postgres::Target& target, const base::Cancellation& cancellation)
    : target_(target), cancellation_(cancellation), thread_([this] { run(); }) {}

CancelForwarder::~CancelForwarder() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

bool CancelForwarder::done_within(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, time, [this] { return done_; });
}

void CancelForwarder::run() {
  while (!cancellation_.cancelled())
    if (done_within(kPoll)) return;
  postgres::Target ours = target_;
  ours.application = "pgrehearse:cancel";
  auto session = postgres::Session::open(ours);
  if (!session) return;  // the workers notice the lost server themselves
  const std::string cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = " +
                             postgres::quote_literal(target_.application);
  do
    if ((*session)->attempt(cancel)) return;
  while (!done_within(kPoll));
}

}  // namespace pgrehearse::populate
