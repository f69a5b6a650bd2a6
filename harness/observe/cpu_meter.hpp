// Did something else use the machine while we measured? The busy time of the machine less that of the server's
// processes and of this one is foreign: it makes durations worse than they are.
//
// Linux only, in steps of 10 ms. The time of a process that ends is passed to the postmaster when it reaps it; so that
// no backend is counted twice or not at all, a reading is taken again when the postmaster reaped during it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/record/recorder.hpp"

namespace pgrehearse::observe {

// Not thread-safe.
class CpuMeter {
 public:
  // `postmaster`: the server's first process on this machine; 0 when the server runs elsewhere, then all of the busy
  // time but our own is foreign. Clock and recorder must outlive it.
  CpuMeter(pid_t postmaster, const base::Clock& clock, record::Recorder& recorder);
  ~CpuMeter();

  void start();
  // Records the use since start() or the last cut, as that of the phase; a Gap where it could not be read.
  void cut(const std::string& pass, const std::string& phase);

 private:
  struct Reading;
  Reading read() const;

  pid_t postmaster_;
  const base::Clock& clock_;
  record::Recorder& recorder_;
  std::unique_ptr<Reading> last_;
};

}  // namespace pgrehearse::observe
