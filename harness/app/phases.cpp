#include "harness/app/phases.hpp"

namespace pgrehearse::app {

Phases::Phases(const Stage& stage, std::string pass, observe::CpuMeter& cpu,
               std::function<base::Duration(const std::string& phase)> cut)
    : stage_(stage), pass_(std::move(pass)), cpu_(cpu), cut_(std::move(cut)) {}

void Phases::begin(const std::string& phase) {
  const base::Duration at = cut_(phase);
  if (open_) {
    end_at(at);
  } else {
    cpu_.start();
  }
  phase_ = phase;
  open_ = true;
  stage_.recorder.append(record::PhaseStart{at, pass_, phase_});
}

void Phases::end() {
  if (open_) end_at(cut_({}));
  open_ = false;
}

void Phases::end_at(base::Duration at) {
  stage_.recorder.append(record::PhaseEnd{at, pass_, phase_});
  cpu_.cut(pass_, phase_);
}

}  // namespace pgrehearse::app
