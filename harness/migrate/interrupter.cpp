#include "harness/migrate/interrupter.hpp"

#include <poll.h>

#include <array>

namespace pgrehearse::migrate {

Interrupter::Interrupter(postgres::Session& session, const base::Cancellation& cancellation)
    : thread_([this, &session, &cancellation] {
        std::array<pollfd, 2> fds{pollfd{done_.fd(), POLLIN, 0}, pollfd{cancellation.fd(), POLLIN, 0}};
        while (!done_.cancelled() && !cancellation.cancelled()) poll(fds.data(), fds.size(), -1);
        // Again and again: a cancel that arrives between two statements cancels nothing.
        do {
          if (cancellation.cancelled()) session.cancel();
        } while (!done_.wait_for(std::chrono::milliseconds(100)));
      }) {}

Interrupter::~Interrupter() {
  done_.cancel();
  thread_.join();
}

}  // namespace pgrehearse::migrate
