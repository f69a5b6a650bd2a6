// A share of every table's rows: the i-th of n. All n together are the whole, whoever makes them, and in any order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "harness/base/random.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::populate {

struct RowRange {
  std::uint64_t first = 0, end = 0;  // end: one past the last
  std::uint64_t count() const { return end - first; }
};

// Hands out a range piece by piece, in ascending order: what several connections then load side by side lies in the
// table nearly in the order of its row numbers. Thread-safe.
class RowDispenser {
 public:
  explicit RowDispenser(RowRange range) : next_(range.first), end_(range.end) {}
  // At most `count` rows; none are left when it is empty.
  RowRange take(std::uint64_t count) {
    const std::uint64_t first = next_.fetch_add(count);
    return {std::min(first, end_), std::min(first + count, end_)};
  }

 private:
  std::atomic<std::uint64_t> next_;
  std::uint64_t end_;
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
