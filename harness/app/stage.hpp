// What all parts of one rehearsal share. Everything in it outlives the rehearsal.
#pragma once

#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/record/recorder.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

struct Stage {
  const scenario::Scenario& scenario;
  const base::Clock& clock;
  record::Recorder& recorder;
  base::Progress& progress;
  const base::Cancellation& cancellation;

  // Lets the time pass while the actors work, with progress. An error when interrupted.
  base::Status let_pass(base::Duration duration) const;
  void notice(std::string text) const;
};

}  // namespace pgrehearse::app
