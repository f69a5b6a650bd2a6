// What is said of a column that cannot have as many different values as its statistics say is so.
#include <gmock/gmock.h>

#include <set>

#include "generators/statistical_values.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kMany = 364'102;

StatisticalValues made_of(const Type& type, const ColumnStatistics& statistics) {
  const Limits limits;
  auto made = make_statistical_values({{"position", &type, &limits, nullptr, false, kMany, base::Seed{5}}, statistics});
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

// Numbers from 0 on, each as much rarer, and bounds behind them.
ColumnStatistics falling(double distinct, int common, const std::vector<int>& bounds) {
  ColumnStatistics statistics;
  statistics.distinct = distinct;
  statistics.rows = kMany;
  double left = 0.97;
  for (int i = 0; i < common; ++i) statistics.marks.push_back({std::to_string(i), 0, left *= 0.5});
  for (int bound : bounds) statistics.marks.push_back({std::to_string(bound), 0, 0});
  return statistics;
}

// All private: as many marks as ANALYZE makes by default.
ColumnStatistics bits(double distinct) {
  ColumnStatistics statistics;
  statistics.distinct = distinct;
  statistics.rows = kMany;
  for (int i = 0; i < 201; ++i) statistics.marks.push_back({{}, 8, i % 2 == 1 ? 0.005 : 0});
  return statistics;
}

std::size_t different(const StatisticalValues& made) {
  std::set<std::string> texts;
  for (std::uint64_t number = 0; number < made.distribution->size(); ++number) {
    std::string text;
    made.values->text(number, text);
    texts.insert(text);
  }
  return texts.size();
}

Type bit(int length) {
  Type type = type_of(Kind::bit, "bit(8)", 1560);
  type.length = length;
  return type;
}

// Parts of the histogram have one or two values each: none may be lost to rounding.
TEST(DistinctNotices, KeepStillWhereTheTypeHasAlmostAllThatAreWanted) {
  const StatisticalValues made = made_of(bit(8), bits(240));
  EXPECT_THAT(made.conflicts, IsEmpty());
  EXPECT_NEAR(static_cast<double>(different(made)), 240, 3);
}

TEST(DistinctNotices, NameWhatTheTypeHas) {
  const StatisticalValues made = made_of(bit(7), bits(240));
  EXPECT_THAT(made.conflicts, ElementsAre(HasSubstr("at most 128 different values instead of 240")));
  EXPECT_EQ(different(made), 128u);
}

TEST(DistinctNotices, NameWhatStandsBetweenBounds) {
  const StatisticalValues made = made_of(integer(), falling(240, 3, {10, 40, 60, 99}));
  EXPECT_THAT(made.conflicts, ElementsAre(HasSubstr("at most 93 different values instead of 240")));
  EXPECT_EQ(different(made), 93u);
}

// There are two thousand, of which ANALYZE sees a few hundred only, because each has a row or two.
TEST(DistinctNotices, KeepStillWhereASampleMayMissValues) {
  std::vector<int> bounds;
  for (int i = 0; i <= 100; ++i) bounds.push_back(10 + i * i / 5);
  const StatisticalValues made = made_of(integer(), falling(2'000, 12, bounds));
  EXPECT_THAT(made.conflicts, IsEmpty());
  EXPECT_GT(different(made), 1'900u);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
