// up -> settle -> down -> settle -> up -> settle: what every pass does, whatever surrounds it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/app/phases.hpp"
#include "harness/app/stage.hpp"
#include "harness/migrate/history.hpp"
#include "harness/migrate/runner.hpp"

namespace pgrehearse::app {

struct CycleHooks {
  // Before a step (up, down, up_again) begins, in the phase before it: an adversary takes its place.
  std::function<base::Status(const std::string& step)> before_step;
  // After a step, also one that failed, in the phase after it: time for the traffic, or for comparing.
  std::function<base::Status(const std::string& step, bool succeeded)> after_step;
};

struct CycleOutcome {
  // The step that failed, in which nothing follows; empty: none.
  std::string failed_step;
};

// In phases up, after_up, down, after_down, up_again, after_up_again; only the first two where some migration of the
// range has no down. A failing migration ends the cycle after its `after_` phase and is an outcome, not an error.
base::Result<CycleOutcome> run_cycle(const Stage& stage, const std::string& pass,
                                     const std::vector<migrate::Migration>& range,
                                     const migrate::RunnerOptions& options, Phases& phases, const CycleHooks& hooks);

}  // namespace pgrehearse::app
