// The user's wish to stop (Ctrl-C, or a deadline of the run). Whoever waits, waits on this too, so that an
// interrupted run cleans up at once. Thread-safe; cancelled once, it stays so.
#pragma once

#include <atomic>

#include "harness/base/clock.hpp"

namespace pgrehearse::base {

class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // Async-signal-safe.
  void cancel() noexcept;
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
  // Waits at most `duration`; true when cancelled, at once if it already was.
  bool wait_for(Duration duration) const;
  // Readable once cancelled: for poll and epoll. Owned by this object; never read from it.
  int fd() const noexcept { return fd_; }

 private:
  std::atomic<bool> cancelled_{false};
  int fd_;
};

// From now on SIGINT, SIGTERM and SIGHUP cancel `cancellation`, which must outlive the process's last signal; a third
// signal ends the process at once (what is then left behind, the next run removes). SIGPIPE is ignored.
void cancel_on_signals(Cancellation& cancellation);

}  // namespace pgrehearse::base
