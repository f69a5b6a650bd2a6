#include "harness/populate/slice.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace pgrehearse::populate {
namespace {

TEST(Slice, AllTogetherAreTheWholeWithoutGapOrOverlap) {
  for (const std::uint64_t rows : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{15}, std::uint64_t{16},
                                   std::uint64_t{1'000'003}, std::uint64_t{1} << 60}) {
    std::uint64_t next = 0;
    for (std::uint64_t i = 1; i <= 16; ++i) {
      const RowRange range = Slice{i, 16}.of_rows(rows);
      EXPECT_EQ(range.first, next);
      EXPECT_LE(range.count(), rows / 16 + 1);
      next = range.end;
    }
    EXPECT_EQ(next, rows);
  }
}

TEST(Slice, IsReadAsWhichOfHowMany) {
  const auto slice = parse_slice("3/16");
  ASSERT_TRUE(slice);
  EXPECT_EQ(slice->number, 3u);
  EXPECT_EQ(slice->of, 16u);
  EXPECT_TRUE(parse_slice("1/1"));
  for (const char* wrong :
       {"", "3", "/", "3/", "/16", "0/16", "17/16", "-1/16", "a/16", "3/16x", " 3/16", "3/100001"}) {
    const auto read = parse_slice(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_NE(read.errors().front().hint.find("3/16"), std::string::npos);
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
