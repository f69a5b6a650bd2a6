// Random whole numbers in [low, high]: the first four as pgbench draws them (PostgreSQL manual, pgbench, "Random
// Functions"; the same numbers from the same Prng), the last for any exponent.
#pragma once

#include <cstdint>

#include "harness/load/prng.hpp"

namespace pgrehearse::load {

// All need low <= high and high - low < 2^63 - 1.
std::int64_t draw_uniform(Prng& random, std::int64_t low, std::int64_t high);
// The density falls off as exp(-parameter * x); parameter > 0.
std::int64_t draw_exponential(Prng& random, std::int64_t low, std::int64_t high, double parameter);
// Centred in the middle, cut at `parameter` standard deviations; parameter >= 2.
std::int64_t draw_gaussian(Prng& random, std::int64_t low, std::int64_t high, double parameter);
// low + k - 1 with a probability proportional to k^-exponent; exponent > 1.
std::int64_t draw_zipfian(Prng& random, std::int64_t low, std::int64_t high, double exponent);

// The same law in [0, count), for any exponent > 0 and in constant time also where it is near 1; count > 0.
std::uint64_t draw_rank(Prng& random, std::uint64_t count, double exponent);

}  // namespace pgrehearse::load
