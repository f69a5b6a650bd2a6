// The phases of a pass, marked in the record without gaps or overlaps, with the machine's CPU use of each.
#pragma once

#include <functional>
#include <string>

#include "harness/app/stage.hpp"
#include "harness/observe/cpu_meter.hpp"

namespace pgrehearse::app {

class Phases {
 public:
  // `cut` says when the phase of that name begins (of an empty name: the last one ends): the traffic cuts its windows
  // exactly there, or simply now. All outlive this.
  Phases(const Stage& stage, std::string pass, observe::CpuMeter& cpu,
         std::function<base::Duration(const std::string& phase)> cut);

  // Ends the phase before, if any.
  void begin(const std::string& phase);
  void end();
  // The running or last phase.
  const std::string& current() const { return phase_; }

 private:
  void end_at(base::Duration at);

  const Stage& stage_;
  std::string pass_, phase_;
  observe::CpuMeter& cpu_;
  std::function<base::Duration(const std::string& phase)> cut_;
  bool open_ = false;
};

}  // namespace pgrehearse::app
