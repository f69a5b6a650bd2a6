// The rehearsals behind an estimate: quiet passes at several sizes, on one server.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/app/scaling.hpp"
#include "harness/base/cancellation.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

struct SizedRun {
  std::uint64_t rows = 0;  // of the scaled table
  analyse::Analysis analysis;
};

struct Sizing {
  std::string table;
  std::vector<std::uint64_t> sizes;
  int repetitions = 3;  // of each size
  std::string folder;   // gets one run folder for each run: <rows>-<repetition>
};

base::Result<std::vector<SizedRun>> rehearse_sizes(const scenario::Scenario& scenario, const Sizing& sizing,
                                                   const std::vector<std::string>& command, const base::Clock& clock,
                                                   base::Progress& progress, const base::Cancellation& cancellation);

}  // namespace pgrehearse::app
