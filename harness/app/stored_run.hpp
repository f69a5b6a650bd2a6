// A run folder that is read again: by `judge` and `report`.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::app {

// Its analysis with the gates that it was run with, changed as `gate_changes` say ("max_stall=1s").
base::Result<analyse::Analysis> analyse_stored_run(const std::string& folder,
                                                   const std::vector<std::string>& gate_changes = {});

}  // namespace pgrehearse::app
