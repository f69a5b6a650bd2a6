// epoll with a deadline in nanoseconds and a way to wake it from another thread. Private to this module.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/postgres/async_connection.hpp"

namespace pgrehearse::load {

using base::Duration;

// Only wake() may be called from other threads.
class Poller {
 public:
  explicit Poller(std::size_t clients);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // From now on `client` is watched for what `connection` wants; null: not at all. Cheap when nothing changed.
  void watch(std::size_t client, postgres::AsyncConnection* connection);
  // Waits until a watched socket is ready, `deadline` has passed (Duration::max(): none), or wake(). `now` and
  // `deadline` are times of one clock. The clients that are ready; valid until the next call.
  std::span<const std::size_t> wait(Duration now, Duration deadline);
  void wake();

 private:
  void arm(Duration now, Duration deadline);

  int epoll_, timer_, event_;
  Duration armed_ = Duration::max();    // what the timer is set to; max: it is not
  std::vector<std::uint32_t> watched_;  // events, by client
  std::array<epoll_event, 64> events_;
  std::vector<std::size_t> ready_;
};

}  // namespace pgrehearse::load
