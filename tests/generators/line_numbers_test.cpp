// What the numbers of lines tell of their orders.
#include "generators/line_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pgrehearse::generators {
namespace {

// Of 1,000 lines of 500 orders: 500 have a first line, 300 a second, 150 a third, 50 one of the lines 4 to 8.
ColumnStatistics lines() {
  ColumnStatistics statistics;
  for (const auto& [line, share] : {std::pair("1", 0.5), {"2", 0.3}, {"3", 0.15}})
    statistics.marks.push_back({line, 0, share});
  statistics.marks.push_back({"4"});
  statistics.marks.push_back({"8"});
  return statistics;
}

TEST(LineNumbers, SayHowManyRowsTheirGroupsHave) {
  const auto fan_out = fan_out_of_lines(lines(), 1'000, 2'000, 400);
  ASSERT_TRUE(fan_out);
  EXPECT_DOUBLE_EQ(fan_out->parents_with_children, 0.25);
  const auto& children = fan_out->children;
  auto with = [&](double rows) {
    return static_cast<double>(std::count(children.begin(), children.end(), rows)) /
           static_cast<double>(children.size());
  };
  EXPECT_NEAR(with(1), 0.4, 0.01);  // 200 of the 500 have no second line
  EXPECT_NEAR(with(2), 0.3, 0.01);
  EXPECT_NEAR(with(3), 0.28, 0.01);  // 140: a fourth line have 10
  EXPECT_EQ(children.back(), 8);
  EXPECT_TRUE(std::is_sorted(children.begin(), children.end()));
}

TEST(LineNumbers, AreNoneWhereTheyDoNotCountFromTheLeast) {
  ColumnStatistics growing = lines();
  std::swap(growing.marks[0].frequency, growing.marks[2].frequency);
  EXPECT_FALSE(fan_out_of_lines(growing, 1'000, 2'000, 400));
  ColumnStatistics words = lines();
  words.marks[1].value = "second";
  EXPECT_FALSE(fan_out_of_lines(words, 1'000, 2'000, 400));
  ColumnStatistics secret = lines();
  secret.marks[1].value.reset();
  EXPECT_FALSE(fan_out_of_lines(secret, 1'000, 2'000, 400));
  EXPECT_FALSE(fan_out_of_lines({}, 1'000, 2'000, 400));
}

TEST(LineNumbers, AreNoneWhereThereWouldBeMoreGroupsThanParentsOrFewerThanSeen) {
  EXPECT_TRUE(fan_out_of_lines(lines(), 1'000, 500, 400));
  EXPECT_FALSE(fan_out_of_lines(lines(), 1'000, 450, 400));
  EXPECT_FALSE(fan_out_of_lines(lines(), 1'000, 2'000, 800));
  EXPECT_FALSE(fan_out_of_lines(lines(), 1'000, 2'000, 100));
}

}  // namespace
}  // namespace pgrehearse::generators
