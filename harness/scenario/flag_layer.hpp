// Flags as a layer over the scenario file. Internal to this module.
#pragma once

#include "harness/scenario/document.hpp"
#include "harness/scenario/flags.hpp"
#include "harness/scenario/values.hpp"

namespace pgrehearse::scenario {

// The tree that a file saying the same would have; each node's place is its flag. `variant` is not part of it.
Node flag_layer(const Flags& flags, Context& context);
// Only the gates, under the key `gates`: each is "name=value".
Node gate_layer(const std::vector<std::string>& gates, Context& context);

}  // namespace pgrehearse::scenario
