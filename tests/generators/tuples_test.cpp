// Keys over several columns: no combination twice, and each column's values as often as its statistics say.
#include "generators/tuples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace pgrehearse::generators {
namespace {

constexpr std::uint64_t kTuples = 60'000;

std::shared_ptr<const Distribution> skewed(std::uint64_t common, double share, std::uint64_t others) {
  std::vector<Stretch> stretches;
  double sum = 0, left = 0;
  for (std::uint64_t i = 1; i <= common; ++i) sum += 1.0 / static_cast<double>(i);
  for (std::uint64_t i = 1; i <= common; ++i)
    stretches.push_back({0, 0, true, true, kNowhere, share / static_cast<double>(i) / sum, 1, 1});
  left = 1 - share;
  stretches.push_back({0, 0, true, true, 0, left, others, others});
  return std::make_shared<Distribution>(stretches);
}

using Made = std::shared_ptr<const Tuples>;

Made tuples_of(const Tuples::Parts& parts, std::vector<double> null_fractions = {}) {
  null_fractions.resize(parts.size(), 0);
  auto order = std::make_shared<Windowed>(base::Seed{5}, kTuples, 0.3);
  return Tuples::make({3}, std::make_shared<KeyRows>(base::Seed{7}, order, null_fractions), parts);
}

using Numbers = std::vector<std::uint64_t>;

Numbers numbers_of(const Tuples& tuples, std::uint64_t row, std::size_t parts) {
  Numbers numbers;
  for (std::size_t part = 0; part < parts; ++part) numbers.push_back(tuples.at(row, part, false));
  return numbers;
}

// Half of the sum of the differences of the shares, over the stretches.
double distance(const Distribution& wanted, const std::map<std::uint64_t, double>& found) {
  std::vector<double> shares(wanted.stretches(), 0);
  for (const auto& [number, count] : found) shares[wanted.spot(number).stretch] += count / kTuples;
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) sum += std::abs(shares[i] - wanted.mass(i));
  return sum / 2;
}

// Of the rows up to the capacity; how often each part has each number within the planned ones.
std::vector<std::map<std::uint64_t, double>> expect_different(const Tuples& tuples, std::size_t parts) {
  std::vector<std::map<std::uint64_t, double>> found(parts);
  std::set<Numbers> seen;
  for (std::uint64_t row = 0; row < tuples.capacity(); ++row) {
    Numbers numbers = numbers_of(tuples, row, parts);
    bool complete = std::find(numbers.begin(), numbers.end(), kNone) == numbers.end();
    if (complete && !seen.insert(numbers).second) {
      ADD_FAILURE() << "row " << row << " has what another one has";
      break;
    }
    for (std::size_t part = 0; part < parts && row < kTuples; ++part) ++found[part][numbers[part]];
  }
  return found;
}

TEST(Tuples, MeetAllDistributionsAndAreNeverTwice) {
  auto first = skewed(50, 0.3, 8'000), second = skewed(100, 0.4, 20'000);
  auto made = tuples_of({first, second});
  ASSERT_TRUE(made);
  ASSERT_GT(made->capacity(), kTuples);
  auto found = expect_different(*made, 2);
  EXPECT_LT(distance(*first, found[0]), 0.002);
  EXPECT_LT(distance(*second, found[1]), 0.015);
}

// A tenant has a fifth of all rows, of which no two columns alone could tell so many apart.
TEST(Tuples, OfThreeAndFourPartsMeetAllDistributionsToo) {
  auto tenants = skewed(10, 0.6, 90), users = skewed(100, 0.4, 900), kinds = skewed(3, 0.8, 5),
       days = skewed(1, 0.02, 60);
  auto three = tuples_of({tenants, users, days});
  ASSERT_TRUE(three);
  auto found = expect_different(*three, 3);
  EXPECT_LT(distance(*tenants, found[0]), 0.002);
  EXPECT_LT(distance(*users, found[1]), 0.015);
  EXPECT_LT(distance(*days, found[2]), 0.015);
  auto four = tuples_of({kinds, tenants, days, users});
  ASSERT_TRUE(four);
  found = expect_different(*four, 4);
  EXPECT_LT(distance(*kinds, found[0]), 0.002);
  EXPECT_LT(distance(*tenants, found[1]), 0.01);
  EXPECT_LT(distance(*days, found[2]), 0.015);
  EXPECT_LT(distance(*users, found[3]), 0.015);
}

