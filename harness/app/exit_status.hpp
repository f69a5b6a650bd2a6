// What CI sees. Documented in README.md; never renumber.
#pragma once

#include "harness/base/result.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

enum class ExitStatus {
  pass = 0,
  gate_failed = 1,  // a failing migration included
  usage = 2,        // usage or scenario error
  inconclusive = 3,
  environment = 4,  // no server, no disk, ...
  interrupted = 130
};

ExitStatus exit_status(scenario::Verdict verdict);
// The most telling of several: interrupted, then environment, then usage.
ExitStatus exit_status(const base::Errors& errors);
// Prints them to standard error, one after another; returns exit_status(errors).
ExitStatus report_errors(const base::Errors& errors);

}  // namespace pgrehearse::app
