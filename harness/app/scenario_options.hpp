// The options of the verbs that rehearse, and the scenario that they ask for.
#pragma once

#include <vector>

#include "harness/app/command_line.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

std::vector<Option> scenario_options();

// From SCENARIO (a catalogue name or a path) with the options over it, or from the options alone.
base::Result<scenario::Scenario> requested_scenario(const Parsed& parsed);

// The part of them that is about data, for the verb that only fills a database.
std::vector<Option> data_options();
base::Result<scenario::Data> requested_data(const Parsed& parsed);

}  // namespace pgrehearse::app