// What a package depends on: most have one or two dependencies, and nearly every list of them has a first one.
TEST(Tuples, OfSmallGroupsMeetAllDistributions) {
  auto packages = skewed(60, 0.005, 20'000), kinds = skewed(5, 0.99, 1), positions = skewed(3, 0.95, 40);
  auto made = tuples_of({packages, kinds, positions});
  ASSERT_TRUE(made);
  ASSERT_GT(made->capacity(), kTuples);
  auto found = expect_different(*made, 3);
  EXPECT_LT(distance(*packages, found[0]), 0.002);
  EXPECT_LT(distance(*kinds, found[1]), 0.01);
  EXPECT_LT(distance(*positions, found[2]), 0.015);
}

// Each group has nearly all that there is.
TEST(Tuples, HoldWhereThereIsHardlyAnyRoom) {
  auto few = skewed(1, 0.3, 3), some = skewed(1, 0.2, 9);
  auto made = tuples_of({skewed(1, 0.0006, 1'700), few, some});
  ASSERT_TRUE(made);
  expect_different(*made, 3);
}

TEST(Tuples, RowsWithANullMayBeAlike) {
  auto parents = skewed(5, 0.5, 5'000), names = skewed(20, 0.5, 8'000), kinds = skewed(2, 0.5, 2);
  auto made = tuples_of({parents, names, kinds}, {0.6, 0.2, 0});
  ASSERT_TRUE(made);
  auto found = expect_different(*made, 3);
  EXPECT_NEAR(found[0][kNone] / kTuples, 0.6, 0.01);
  EXPECT_NEAR(found[1][kNone] / kTuples, 0.2, 0.01);
  EXPECT_FALSE(found[2].contains(kNone));
  for (std::size_t part : {0, 1}) {
    for (auto& [number, count] : found[part]) count /= part == 0 ? 0.4 : 0.8;
    found[part].erase(kNone);
  }
  EXPECT_LT(distance(*parents, found[0]), 0.02);
  EXPECT_LT(distance(*names, found[1]), 0.02);
  EXPECT_LT(distance(*kinds, found[2]), 0.02);
}

// Lines of orders: the first is there for each order, the others ever more seldom.
TEST(Tuples, ValuesOfEveryGroupAreInEveryGroup) {
  auto orders = skewed(1, 0.0001, 20'000);
  std::vector<Stretch> lines;
  for (double share : {20'001.0 / kTuples, 0.25, 0.2, 0.12, 0.05})
    lines.push_back({0, 0, true, true, kNowhere, share, 1, 1});
  double sum = 0;
  for (const Stretch& line : lines) sum += line.mass;
  lines.push_back({0, 0, true, true, kNowhere, 1 - sum, 1, 1});
  auto positions = std::make_shared<Distribution>(lines);
  auto made = tuples_of({orders, positions});
  ASSERT_TRUE(made);
  EXPECT_LT(distance(*positions, expect_different(*made, 2)[1]), 0.015);
}

// More rows than there are groups: it is in all of them, and that is all.
TEST(Tuples, ValuesThatAreAskedForTooOftenAreNotTwiceInAGroup) {
  auto made = tuples_of({skewed(50, 0.3, 3'000), skewed(100, 0.4, 20'000)});
  ASSERT_TRUE(made);
  expect_different(*made, 2);
}

TEST(Tuples, GroupsAreNoLargerThanThereAreValues) {
  auto few = skewed(3, 0.9, 1);
  EXPECT_FALSE(tuples_of({skewed(1, 0.5, 10), few}));         // ten groups of thousands
  auto capped = tuples_of({skewed(1, 0.0005, 30'000), few});  // one of thirty, the others of two
  ASSERT_TRUE(capped);
  expect_different(*capped, 2);
}

}  // namespace
}  // namespace pgrehearse::generators
