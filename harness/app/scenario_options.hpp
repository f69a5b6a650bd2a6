// The options of the verbs that rehearse, and the scenario that they ask for.
#pragma once

#include <vector>

#include "harness/app/command_line.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

std::vector<Option> scenario_options();

// From SCENARIO (a catalogue name or a path) with the options over it, or from the options alone.
base::Result<scenario::Scenario> requested_scenario(const Parsed& parsed);

}  // namespace pgrehearse::app
