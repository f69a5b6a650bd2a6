#include "harness/base/slice.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::base {
namespace {

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

TEST(Slice, DealsOutEachThingOnceAndCountsThem) {
  for (const std::uint64_t count : {0u, 1u, 7u, 8u, 9u, 1000u}) {
    std::uint64_t dealt = 0;
    for (std::uint64_t i = 1; i <= 8; ++i) {
      std::uint64_t mine = 0;
      for (std::uint64_t n = 0; n < count; ++n) mine += (Slice{i, 8}.has(n)) ? 1 : 0;
      EXPECT_EQ(mine, (Slice{i, 8}.of_count(count)));
      dealt += mine;
    }
    EXPECT_EQ(dealt, count);
  }
}

}  // namespace
}  // namespace pgrehearse::base
