// The gates that look at traffic: see gates.hpp for the phases and passes.
#pragma once

#include "harness/analyse/gate_outcome.hpp"

namespace pgrehearse::analyse {

Gate max_stall(const std::vector<Pass>& passes, Duration limit);
Gate lock_wait(const std::vector<Pass>& passes, Duration limit);
Gate response_p99(const std::vector<Pass>& passes, Duration limit);
// To the baseline of the same pass; inconclusive when that had too few operations.
Gate response_p99_ratio(const std::vector<Pass>& passes, double limit);
// Of what was sent in the migration's phases of one pass.
Gate error_rate(const std::vector<Pass>& passes, double limit);

}  // namespace pgrehearse::analyse
