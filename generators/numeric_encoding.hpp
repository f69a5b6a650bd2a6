// PostgreSQL's numeric on the wire (numeric_recv in src/backend/utils/adt/numeric.c): base-10000 digits.
#pragma once

#include <cstdint>

#include "generators/output.hpp"

namespace pgrehearse::generators {

// value * 10^-scale, 0 <= scale <= 18.
void put_numeric(std::int64_t value, int scale, Output& out);

inline constexpr std::uint64_t kPowersOfTen[] = {1u,
                                                 10u,
                                                 100u,
                                                 1'000u,
                                                 10'000u,
                                                 100'000u,
                                                 1'000'000u,
                                                 10'000'000u,
                                                 100'000'000u,
                                                 1'000'000'000u,
                                                 10'000'000'000u,
                                                 100'000'000'000u,
                                                 1'000'000'000'000u,
                                                 10'000'000'000'000u,
                                                 100'000'000'000'000u,
                                                 1'000'000'000'000'000u,
                                                 10'000'000'000'000'000u,
                                                 100'000'000'000'000'000u,
                                                 1'000'000'000'000'000'000u};

}  // namespace pgrehearse::generators
