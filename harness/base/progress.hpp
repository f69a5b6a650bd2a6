// What the user sees while waiting: one line for each stage on standard error. On a terminal the running stage's line
// is redrawn with its rate and time left; elsewhere a plain line appears when a stage ends, and every ten seconds.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"

namespace pgrehearse::base {

// Thread-safe.
class Progress {
 public:
  virtual ~Progress() = default;
  // Starts a stage; the one before it, if any, is done.
  virtual void stage(std::string_view name) = 0;
  // `done` of `total` (0: unknown) in `unit` ("rows", "ms"); cheap enough to call per batch.
  virtual void update(double done, double total, std::string_view unit) = 0;
  // A detail that stays on the screen, e.g. "users: 1,000,000 rows in 0.6 s".
  virtual void note(std::string_view text) = 0;
  // The last stage is done.
  virtual void finish() = 0;
};

// Writes nothing.
std::unique_ptr<Progress> quiet_progress();
// For the file descriptor (standard error): live on a terminal, plain lines otherwise.
std::unique_ptr<Progress> terminal_progress(int fd);

}  // namespace pgrehearse::base
