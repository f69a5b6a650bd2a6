// The gates of a scenario, each judged with its evidence in one sentence.
//
// Gates of traffic (max_stall, lock_wait, response_p99, response_p99_ratio, error_rate) look at the phases up, down and
// up_again of all passes with traffic, the adversaries' included; migration_duration at those phases of all passes;
// migration_succeeds at every statement; the two gates of the cycle at what the quiet pass compared. What the scenario
// does not limit gives no gate; migration_succeeds is always there.
#pragma once

#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/analyse/trust.hpp"

namespace pgrehearse::analyse {

std::vector<Gate> judge(const std::vector<Pass>& passes, const scenario::Gates& limits,
                        const std::vector<Doubt>& doubts);

}  // namespace pgrehearse::analyse
