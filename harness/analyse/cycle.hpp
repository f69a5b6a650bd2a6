// Did down undo up, and did the second up give what the first gave?
#pragma once

#include <optional>

#include "harness/analyse/analysis.hpp"
#include "harness/analyse/pass_events.hpp"

namespace pgrehearse::analyse {

// None for a pass in which nothing was compared.
std::optional<Cycle> cycle(const PassEvents& events);

}  // namespace pgrehearse::analyse
