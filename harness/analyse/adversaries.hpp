// What each adversary of a pass did, and what the traffic had from it alone.
#pragma once

#include <vector>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

// In the order in which they first appear. `waits` are those of the traffic, blamed.
std::vector<AdversaryRun> adversary_runs(const std::vector<record::AdversaryStep>& steps,
                                         const std::vector<Wait>& waits);

// One try to connect, of those that a Door sums up.
bool is_try(const record::AdversaryStep& step);

}  // namespace pgrehearse::analyse
