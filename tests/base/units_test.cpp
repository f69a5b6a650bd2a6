#include "harness/base/units.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::base {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(*parse_duration("10us"), 10us);
  EXPECT_EQ(*parse_duration("250ms"), 250ms);
  EXPECT_EQ(*parse_duration("2.5s"), 2500ms);
  EXPECT_EQ(*parse_duration("2m"), 2min);
  EXPECT_EQ(*parse_duration("1h"), 1h);
  EXPECT_EQ(*parse_duration("0"), 0s);
}

TEST(Duration, SaysThatAUnitIsMissing) {
  const auto result = parse_duration("500");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors()[0].message, "'500' has no unit");
  EXPECT_NE(result.errors()[0].hint.find("ms"), std::string::npos);
}

TEST(Duration, RefusesNonsense) {
  for (const char* text : {"", "ms", "-1s", "1 parsec", "1e400s", "nan", "5s5"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Count, ReadsDecimalMultipliers) {
  EXPECT_EQ(*parse_count("100"), 100u);
  EXPECT_EQ(*parse_count("10k"), 10'000u);
  EXPECT_EQ(*parse_count("1.5M"), 1'500'000u);
  EXPECT_FALSE(parse_count("0.5"));
  EXPECT_FALSE(parse_count("many"));
}

TEST(Bytes, ReadsBinaryMultipliers) {
  EXPECT_EQ(*parse_bytes("64kB"), 65536u);
  EXPECT_EQ(*parse_bytes("4GB"), 4ull << 30);
  EXPECT_FALSE(parse_bytes("4096"));
}

TEST(Rate, NeedsATime) {
  EXPECT_DOUBLE_EQ(*parse_rate("500/s"), 500);
  EXPECT_DOUBLE_EQ(*parse_rate("30/m"), 0.5);
  EXPECT_FALSE(parse_rate("500"));
  EXPECT_FALSE(parse_rate("0/s"));
}

TEST(Fraction, ReadsPercentAndShare) {
  EXPECT_DOUBLE_EQ(*parse_fraction("5%"), 0.05);
  EXPECT_DOUBLE_EQ(*parse_fraction("0.25"), 0.25);
  EXPECT_FALSE(parse_fraction("5"));
}

TEST(Format, KeepsThreeDigits) {
  EXPECT_EQ(format_duration(820us), "0.82 ms");
  EXPECT_EQ(format_duration(18311ms), "18.3 s");
  EXPECT_EQ(format_duration(125s), "2 min 05 s");
  EXPECT_EQ(format_count(1'000'000), "1,000,000");
  EXPECT_EQ(format_count(7), "7");
  EXPECT_EQ(format_short(1'250'000), "1.2M");
  EXPECT_EQ(format_bytes(121634816), "116 MB");
}

}  // namespace
}  // namespace pgrehearse::base
