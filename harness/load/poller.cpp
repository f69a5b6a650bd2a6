#include "harness/load/poller.hpp"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

constexpr std::uint64_t timer_id = std::numeric_limits<std::uint64_t>::max(), event_id = timer_id - 1;

std::uint32_t wanted(const postgres::AsyncConnection* connection) {
  if (!connection) return 0;
  switch (connection->wants()) {
    case postgres::AsyncConnection::Wants::read:
      return EPOLLIN;
    case postgres::AsyncConnection::Wants::write:
      return EPOLLOUT;
    case postgres::AsyncConnection::Wants::read_write:
      return EPOLLIN | EPOLLOUT;
    case postgres::AsyncConnection::Wants::nothing:
      break;
  }
  return 0;
}

void add(int epoll, int fd, std::uint32_t events, std::uint64_t id) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  PGR_CHECK(::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

}  // namespace

Poller::Poller(std::size_t clients)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      watched_(clients) {
  PGR_CHECK(epoll_ >= 0 && timer_ >= 0 && event_ >= 0);
  add(epoll_, timer_, EPOLLIN, timer_id);
  add(epoll_, event_, EPOLLIN, event_id);
}

Poller::~Poller() {
  for (int fd : {event_, timer_, epoll_}) ::close(fd);
}

// libpq may close its socket and open another while it connects, under the same number; the kernel forgets a closed one
// by itself. So where modifying fails, it is a new socket. Each new one begins with wanting to write.
void Poller::watch(std::size_t client, postgres::AsyncConnection* connection) {
  const std::uint32_t events = wanted(connection);
  if (events == watched_[client] && (events & EPOLLOUT) == 0) return;
  watched_[client] = events;
  if (events == 0) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = client;
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->fd(), &event) != 0) add(epoll_, connection->fd(), events, client);
}

// A system call, so only when it changes something; setting a timer anew also takes back its expiry.
void Poller::arm(Duration now, Duration deadline) {
  if (deadline == armed_ && now < deadline) return;
  armed_ = deadline;
  const Duration in = deadline == Duration::max() ? Duration::zero() : std::max(deadline - now, Duration(1));
  const itimerspec at{{0, 0}, {in.count() / 1'000'000'000, in.count() % 1'000'000'000}};
  PGR_CHECK(::timerfd_settime(timer_, 0, &at, nullptr) == 0);
}

std::span<const std::size_t> Poller::wait(Duration now, Duration deadline) {
  ready_.clear();
  const bool late = deadline <= now;
  if (!late) arm(now, deadline);
  const int count = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), late ? 0 : -1);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t id = events_[static_cast<std::size_t>(i)].data.u64;
    std::uint64_t ignored;
    if (id == event_id) [[maybe_unused]]
      const auto read = ::read(event_, &ignored, sizeof ignored);
    if (id < event_id) ready_.push_back(id);
  }
  return ready_;
}

void Poller::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

}  // namespace pgrehearse::load
