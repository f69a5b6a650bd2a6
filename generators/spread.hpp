// Numbers at equal distances.
#pragma once

#include <cstdint>

#include "harness/base/random.hpp"

namespace pgrehearse::generators {

// Where number `index` of `count` stands, when they are spread over `room` places: index * room / count.
inline std::uint64_t spread(std::uint64_t index, std::uint64_t count, std::uint64_t room) {
  base::Wide product = base::Wide{index} * room;
  // A wide division takes several times as long.
  if (product >> 64 == 0) return static_cast<std::uint64_t>(product) / count;
  return static_cast<std::uint64_t>(product / count);
}

}  // namespace pgrehearse::generators
