// Traffic by phase and over time, by the attribution rule of record/window.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "harness/analyse/analysis.hpp"
#include "harness/analyse/pass_events.hpp"

namespace pgrehearse::analyse {

// The phases in which the migration runs: what gates measure.
bool is_migration_phase(std::string_view phase);

// One for each phase that began. `traffic` is set when the pass has windows at all, so that a phase in which nothing
// was due says so with zeros.
std::vector<Phase> phases(const PassEvents& events);

// One point for each window, all scripts together, in order of time.
std::vector<TimelinePoint> timeline(const PassEvents& events);

}  // namespace pgrehearse::analyse
