#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <thread>

#include "harness/base/cancellation.hpp"
#include "harness/base/random.hpp"
#include "harness/base/result.hpp"

namespace pgrehearse::base {
namespace {

using namespace std::chrono_literals;

TEST(Error, NamesItsPlaceAndWhatToDo) {
  EXPECT_EQ(to_string(usage_error("no such table 'user'", "did you mean 'users'?", {"a.yaml", 3, 7})),
            "a.yaml:3:7: error: no such table 'user'\n  hint: did you mean 'users'?");
  EXPECT_EQ(to_string(environment_error("disk full")), "error: disk full");
}

TEST(ResultDeathTest, ChecksThatTheValueIsThere) {
  Result<int> result = usage_error("no");
  EXPECT_DEATH(static_cast<void>(result.value()), "check failed");
}

TEST(Seed, IsAPureFunctionAndNamesAreUnrelated) {
  const Seed seed{42};
  EXPECT_EQ(seed.derive("users").bits(7), Seed{42}.derive("users").bits(7));
  std::set<std::uint64_t> seen;
  for (const char* name : {"users", "orders", "user", "susers"}) {
    for (std::uint64_t n = 0; n < 1000; ++n) seen.insert(seed.derive(name).bits(n));
  }
  EXPECT_EQ(seen.size(), 4000u);
}

TEST(Seed, IsUniform) {
  const Seed seed = Seed{1}.derive("uniform");
  std::array<int, 10> counts{};
  for (std::uint64_t n = 0; n < 100'000; ++n) ++counts[seed.below(n, 10)];
  for (int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(Cancellation, WakesWhoeverWaits) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.wait_for(1ms));
  std::thread canceller([&] { cancellation.cancel(); });
  EXPECT_TRUE(cancellation.wait_for(60s));
  canceller.join();
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_TRUE(cancellation.wait_for(60s));
}

TEST(Cancellation, ComesFromSignals) {
  Cancellation cancellation;
  cancel_on_signals(cancellation);
  std::raise(SIGINT);
  EXPECT_TRUE(cancellation.cancelled());
}

}  // namespace
}  // namespace pgrehearse::base
