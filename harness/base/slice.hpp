// A share of some work that several processes do together: the i-th of n. All n together are the whole, whoever does
// them.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/result.hpp"

namespace pgrehearse::base {

struct Slice {
  std::uint64_t number = 1, of = 1;  // 1 <= number <= of

  // Of things that are dealt out in turn, from 0: is `n` in this slice?
  bool has(std::uint64_t n) const { return n % of == number - 1; }
  // How many of `count` things that are.
  std::uint64_t of_count(std::uint64_t count) const { return (count + of - number) / of; }
};

inline constexpr std::uint64_t kMostSlices = 100'000;

// "3/16".
Result<Slice> parse_slice(std::string_view text);

}  // namespace pgrehearse::base
