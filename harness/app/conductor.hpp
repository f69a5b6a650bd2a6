// The rehearsal as a whole: the contents page of the program.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/app/stage.hpp"
#include "harness/record/run_folder.hpp"

namespace pgrehearse::app {

// Everything from the empty server to the analysis. The run folder ends up with the record and all reports, also when
// the rehearsal broke off: then the manifest says why, and the errors are returned. The server is gone on return.
// `command`: as typed, for the manifest.
base::Result<analyse::Analysis> rehearse(scenario::Scenario scenario, const std::vector<std::string>& command,
                                         record::RunFolder& folder, const base::Clock& clock, base::Progress& progress,
                                         const base::Cancellation& cancellation);

}  // namespace pgrehearse::app
