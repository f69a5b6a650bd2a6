// Waiting for something outside this process that nobody announces: a server that starts, a process that ends. The only
// place that sleeps; for what this process does itself there are condition variables and base::Cancellation.
#pragma once

#include <thread>

#include "harness/base/clock.hpp"

namespace pgrehearse::base {

// Asks `condition` at once and then every `interval`; false when it still does not hold at `deadline`.
template <class Condition>
bool wait_until(Condition condition, Duration deadline, Duration interval = std::chrono::milliseconds(3)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(interval);
  }
  return true;
}

}  // namespace pgrehearse::base
