// What a row drew, and where that is found: rows are drawn many at once, so that the processor waits for the memory of
// all of them together, and not for each in turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace pgrehearse::generators {

inline constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

struct Draw {
  std::uint64_t number = 0;  // of a row, then of what it drew; kNone: NULL, and stays so
  std::uint32_t hint = 0;    // the stretch of the distribution in which the number was found; need not be true
};

// As many are drawn at once, at most: what they need stays in the processor's caches until it is used.
inline constexpr std::size_t kDrawnAtOnce = 64;

// Reading may begin. Nothing else changes, wherever the address points.
inline void expect(const void* address) { __builtin_prefetch(address); }

}  // namespace pgrehearse::generators
