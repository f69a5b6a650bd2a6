// What the migration's statements did to the traffic: waits and stalls, each with the statement to blame.
#pragma once

#include "harness/analyse/analysis.hpp"
#include "harness/analyse/pass_events.hpp"

namespace pgrehearse::analyse {

// Fills statements, waits, lock_waits, deadlocks, stalls and pool of `pass`.
void add_impact(Pass& pass, const PassEvents& events);

}  // namespace pgrehearse::analyse
