#include "harness/load/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <tuple>
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

scenario::Timetable rates(std::vector<scenario::RatePiece> pieces, bool repeat = false, Duration skip = {}) {
  return {std::move(pieces), repeat, nullptr, skip};
}

std::vector<Duration> first(const Schedule& schedule, std::uint64_t count) {
  std::vector<Duration> due;
  for (std::uint64_t n = 0; n < count; ++n) due.push_back(schedule.due(n));
  return due;
}

TEST(Schedule, StepsFromRateToRateAndKeepsTheLast) {
  const Schedule schedule(rates({{2, 2, 1s}, {0, 0, 5s}, {4, 4, 1s}}), Arrivals::constant, base::Seed{1});
  EXPECT_EQ(first(schedule, 8), (std::vector<Duration>{0ms, 500ms, 6s, 6250ms, 6500ms, 6750ms, 7s, 7250ms}));
}

TEST(Schedule, ARampIsTheSquareRoot) {
  // From 0 to 100 a second in 10 s: t² * 5 operations.
  const Schedule schedule(rates({{0, 100, 10s}}), Arrivals::constant, base::Seed{1});
  EXPECT_EQ(schedule.due(0), 0s);
  EXPECT_EQ(schedule.due(5), 1s);
  EXPECT_EQ(schedule.due(320), 8s);
  EXPECT_EQ(schedule.due(500), 10s);
  EXPECT_EQ(schedule.due(600), 11s) << "at 100 a second from then on";
  const Schedule down(rates({{100, 0, 10s}}), Arrivals::constant, base::Seed{1});
  EXPECT_EQ(down.due(180), 2s);
  EXPECT_EQ(down.due(500), Schedule::never) << "it ends with no traffic";
}

TEST(Schedule, RepeatsItsDay) {
  const Schedule day(rates({{0, 20, 4s}, {20, 0, 4s}, {0, 0, 2s}}, true), Arrivals::constant, base::Seed{1});
  for (std::uint64_t n = 0; n < 80; ++n) {
    ASSERT_NEAR(base::to_ms(day.due(n + 800)), base::to_ms(day.due(n)) + 100'000, 1e-3) << n;
  }
}

TEST(Schedule, BeginsWhereItIsTold) {
  const std::vector<scenario::RatePiece> pieces{{0, 100, 10s}, {50, 50, 10s}};
  for (const Duration skip : {0s, 3s, 10s, 14s, 23s}) {
    const Schedule whole(rates(pieces, true), Arrivals::constant, base::Seed{1});
    const Schedule part(rates(pieces, true, skip), Arrivals::constant, base::Seed{1});
    std::uint64_t n = 0;
    while (whole.due(n) < skip) ++n;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      // The part's first operation is due at once, wherever the whole's is.
      ASSERT_GE(part.due(i + 1) + skip, whole.due(n + i)) << i;
      ASSERT_LE(part.due(i) + skip, whole.due(n + i) + 1ns) << i;
    }
  }
}

TEST(Schedule, PoissonFollowsTheRates) {
  const Schedule schedule(rates({{0, 1000, 10s}, {1000, 0, 10s}}, true), Arrivals::poisson, base::Seed{7});
  std::vector<int> in_second(20);
  Duration before{};
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    const Duration due = schedule.due(n);
    ASSERT_GE(due, before);
    before = due;
    ++in_second[static_cast<std::size_t>(due / 1s % 20)];
  }
  for (std::size_t second = 0; second < 20; ++second) {
    const double expected =
        10.0 * 100 * (second < 10 ? static_cast<double>(second) + 0.5 : 19.5 - static_cast<double>(second));
    EXPECT_NEAR(in_second[second], expected, 5 * std::sqrt(expected) + 64) << second;
  }
}

TEST(Schedule, FollowsATraceAgainAndAgain) {
  const auto trace = std::make_shared<const scenario::Trace>(scenario::Trace{"calls", {0s, 1s, 1s, 5s}, 6s});
  const Schedule schedule({{}, false, trace, 0s}, Arrivals::poisson, base::Seed{1});
  EXPECT_EQ(first(schedule, 6), (std::vector<Duration>{0s, 1s, 1s, 5s, 6s, 7s}));
  const Schedule later({{}, false, trace, 13s}, Arrivals::poisson, base::Seed{1});
  EXPECT_EQ(first(later, 4), (std::vector<Duration>{0s, 0s, 4s, 5s}));
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
  Plan plan({{"a", 3, {}}, {"b", 1, {}}, {"c", 1, 50.0}}, Demand{.rate_per_s = 100}, base::Seed{9});
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
  Demand demand{.rate_per_s = 100};
  demand.arrivals = Arrivals::poisson;
  Plan all(shares, demand, base::Seed{9}), some(shares, demand, base::Seed{9});
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

TEST(Plan, SlicesTogetherAreTheWhole) {
  const std::vector<Share> shares{{"a", 3, {}}, {"b", 1, {}}, {"own", 1, 50.0}};
  Demand demand{.rate_per_s = 100};
  demand.arrivals = Arrivals::poisson;
  std::multiset<std::tuple<Duration, std::size_t, std::uint64_t>> whole, parts;
  const auto collect = [&](Plan plan, auto& into) {
    while (plan.next_due() < 10s) {
      const Planned planned = plan.take();
      into.insert({planned.due, planned.script.value(), planned.seed.value});
    }
  };
  collect(Plan(shares, demand, base::Seed{9}), whole);
  demand.slices = 3;
  for (; demand.slice < 3; ++demand.slice) collect(Plan(shares, demand, base::Seed{9}), parts);
  EXPECT_GT(whole.size(), 1000u);
  EXPECT_EQ(parts, whole);
}

TEST(Plan, EndsWithItsTimetable) {
  Demand demand;
  demand.timetable = rates({{10, 10, 1s}, {0, 0, 1s}});
  Plan plan({{"a", 1, {}}}, demand, base::Seed{1});
  for (int i = 0; i < 10; ++i) EXPECT_LT(plan.take().due, 1s);
  EXPECT_EQ(plan.next_due(), Schedule::never);
}

}  // namespace
}  // namespace pgrehearse::load
