// A share of every table's rows: the i-th of n. All n together are the whole, whoever makes them, and in any order.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/random.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::populate {

struct RowRange {
  std::uint64_t first = 0, end = 0;  // end: one past the last
  std::uint64_t count() const { return end - first; }
};

struct Slice {
  std::uint64_t number = 1, of = 1;  // 1 <= number <= of

  RowRange of_rows(std::uint64_t rows) const {
    const auto part = [&](std::uint64_t n) {
      return static_cast<std::uint64_t>(static_cast<base::Wide>(rows) * n / of);
    };
    return {part(number - 1), part(number)};
  }
};

inline constexpr std::uint64_t kMostSlices = 100'000;

// "3/16".
base::Result<Slice> parse_slice(std::string_view text);

}  // namespace pgrehearse::populate
