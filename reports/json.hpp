// The contract for machines: keys, units and rules are in docs/summary.md.
#pragma once

#include <string>

#include "harness/analyse/analysis.hpp"
#include "harness/analyse/estimate.hpp"

namespace pgrehearse::reports {

// summary.json, indented, ends with a newline. Text that is no valid UTF-8 comes out with U+FFFD in its place.
std::string summary_json(const analyse::Analysis& analysis);
// The result of the estimate command, format "pgrehearse-estimate/1".
std::string estimate_json(const analyse::Estimate& estimate);

}  // namespace pgrehearse::reports
