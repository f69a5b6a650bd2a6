#include "harness/base/cancellation.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>

#include "harness/base/check.hpp"

namespace pgrehearse::base {

Cancellation::Cancellation() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { PGR_CHECK(fd_ >= 0); }

Cancellation::~Cancellation() { ::close(fd_); }

void Cancellation::cancel() noexcept {
  cancelled_.store(true, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

bool Cancellation::wait_for(Duration duration) const {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!cancelled()) {
    const Duration left = end - std::chrono::steady_clock::now();
    if (left <= Duration::zero()) return false;
    pollfd waiting{fd_, POLLIN, 0};
    const timespec limit{static_cast<time_t>(left.count() / 1'000'000'000), left.count() % 1'000'000'000};
    ::ppoll(&waiting, 1, &limit, nullptr);
  }
  return true;
}

namespace {

std::atomic<Cancellation*> target{nullptr};
std::atomic<int> signals{0};

void on_signal(int number) {
  if (signals.fetch_add(1) >= 2) ::_exit(128 + number);
  if (Cancellation* cancellation = target.load()) cancellation->cancel();
}

}  // namespace

void cancel_on_signals(Cancellation& cancellation) {
  target = &cancellation;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace pgrehearse::base
