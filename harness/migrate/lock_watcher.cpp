#include "harness/migrate/lock_watcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace pgrehearse::migrate {
namespace {

constexpr Duration interval = std::chrono::milliseconds(20);
constexpr Duration first_interval = std::chrono::milliseconds(10);
constexpr Duration close_interval = std::chrono::milliseconds(2);
constexpr Duration close_for = std::chrono::milliseconds(200);

// One row for each lock and, without a mode, one with the number of workers.
std::string sample_sql(int backend_pid) {
  return fmt::format(
      "SELECT coalesce(relation, 0), mode, granted, "
      "coalesce(1e9 * extract(epoch FROM clock_timestamp() - waitstart), 0)::bigint FROM pg_catalog.pg_locks "
      "WHERE pid = {0} AND (NOT granted OR (locktype = 'relation' AND relation >= {1})) "
      "UNION ALL SELECT 0, NULL, true, count(*) FROM pg_catalog.pg_stat_get_activity(NULL) WHERE leader_pid = {0}",
      backend_pid, first_user_oid);
}

Duration next_interval(WatchPace pace, Duration elapsed) {
  if (pace == WatchPace::close && elapsed < close_for) return close_interval;
  return elapsed < first_interval ? first_interval : interval;
}

void saw_granted(Watched& watched, Oid oid, const std::string& mode, Duration at) {
  const auto known = std::ranges::find_if(
      watched.locks, [&](const WatchedLock& lock) { return lock.oid == oid && lock.mode == mode; });
  if (known == watched.locks.end()) {
    watched.locks.push_back({oid, mode, at, at});
  } else {
    known->last_seen = at;
  }
}

void saw_waiting(Watched& watched, Oid oid, const std::string& mode, Duration start, Duration at) {
  // The same wait when it was still on at the last sample.
  if (!watched.waits.empty()) {
    WatchedWait& last = watched.waits.back();
    if (last.oid == oid && last.mode == mode && last.end == watched.last_sample && start <= last.end) {
      last.end = at;
      return;
    }
  }
  watched.waits.push_back({oid, mode, start, at});
}

}  // namespace

struct LockWatcher::State {
  std::unique_ptr<postgres::Session> observer;
  std::string sql;
  const base::Clock& clock;

  std::mutex mutex;
  std::condition_variable changed;
  bool watching = false, sampling = false, stop = false;
  WatchPace pace = WatchPace::normal;
  Duration began{};
  Watched watched;  // written by the thread while `sampling`, otherwise guarded by `mutex`
  std::thread thread;

  void take_sample() {
    const postgres::Rows rows = observer->query(sql);
    const Duration at = clock.now();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto oid = static_cast<Oid>(rows.integer(row, 0));
      if (rows.null(row, 1)) {
        watched.parallel_workers = std::max(watched.parallel_workers, static_cast<int>(rows.integer(row, 3)));
      } else if (rows.boolean(row, 2)) {
        saw_granted(watched, oid, rows.string(row, 1), at);
      } else {
        saw_waiting(watched, oid, rows.string(row, 1), at - Duration(rows.integer(row, 3)), at);
      }
    }
    watched.last_sample = at;
    ++watched.samples;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (!stop) {
      if (!watching) {
        changed.wait(lock);
        continue;
      }
      const Duration pause = next_interval(pace, clock.now() - began);
      if (changed.wait_for(lock, pause, [&] { return !watching || stop; })) continue;
      sampling = true;
      lock.unlock();
      bool lost = false;
      try {
        take_sample();
      } catch (const postgres::Failure&) {
        lost = true;  // the server is going down, which the migration's session reports
      }
      lock.lock();
      sampling = false;
      if (lost) watching = false;
      changed.notify_all();
    }
  }
};

LockWatcher::LockWatcher(std::unique_ptr<postgres::Session> observer, int backend_pid, const base::Clock& clock)
    : state_(new State{std::move(observer),
                       sample_sql(backend_pid),
                       clock,
                       {},
                       {},
                       false,
                       false,
                       false,
                       WatchPace::normal,
                       {},
                       {},
                       {}}) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

LockWatcher::~LockWatcher() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

void LockWatcher::begin(WatchPace pace) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->watched = {};
    state_->pace = pace;
    state_->began = state_->clock.now();
    state_->watching = true;
  }
  state_->changed.notify_all();
}

Watched LockWatcher::end() {
  std::unique_lock lock(state_->mutex);
  state_->watching = false;
  state_->changed.notify_all();
  state_->changed.wait(lock, [&] { return !state_->sampling; });
  return std::move(state_->watched);
}

}  // namespace pgrehearse::migrate
