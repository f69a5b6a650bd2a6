// Random whole numbers in [low, high], as pgbench draws them (PostgreSQL manual, pgbench, "Built-In Functions").
#pragma once

#include <cstdint>

#include "harness/base/random.hpp"

namespace pgrehearse::load {

// All need low <= high.
std::int64_t draw_uniform(base::RandomStream& random, std::int64_t low, std::int64_t high);
// The density falls off as exp(-parameter * x); parameter > 0.
std::int64_t draw_exponential(base::RandomStream& random, std::int64_t low, std::int64_t high, double parameter);
// Centred in the middle, cut at `parameter` standard deviations; parameter >= 2.
std::int64_t draw_gaussian(base::RandomStream& random, std::int64_t low, std::int64_t high, double parameter);
// low + k - 1 with a probability proportional to k^-exponent; exponent > 0.
std::int64_t draw_zipfian(base::RandomStream& random, std::int64_t low, std::int64_t high, double exponent);

}  // namespace pgrehearse::load
