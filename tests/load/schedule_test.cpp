#include "harness/load/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "harness/load/plan.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, ConstantArrivalsKeepTheirDistance) {
  const Schedule schedule(200, Arrivals::constant, base::Seed{1});
  EXPECT_EQ(schedule.due(0), 0ns);
  EXPECT_EQ(schedule.due(1), 5ms);
  EXPECT_EQ(schedule.due(720'000), 1h);
}

TEST(Schedule, PoissonArrivalsKeepTheRateAndVaryTheGaps) {
  const Schedule schedule(1000, Arrivals::poisson, base::Seed{2});
  Duration before{};
  int long_gaps = 0;
  const int count = 64'000;
  for (int n = 0; n < count; ++n) {
    const Duration due = schedule.due(static_cast<std::uint64_t>(n));
    ASSERT_GE(due, before);
    long_gaps += due - before > 2ms;
    before = due;
  }
  EXPECT_NEAR(base::to_seconds(before), count / 1000.0, 0.064);
  EXPECT_NEAR(static_cast<double>(long_gaps) / count, std::exp(-2), 0.01)
      << "twice the mean gap, in an exponential law";
}

TEST(Schedule, IsAPureFunctionOfSeedAndNumber) {
  const Schedule one(100, Arrivals::poisson, base::Seed{3}), same(100, Arrivals::poisson, base::Seed{3}),
      other(100, Arrivals::poisson, base::Seed{4});
  EXPECT_EQ(one.due(12'345), same.due(12'345));
  EXPECT_NE(one.due(12'345), other.due(12'345));
}

TEST(PickByWeight, FollowsTheWeights) {
  const std::vector<double> weights{1, 2, 5};
  std::vector<int> picked(3);
  for (std::uint64_t n = 0; n < 80'000; ++n) ++picked[pick_by_weight(weights, base::Seed{1}, n)];
  EXPECT_NEAR(picked[0], 10'000, 500);
  EXPECT_NEAR(picked[1], 20'000, 700);
  EXPECT_NEAR(picked[2], 50'000, 900);
}

TEST(Plan, MergesOwnRatesInOrderOfTime) {
  Plan plan({{"a", 3, {}}, {"b", 1, {}}, {"c", 1, 50.0}}, 100, Arrivals::constant, base::Seed{9});
  std::vector<int> count(3);
  Duration before{};
  while (plan.next_due() < 100s) {
    const Planned planned = plan.take();
    ASSERT_GE(planned.due, before);
    before = planned.due;
    ++count[planned.script.value()];
  }
  EXPECT_NEAR(count[0], 7500, 150);
  EXPECT_NEAR(count[1], 2500, 150);
  EXPECT_EQ(count[2], 5000);
}

// A rolling deploy: the scripts change, the rate of the users does not.
TEST(Plan, GivesTheCommonRateToTheActiveScripts) {
  const std::vector<Share> shares{{"old", 3, {}}, {"new", 1, {}}, {"own", 1, 50.0}};
  Plan all(shares, 100, Arrivals::poisson, base::Seed{9}), some(shares, 100, Arrivals::poisson, base::Seed{9});
  some.activate({false, true, false});
  int silent = 0;
  for (int i = 0; i < 3000; ++i) {
    const Planned expected = all.take(), planned = some.take();
    ASSERT_EQ(planned.due, expected.due) << "the times do not depend on who is active";
    if (expected.script == 2u) {
      EXPECT_FALSE(planned.script);
      ++silent;
    } else {
      ASSERT_EQ(planned.script, 1u);
    }
  }
  EXPECT_NEAR(silent, 1000, 40);
  some.activate({false, false, false});
  EXPECT_FALSE(some.any_active());
  EXPECT_FALSE(some.take().script);
}

}  // namespace
}  // namespace pgrehearse::load
