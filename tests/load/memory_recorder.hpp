// A recorder that keeps everything, for tests to look at.
#pragma once

#include <mutex>
#include <vector>

#include "harness/record/recorder.hpp"

namespace pgrehearse::load {

class MemoryRecorder final : public record::Recorder {
 public:
  void append(const record::Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  void append(const record::Window& window) override {
    const std::lock_guard lock(mutex_);
    windows_.push_back(window);
  }

  template <class E>
  std::vector<E> events() const {
    const std::lock_guard lock(mutex_);
    std::vector<E> found;
    for (const auto& event : events_) {
      if (const auto* wanted = std::get_if<E>(&event)) found.push_back(*wanted);
    }
    return found;
  }
  std::vector<record::Window> windows() const {
    const std::lock_guard lock(mutex_);
    return windows_;
  }
  // All windows that begin in [from, to), together.
  record::Window total(base::Duration from = {}, base::Duration to = base::Duration::max()) const {
    record::Window sum{.pass = {}, .script = {}, .start = from, .end = to};
    for (const record::Window& window : windows()) {
      if (window.start < from || window.start >= to) continue;
      sum.tally.add(window.tally);
      sum.within.merge(window.within);
      sum.outlived.merge(window.outlived);
      sum.carried.merge(window.carried);
    }
    return sum;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<record::Event> events_;
  std::vector<record::Window> windows_;
};

}  // namespace pgrehearse::load
