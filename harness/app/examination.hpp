// Looking at this machine for `pgrehearse doctor`.
#pragma once

#include <optional>

#include "harness/app/diagnosis.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::app {

// Takes about a second: engines and binaries are asked for their versions, and short waits are timed. With `clean`,
// what killed runs left behind, servers that were kept, and all in the cache are removed first. `scenario`: what the
// disk has to hold; none: nothing in particular. `cache`: its folder; empty: none. An error when the scenario's
// migrations cannot be read.
base::Result<Diagnosis> examine(const std::optional<scenario::Scenario>& scenario, const std::string& cache,
                                bool clean);

}  // namespace pgrehearse::app
