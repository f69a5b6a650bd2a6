// Keys over two columns: no pair twice, and each column's values as often as its statistics say.
#include "generators/pairs.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace pgrehearse::generators {
namespace {

constexpr std::uint64_t kRows = 60'000;

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

std::shared_ptr<const Pairs> pairs_of(std::shared_ptr<const Distribution> first,
                                      std::shared_ptr<const Distribution> second) {
  return Pairs::make({3}, std::make_shared<Windowed>(base::Seed{5}, kRows, 0.3), std::move(first), std::move(second));
}

// Half of the sum of the differences of the shares, over the stretches.
double distance(const Distribution& wanted, const std::map<std::uint64_t, double>& found) {
  std::vector<double> shares(wanted.stretches(), 0);
  for (const auto& [number, count] : found) shares[wanted.spot(number).stretch] += count / kRows;
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) sum += std::abs(shares[i] - wanted.mass(i));
  return sum / 2;
}

TEST(Pairs, MeetBothDistributionsAndAreNeverTwice) {
  auto first = skewed(50, 0.3, 8'000), second = skewed(100, 0.4, 20'000);
  auto pairs = pairs_of(first, second);
  ASSERT_TRUE(pairs);
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  std::map<std::uint64_t, double> firsts, seconds;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    auto [one, two] = pairs->at(row);
    ASSERT_TRUE(seen.emplace(one, two).second) << row;
    ++firsts[one];
    ++seconds[two];
  }
  EXPECT_LT(distance(*first, firsts), 0.002);
  EXPECT_LT(distance(*second, seconds), 0.015);
  // Rows that come later are others again.
  ASSERT_GT(pairs->capacity(), kRows);
  for (std::uint64_t row = kRows; row < pairs->capacity(); ++row) {
    auto [one, two] = pairs->at(row);
    ASSERT_TRUE(seen.emplace(one, two).second) << row;
  }
}

// Lines of orders: the first is there for each order, the others ever more seldom.
TEST(Pairs, ValuesOfEveryGroupAreInEveryGroup) {
  auto orders = skewed(1, 0.0001, 20'000);
  std::vector<Stretch> lines;
  for (double share : {20'001.0 / kRows, 0.25, 0.2, 0.12, 0.05})
    lines.push_back({0, 0, true, true, kNowhere, share, 1, 1});
  double sum = 0;
  for (const Stretch& line : lines) sum += line.mass;
  lines.push_back({0, 0, true, true, kNowhere, 1 - sum, 1, 1});
  auto positions = std::make_shared<Distribution>(lines);
  auto pairs = pairs_of(orders, positions);
  ASSERT_TRUE(pairs);
  std::map<std::uint64_t, double> found;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    auto [order, line] = pairs->at(row);
    ASSERT_TRUE(seen.emplace(order, line).second);
    ++found[line];
  }
  EXPECT_LT(distance(*positions, found), 0.015);
}

// More rows than there are groups: it is in all of them, and that is all.
TEST(Pairs, ValuesThatAreAskedForTooOftenAreNotTwiceInAGroup) {
  auto pairs = pairs_of(skewed(50, 0.3, 3'000), skewed(100, 0.4, 20'000));
  ASSERT_TRUE(pairs);
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    auto [one, two] = pairs->at(row);
    ASSERT_TRUE(seen.emplace(one, two).second) << row;
  }
}

TEST(Pairs, GroupsAreNoLargerThanThereAreValues) {
  auto few = skewed(3, 0.9, 1);
  EXPECT_FALSE(pairs_of(skewed(1, 0.5, 10), few));         // ten groups of thousands
  auto capped = pairs_of(skewed(1, 0.0005, 30'000), few);  // one of thirty, the others of two
  ASSERT_TRUE(capped);
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    auto [one, two] = capped->at(row);
    EXPECT_LT(two, few->size());
    ASSERT_TRUE(seen.emplace(one, two).second) << row;
  }
}

}  // namespace
}  // namespace pgrehearse::generators
