#include "harness/populate/streamed_load.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::populate {
namespace {

constexpr std::uint64_t million = 1'000'000;

TEST(StreamedLoad, IsForTheBigTableThatLeavesProcessorsIdle) {
  EXPECT_TRUE(gains_by_streams(20 * million, 21 * million, 4));
  EXPECT_FALSE(gains_by_streams(20 * million, 100 * million, 4)) << "others keep the processors busy";
  EXPECT_FALSE(gains_by_streams(million, million, 4)) << "over before it pays";
  EXPECT_FALSE(gains_by_streams(20 * million, 21 * million, 2)) << "one stream and its client take both";
}

}  // namespace
}  // namespace pgrehearse::populate
