#include "harness/populate/row_range.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace pgrehearse::populate {
namespace {

TEST(RowsOfASlice, AllTogetherAreTheWholeWithoutGapOrOverlap) {
  for (const std::uint64_t rows : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{15}, std::uint64_t{16},
                                   std::uint64_t{1'000'003}, std::uint64_t{1} << 60}) {
    std::uint64_t next = 0;
    for (std::uint64_t i = 1; i <= 16; ++i) {
      const RowRange range = rows_of({i, 16}, rows);
      EXPECT_EQ(range.first, next);
      EXPECT_LE(range.count(), rows / 16 + 1);
      next = range.end;
    }
    EXPECT_EQ(next, rows);
  }
}

TEST(RowDispenser, GivesEachRowToOneTakerOnly) {
  constexpr std::uint64_t first = 10, end = 100'010;
  RowDispenser rows({first, end});
  std::vector<std::uint64_t> taken(3);
  std::vector<std::thread> takers;
  for (std::uint64_t& sum : taken) {
    takers.emplace_back([&] {
      std::uint64_t last = 0;
      for (RowRange range = rows.take(7); range.count() > 0; range = rows.take(7)) {
        EXPECT_GE(range.first, last) << "ascending for each taker";
        last = range.end;
        for (std::uint64_t row = range.first; row < range.end; ++row) sum += row;
      }
    });
  }
  for (std::thread& taker : takers) taker.join();
  EXPECT_EQ(taken[0] + taken[1] + taken[2], (first + end - 1) * (end - first) / 2);
}

}  // namespace
}  // namespace pgrehearse::populate
