// The port through which the actors report. The conductor passes one to each of them.
#pragma once

#include "harness/record/event.hpp"
#include "harness/record/window.hpp"

namespace pgrehearse::record {

// Thread-safe; calls return quickly and never throw: a record that cannot be written (disk full) is kept as the
// recorder's status, which the conductor asks for.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void append(const Event& event) = 0;
  virtual void append(const Window& window) = 0;
};

}  // namespace pgrehearse::record
