#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "tests/load/simulation.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

using base::to_ms;

// ---- what theory says of one second without service in eight -----------------------------------------------------

SimulatedTraffic one_second_stop() {
  SimulatedTraffic traffic;
  traffic.pace.rate_per_s = 5000;
  traffic.server_stops = {{3s, 4s}};
  traffic.service = [](std::uint64_t) { return 5us; };  // so that the backlog is gone at once
  return traffic;
}

TEST(SimulatedTraffic, ResponseTimesOfAStopAreAsComputed) {
  SimulationResult result;
  simulate(one_second_stop(), result);
  const auto total = result.recorder.total();
  // An operation due x before the end of the stop waits for x, and an eighth of all are: P(wait > x) = (1 s - x) / 8 s.
  EXPECT_EQ(total.tally.due, 40'000u);
  EXPECT_EQ(total.tally.ok, 40'000u);
  EXPECT_NEAR(to_ms(total.within.response.at(0.90)), 200, 10);
  EXPECT_NEAR(to_ms(total.within.response.at(0.99)), 920, 46);
  EXPECT_NEAR(to_ms(total.within.response.max()), 1000, 1);
  EXPECT_LT(to_ms(total.within.service.at(0.99)), 0.1) << "counted from the send time, the stop is invisible";
  EXPECT_NEAR(to_ms(total.within.service.max()), 1000, 1);
}

TEST(SimulatedTraffic, TheSameWithPoissonArrivals) {
  SimulatedTraffic traffic = one_second_stop();
  traffic.pace.arrivals = Arrivals::poisson;
  traffic.seed = base::Seed{5};
  SimulationResult result;
  simulate(traffic, result);
  const auto total = result.recorder.total();
  EXPECT_NEAR(to_ms(total.within.response.at(0.90)), 200, 15);
  EXPECT_NEAR(to_ms(total.within.response.at(0.99)), 920, 46);
}

// An open loop of rate r through a server that can do m, and stops for S of L seconds. Who is due u after the stop's
// beginning waits for its end and for those before him: S - u + u r / m, and what is due while the queue drains waits
// for what is left of it. With p = r / m both together are P(wait > x) = (S - x) / ((1 - p) L), for any number of
// clients.
struct Theory {
  double stop_s, length_s, load;
  double response_s(double fraction) const { return stop_s - (1 - fraction) * (1 - load) * length_s; }
};

SimulatedTraffic random_stop(base::Seed seed, int clients, Theory& theory) {
  base::RandomStream random(seed);
  SimulatedTraffic traffic;
  const bool poisson = random.below(25) == 0;
  traffic.seed = seed;
  traffic.clients = clients;
  traffic.pace.arrivals = poisson ? Arrivals::poisson : Arrivals::constant;
  traffic.pace.rate_per_s =
      poisson ? 5000 : 300 + random.unit() * 300;  // by chance more or less in the stop, below 2 %
  const Duration begin = 500ms + Duration(random.below(4'000'000'000));
  traffic.server_stops = {{begin, begin + 1s}};
  // The theory knows no single operations: they have to be short.
  const double service_s = random.unit() * std::min(0.005, 8 / traffic.pace.rate_per_s);
  theory = {1, 8, service_s * traffic.pace.rate_per_s / clients};
  traffic.service = [service_s](std::uint64_t) { return base::from_ms(service_s * 1000); };
  return traffic;
}

TEST(SimulatedTraffic, ResponseTimesOfAStopAreAsComputedForAThousandSeeds) {
  const std::array sizes{16, 64, 256};
  for (std::uint64_t n = 0; n < 1000; ++n) {
    SCOPED_TRACE(n);
    Theory theory{};
    SimulationResult result;
    const SimulatedTraffic traffic = random_stop(base::Seed{n}.derive("stop"), sizes[n % 3], theory);
    simulate(traffic, result);
    const auto total = result.recorder.total();
    record::Histogram response = total.within.response;
    response.merge(total.outlived.response);
    // Each waits for the server, and is then served.
    const double service_s = base::to_seconds(traffic.service(0));
    for (const double fraction : {0.9, 0.99, 1.0}) {
      const double expected_s = theory.response_s(fraction) + service_s;
      ASSERT_NEAR(base::to_seconds(response.at(fraction)), expected_s, 0.05 * expected_s) << fraction;
    }
    ASSERT_EQ(total.tally.due, total.tally.ok);
  }
}

TEST(SimulatedTraffic, AClosedLoopHidesTheStop) {
  SimulatedTraffic traffic = one_second_stop();
  traffic.pace.open_loop = false;
  traffic.service = [](std::uint64_t) { return 1ms; };
  SimulationResult result;
  simulate(traffic, result);
  const auto total = result.recorder.total();
  EXPECT_NEAR(static_cast<double>(total.tally.due), 16 * 7000, 16 * 10);
  EXPECT_EQ(total.within.response.above(500ms), 16u) << "one for each client";
  EXPECT_LT(to_ms(total.within.response.at(0.999)), 2);
}

TEST(SimulatedTraffic, TheStopIsOneStall) {
  SimulationResult result;
  simulate(one_second_stop(), result);
  const auto stalls = result.recorder.events<record::Stall>();
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_NEAR(to_ms(stalls[0].start), 3000, 0.5);
  EXPECT_NEAR(to_ms(stalls[0].duration), 1000, 0.5);
}

// Operations of scripts that rest are neither due nor counted, in both kinds of loops; the others get all of the rate.
TEST(SimulatedTraffic, ScriptsRunInTheirPhases) {
  for (const bool open_loop : {true, false}) {
    SimulatedTraffic traffic;
    traffic.pace.open_loop = open_loop;
    traffic.shares = {{"old", 1, {}}, {"new", 1, {}}};
    traffic.phases = {2s, 4s, 6s};
    traffic.active = {{true, false}, {true, true}, {false, true}, {false, false}};
    SimulationResult result;
    simulate(traffic, result);
    std::map<std::string, std::array<std::uint64_t, 4>> due;
    for (const record::Window& window : result.recorder.windows()) {
      due[window.script][static_cast<std::size_t>(base::to_seconds(window.start) / 2)] += window.tally.due;
    }
    const std::uint64_t all = open_loop ? 400 : 16 * 10'000, spread = all / 10;  // in two seconds
    EXPECT_NEAR(due["old"][0], all, spread / 10) << open_loop;
    EXPECT_EQ(due["new"][0], 0u);
    EXPECT_NEAR(due["old"][1], all / 2, spread);
    EXPECT_NEAR(due["new"][1], all / 2, spread);
    EXPECT_EQ(due["old"][2], 0u);
    EXPECT_NEAR(due["new"][2], all, spread / 10);
    EXPECT_EQ(due["old"][3] + due["new"][3], 0u);
  }
}

TEST(SimulatedTraffic, PatienceBoundsTheWait) {
  SimulatedTraffic traffic = one_second_stop();
  traffic.pace.patience = 250ms;
  SimulationResult result;
  simulate(traffic, result);
  const auto total = result.recorder.total();
  EXPECT_NEAR(static_cast<double>(total.tally.shed), 3750 - 16, 2);
  EXPECT_EQ(total.tally.due, total.tally.sent + total.tally.shed);
  for (const Finished& each : result.finished) ASSERT_LE(each.sent - each.due, 250ms);
}

// ---- thousands of random stories ---------------------------------------------------------------------------------

SimulatedTraffic random_story(base::Seed seed) {
  base::RandomStream random(seed);
  const auto ms = [&](std::uint64_t most) { return Duration(random.below(most * 1'000'000)); };
  SimulatedTraffic traffic;
  traffic.seed = seed;
  traffic.shares = {{"a", 1 + random.unit(), {}}, {"b", 1, {}}};
  if (random.below(2) == 0) traffic.shares.push_back({"own rate", 1, 5.0 + static_cast<double>(random.below(50))});
  traffic.pace.open_loop = random.below(4) > 0;
  traffic.pace.arrivals = random.below(2) == 0 ? Arrivals::constant : Arrivals::poisson;
  traffic.pace.rate_per_s = 20 + static_cast<double>(random.below(500));
  traffic.pace.patience = 1ms + ms(random.below(2) == 0 ? 200 : 5000);
  traffic.clients = 1 + static_cast<int>(random.below(8));
  traffic.start = ms(1000);
  traffic.end = traffic.start + 300ms + ms(1500);
  traffic.grace = ms(300);
  const Duration length = traffic.end - traffic.start;
  for (auto marks = random.below(5); marks > 0; --marks) {
    traffic.phases.push_back(traffic.start + Duration(random.below(static_cast<std::uint64_t>(length.count()))));
  }
  std::sort(traffic.phases.begin(), traffic.phases.end());
  Duration at = traffic.start;
  for (auto stops = random.below(4); stops > 0; --stops) {
    const Duration begin = at + ms(500);
    at = begin + ms(800);
    traffic.server_stops.push_back({begin, at});
  }
  const std::uint64_t slowest_us = 1 + random.below(20'000);
  traffic.service = [seed, slowest_us](std::uint64_t n) {
    return std::chrono::microseconds(1 + seed.derive("service").below(n, slowest_us));
  };
  traffic.fails = [seed](std::uint64_t n) { return seed.derive("fails").below(n, 10) == 0; };
  return traffic;
}

// Windows of a script lie end to end from the start to the end, and a phase mark is always an edge.
void expect_tiled(const SimulatedTraffic& traffic, const MemoryRecorder& recorder, const std::string& script) {
  std::vector<record::Window> windows;
  for (auto& window : recorder.windows()) {
    if (window.script == script) windows.push_back(window);
  }
  std::sort(windows.begin(), windows.end(),
            [](auto& a, auto& b) { return std::pair(a.start, a.end) < std::pair(b.start, b.end); });
  Duration next = traffic.start;
  for (const auto& window : windows) {
    ASSERT_EQ(window.start, next);
    ASSERT_LE(window.end - window.start, Ledger::window_length);
    for (Duration mark : traffic.phases) ASSERT_FALSE(window.start < mark && mark < window.end);
    next = window.end;
  }
  ASSERT_EQ(next, traffic.end);
}

// The index of the phase in which `at` lies; what finishes after the end has outlived the last phase.
std::ptrdiff_t phase_of(const SimulatedTraffic& traffic, Duration at) {
  if (at >= traffic.end) return static_cast<std::ptrdiff_t>(traffic.phases.size()) + 1;
  return std::upper_bound(traffic.phases.begin(), traffic.phases.end(), at) - traffic.phases.begin();
}

void expect_honest(const SimulatedTraffic& traffic, const SimulationResult& result) {
  const auto total = result.recorder.total();
  ASSERT_TRUE(total.tally.adds_up());
  ASSERT_EQ(total.tally.ok + total.tally.failed, result.finished.size());
  ASSERT_EQ(total.within.response.count() + total.outlived.response.count(), result.finished.size());
  ASSERT_EQ(total.within.response.count(), total.within.service.count());
  std::uint64_t outlived = 0, carried = 0;
  Duration longest{}, longest_service{};
  for (const Finished& each : result.finished) {
    ASSERT_GE(each.done - each.due, each.done - each.sent);
    const auto later = phase_of(traffic, each.done) - phase_of(traffic, each.due);
    outlived += later > 0;
    carried += static_cast<std::uint64_t>(
        std::min(later, static_cast<std::ptrdiff_t>(traffic.phases.size()) - phase_of(traffic, each.due)));
    longest = std::max(longest, each.done - each.due);
    longest_service = std::max(longest_service, each.done - each.sent);
  }
  ASSERT_EQ(total.outlived.response.count(), outlived);
  ASSERT_EQ(total.carried.response.count(), carried);
  ASSERT_EQ(std::max(total.within.response.max(), total.outlived.response.max()), longest);
  ASSERT_EQ(std::max(total.within.service.max(), total.outlived.service.max()), longest_service);
}

TEST(SimulatedTraffic, TheAccountsHoldInEveryStory) {
  std::uint64_t operations = 0, shed = 0, in_flight = 0, outlived = 0, stalls = 0;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    SCOPED_TRACE(n);
    const SimulatedTraffic traffic = random_story(base::Seed{n}.derive("story"));
    SimulationResult result;
    simulate(traffic, result);
    expect_honest(traffic, result);
    for (const Share& share : traffic.shares) expect_tiled(traffic, result.recorder, share.name);
    for (const auto& stall : result.recorder.events<record::Stall>()) EXPECT_GE(stall.duration, 100ms);
    if (HasFatalFailure()) return;
    const auto total = result.recorder.total();
    operations += total.tally.due;
    shed += total.tally.shed;
    in_flight += total.tally.in_flight;
    outlived += total.outlived.response.count();
    stalls += result.recorder.events<record::Stall>().size();
  }
  // The stories tell of everything that can happen.
  EXPECT_GT(operations, 500'000u);
  EXPECT_GT(shed, 10'000u);
  EXPECT_GT(in_flight, 500u);
  EXPECT_GT(outlived, 5'000u);
  EXPECT_GT(stalls, 1'000u);
}

TEST(SimulatedTraffic, TheSameSeedIsTheSameTraffic) {
  for (std::uint64_t n : {1, 2}) {
    SimulationResult one, two;
    simulate(random_story(base::Seed{n}), one);
    simulate(random_story(base::Seed{n}), two);
    ASSERT_EQ(one.finished.size(), two.finished.size());
    for (std::size_t i = 0; i < one.finished.size(); ++i) {
      EXPECT_EQ(one.finished[i].due, two.finished[i].due);
      EXPECT_EQ(one.finished[i].done, two.finished[i].done);
    }
  }
}

}  // namespace
}  // namespace pgrehearse::load
