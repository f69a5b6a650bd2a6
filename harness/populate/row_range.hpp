// Stretches of a table's rows, and how they are shared out.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "harness/base/random.hpp"
#include "harness/base/slice.hpp"

namespace pgrehearse::populate {

using base::Slice;

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

// The slice's rows of a table: contiguous, so that they lie together.
inline RowRange rows_of(Slice slice, std::uint64_t rows) {
  const auto part = [&](std::uint64_t n) {
    return static_cast<std::uint64_t>(static_cast<base::Wide>(rows) * n / slice.of);
  };
  return {part(slice.number - 1), part(slice.number)};
}

}  // namespace pgrehearse::populate
