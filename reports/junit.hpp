// junit.xml for CI systems: one test case for each gate and for each pass.
#pragma once

#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::reports {

// A failed gate is a <failure>, an inconclusive one an <error>; the name is unique within the class name, because
// GitLab drops duplicates.
std::string junit(const analyse::Analysis& analysis);

}  // namespace pgrehearse::reports
