#include <gmock/gmock.h>

#include "harness/load/adversary.hpp"
#include "tests/load/traffic_fixture.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AdversaryTest : public TrafficFixture, public ::testing::WithParamInterface<scenario::Adversary::Kind> {
 protected:
  AdversaryTest() { session()->query("CREATE TABLE \"My t\" (id int)"); }  // empty: the lock does not depend on rows

  Adversary adversary(scenario::Adversary::Kind kind, base::Duration hold, const std::string& table = "My t") {
    scenario::Adversary settings;
    settings.name = "reader";
    settings.kind = kind;
    settings.hold = hold;
    return Adversary({.clock = clock_,
                      .recorder = recorder_,
                      .target = database_.target(),
                      .administrator = database_.target(),
                      .pass = "adversary:reader",
                      .settings = settings,
                      .schema = "public",
                      .table = table});
  }
  std::vector<std::string> steps() const {
    std::vector<std::string> steps;
    for (const auto& step : recorder_.events<record::AdversaryStep>()) steps.push_back(step.step);
    return steps;
  }
};

TEST_P(AdversaryTest, HoldsItsLockAndGivesItBack) {
  auto reader = adversary(GetParam(), 300ms);
  ASSERT_TRUE(reader.begin());
  EXPECT_THAT(steps(), ElementsAre("began", "holds"));
  const auto migration = session();
  migration->query("SET lock_timeout = '10ms'");
  const auto failure = migration->attempt("ALTER TABLE \"My t\" ADD COLUMN a int");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sqlstate(), "55P03");
  migration->query("SET lock_timeout = '20s'; ALTER TABLE \"My t\" ADD COLUMN a int");
  await("the end of the stand", [&] { return steps().size() == 3; });
  const auto events = recorder_.events<record::AdversaryStep>();
  EXPECT_EQ(events[2].step, "ended");
  EXPECT_GE(events[2].at - events[1].at, 290ms);
  EXPECT_EQ(events[1].backend_pid, events[2].backend_pid);
  EXPECT_EQ(events[0].adversary, "reader");
  EXPECT_EQ(events[0].pass, "adversary:reader");
}

TEST_P(AdversaryTest, EndsAtOnceWhenAsked) {
  auto reader = adversary(GetParam(), 300s);
  for (int stand = 0; stand < 3; ++stand) {
    ASSERT_TRUE(reader.begin());
    const auto asked = clock_.now();
    reader.end();
    EXPECT_LT(clock_.now() - asked, 3s);
  }
  EXPECT_EQ(steps().size(), 9u);
  session()->query("SET lock_timeout = '5s'; ALTER TABLE \"My t\" ADD COLUMN a int");
}

TEST_P(AdversaryTest, LooksLikeWhatItIs) {
  auto reader = adversary(GetParam(), 300s);
  ASSERT_TRUE(reader.begin());
  const auto observer = session();
  const bool idle = GetParam() == scenario::Adversary::Kind::idle_in_transaction;
  await("its state", [&] {
    const auto rows =
        observer->query("SELECT state FROM pg_stat_activity WHERE application_name = 'pgrehearse:adversary:reader'");
    return rows.size() == 1 && rows.text(0, 0) == (idle ? "idle in transaction" : "active");
  });
}

TEST_P(AdversaryTest, SaysWhyItCannotHold) {
  auto reader = adversary(GetParam(), 1s, "nowhere");
  const auto begun = reader.begin();
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.errors()[0].message, HasSubstr("the adversary reader cannot begin on public.nowhere: "));
  EXPECT_THAT(steps(), ElementsAre("began", "ended"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, AdversaryTest,
                         ::testing::Values(scenario::Adversary::Kind::long_reader,
                                           scenario::Adversary::Kind::idle_in_transaction),
                         [](const auto& kind) {
                           return kind.param == scenario::Adversary::Kind::long_reader ? "LongReader"
                                                                                       : "IdleInTransaction";
                         });

}  // namespace
}  // namespace pgrehearse::load
