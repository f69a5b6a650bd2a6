#include "generators/physical_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace pgrehearse::generators {
namespace {

TEST(Normal, QuantilesAreWhereTheSharesSay) {
  for (double p : {1e-9, 0.001, 0.0745, 0.0755, 0.3, 0.5, 0.7, 0.93, 0.999999})
    EXPECT_NEAR(normal_share(normal_quantile(p)), p, 1e-5 * p) << p;
}

TEST(Normal, TableIsNearTheFormulas) {
  const NormalTable& table = NormalTable::get();
  double before = 0;
  for (double p = 1e-7; p < 1; p += 1.7e-5) {
    EXPECT_NEAR(normal_share(table.quantile(p)), p, 1e-4) << p;
    double share = table.share(normal_quantile(p));
    EXPECT_NEAR(share, p, 2e-5) << p;
    EXPECT_GT(share, before) << p;
    before = share;
  }
  EXPECT_LT(table.share(40), 1);
  EXPECT_GE(table.share(-40), 0);
}

TEST(Permutation, HasAnInverse) {
  for (std::uint64_t size : {1u, 2u, 17u, 1000u, 4096u}) {
    Permutation permutation({size}, size);
    for (std::uint64_t k = 0; k < size + 3; ++k) EXPECT_EQ(permutation.inverse(permutation(k)), k);
  }
}

// Of rows and their numbers, which are a permutation.
double correlation(const Pick& pick, std::uint64_t rows) {
  double sum = 0, middle = static_cast<double>(rows - 1) / 2, n = static_cast<double>(rows);
  for (std::uint64_t row = 0; row < rows; ++row)
    sum += (static_cast<double>(row) - middle) * (static_cast<double>(pick.at(row)) - middle);
  return sum * 12 / (n * (n * n - 1));
}

TEST(Windowed, GivesEachNumberOnceWithTheCorrelation) {
  constexpr std::uint64_t rows = 20'000;
  for (double wanted : {-1.0, -0.7, 0.0, 0.05, 0.5, 0.9, 0.999, 1.0}) {
    Windowed order({3}, rows, wanted);
    std::set<std::uint64_t> numbers;
    for (std::uint64_t row = 0; row < rows; ++row) {
      numbers.insert(order.at(row));
      EXPECT_EQ(order.row_of(order.at(row)), row);
    }
    EXPECT_EQ(numbers.size(), rows);
    EXPECT_EQ(*numbers.rbegin(), rows - 1);
    EXPECT_EQ(order.at(rows + 5), rows + 5);
    EXPECT_NEAR(correlation(order, rows), wanted, 0.01) << wanted;
  }
}

// Unless NULLs took all of its rows.
TEST(Evenly, FindsARowOfANumber) {
  constexpr std::uint64_t rows = 1'000;
  const auto distribution = std::make_shared<Distribution>(std::vector<Stretch>{
      {0, 0, true, false, 0, 0.3, 280, 280}, {1, 1, true, true, kNowhere, 0.2}, {1, 2, false, true, 1, 0.5, 40, 40}});
  for (double nulls : {0.0, 0.2})
    for (double order : {-1.0, -0.9, 0.0, 0.6, 1.0}) {
      const Evenly pick(std::make_shared<Windowed>(base::Seed{3}, rows, order), nulls, distribution);
      for (std::uint64_t row = 0; row < rows; ++row) {
        if (pick.null(row)) continue;
        const std::uint64_t found = pick.row_of(pick.at(row));
        ASSERT_EQ(pick.at(found), pick.at(row)) << nulls << ' ' << order;
        ASSERT_FALSE(pick.null(found)) << nulls << ' ' << order;
      }
    }
}

TEST(Staircase, FindsTheStepOfANumber) {
  Staircase stairs({0.5, 0.5, 0.50001, 0.7, 1});
  EXPECT_EQ(stairs.at(0), 0u);
  EXPECT_EQ(stairs.at(0.49999), 0u);
  EXPECT_EQ(stairs.at(0.5), 2u);
  EXPECT_EQ(stairs.at(0.5001), 3u);
  EXPECT_EQ(stairs.at(0.7), 4u);
  EXPECT_EQ(stairs.at(1), 4u);
  std::vector<double> many(10'001);
  std::iota(many.begin(), many.end(), 1);
  Staircase even(many);
  for (std::uint64_t n = 0; n < 10'001; ++n) ASSERT_EQ(even.at(static_cast<double>(n)), n);
}

// Stretches of very different masses and sizes.
std::shared_ptr<const Distribution> uneven_distribution() {
  std::vector<Stretch> stretches;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t values = i % 7 == 3 ? 1 : 1 + i * i * i;
    stretches.push_back({i, i + 1, true, false, i, 0, values, values});
    stretches.back().mass = static_cast<double>(1 + i % 11) / 1'788;
  }
  return std::make_shared<Distribution>(stretches);
}

TEST(Distribution, FindsANumberWhateverTheHint) {
  const auto distribution = uneven_distribution();
  for (std::size_t stretch = 0; stretch < 300; ++stretch)
    for (std::uint64_t number : {distribution->first(stretch), distribution->first(stretch + 1) - 1})
      for (std::uint32_t hint : {0u, 1u, static_cast<std::uint32_t>(stretch), 299u, 300u, 1'000'000u}) {
        const auto spot = distribution->spot(Draw{number, hint});
        ASSERT_EQ(spot.stretch, stretch) << number << " " << hint;
        ASSERT_EQ(spot.index, number - distribution->first(stretch));
      }
}

// Rows that are NULL already stay so.
TEST(Picks, DrawManyRowsAsTheyDrawEach) {
  constexpr std::uint64_t rows = 5'000;
  const auto distribution = uneven_distribution();
  const auto order = std::make_shared<Windowed>(base::Seed{3}, rows, 0.4);
  const auto evenly = std::make_shared<Evenly>(order, 0.3, distribution);
  const auto ranked = std::make_shared<Ranked>(Ranking({5}, rows, 0.6), distribution);
  for (const PickPtr& pick : std::vector<PickPtr>{order, evenly, ranked, std::make_shared<EvenlyNull>(evenly),
                                                  std::make_shared<SometimesNull>(base::Seed{7}, 0.2, ranked)})
    for (std::uint64_t first = 0; first < rows; first += kDrawnAtOnce) {
      std::array<Draw, kDrawnAtOnce> draws;
      for (std::uint64_t i = 0; i < draws.size(); ++i) draws[i].number = i % 5 == 2 ? kNone : first + i;
      pick->draw(draws);
      for (std::uint64_t i = 0; i < draws.size(); ++i)
        ASSERT_EQ(draws[i].number, i % 5 == 2 ? kNone : pick->at(first + i)) << first + i;
    }
}

TEST(EstimatedDistinct, FollowsAnalyze) {
  // A million rows, of which 30,000 are read. All values often: all are seen. Each value once: unique.
  Stretch few{0, 1, true, true, 0, 1, 1000, 100}, all = few;
  all.room = all.values = 1'000'000'000'000;
  EXPECT_NEAR(estimated_distinct({few}, {1e6, 30'000, false}), 100, 0.01);
  EXPECT_EQ(estimated_distinct({all}, {1e6, 30'000, false}), 1e6);
  // In between the estimator is a little low for values of equal frequency.
  few.values = 50'000;
  EXPECT_NEAR(estimated_distinct({few}, {1e6, 30'000, false}), 50'000, 2'500);
}

TEST(FitDistinct, KeepsToTheRoom) {
  std::vector<Stretch> stretches{{0, 1, true, false, 0, 0.5, 3, 1}, {1, 2, true, true, 1, 0.5, 1'000'000, 1}};
  double found = fit_distinct(stretches, 5'000, {1e6, 30'000, false});
  EXPECT_EQ(stretches[0].values, 3u);
  EXPECT_NEAR(found, 5'000, 10);
}

}  // namespace
}  // namespace pgrehearse::generators
