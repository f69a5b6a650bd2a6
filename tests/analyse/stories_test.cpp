// What the analysis says about whole runs.
#include "tests/analyse/stories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/analyse/trust.hpp"
#include "tests/analyse/analysed.hpp"

namespace pgrehearse::analyse {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Story;

const Gate& gate(const Analysis& analysis, const std::string& id) {
  for (const Gate& gate : analysis.gates) {
    if (gate.id == id) return gate;
  }
  throw std::runtime_error("no gate " + id);
}

std::vector<std::string> failed(const Analysis& analysis) {
  std::vector<std::string> ids;
  for (const Gate& gate : analysis.gates) {
    if (gate.outcome == Verdict::fail) ids.push_back(gate.id);
  }
  return ids;
}

TEST(Stories, ACleanRunPasses) {
  const Analysis analysis = analysed(testing::clean_run());
  EXPECT_EQ(analysis.verdict, Verdict::pass);
  EXPECT_EQ(analysis.headline,
            "No script stood still longer than 12.0 ms; up takes 20.0 ms, down restores schema and data");
  EXPECT_THAT(analysis.advice, IsEmpty());
  EXPECT_THAT(analysis.reasons, IsEmpty());
  EXPECT_EQ(analysis.passes[0].cycle->second_up_equals_first, true);
}

TEST(Stories, ARunWithoutTrafficClaimsNothingOfIt) {
  scenario::Gates gates;
  gates.max_stall.reset();
  gates.lock_wait.reset();
  gates.error_rate.reset();
  const Analysis analysis = analyse(testing::clean_run(false).record(), gates);
  EXPECT_EQ(analysis.verdict, Verdict::pass);
  EXPECT_EQ(analysis.headline, "Without traffic up takes 20.0 ms, down restores schema and data");
}

TEST(Stories, ARewriteBlocksReadsAndWrites) {
  const Analysis analysis = analysed(testing::volatile_default());
  EXPECT_EQ(analysis.verdict, Verdict::fail);
  EXPECT_THAT(failed(analysis), ElementsAre("max_stall", "lock_wait"));
  EXPECT_EQ(analysis.headline,
            "Blocks reads and writes on users for 18.3 s (ALTER TABLE users ADD COLUMN score float8 NOT..., "
            "ACCESS EXCLUSIVE); needs a maintenance window of about 21 s at 1,000,000 rows");
  EXPECT_EQ(gate(analysis, "max_stall").because,
            "traffic pass, up: script read stood still for 18.3 s under 7/up.sql:1 (ALTER TABLE users ADD COLUMN score "
            "float8 NOT NULL DEFAUL...), holding ACCESS EXCLUSIVE on users for 18.3 s");
  EXPECT_EQ(gate(analysis, "max_stall").file, "migrations/7/up.sql");
  EXPECT_THAT(analysis.advice, Contains(HasSubstr("without a default, backfill it in batches")));
  const Pass& traffic = analysis.passes[1];
  EXPECT_EQ(traffic.lock_waits.count, 17u);
  EXPECT_EQ(traffic.lock_waits.ordinary, 0u);
  EXPECT_EQ(traffic.statements[0].blocked.operations, 16u);
  EXPECT_EQ(traffic.statements[0].blocked.max, base::from_ms(18299));
  EXPECT_EQ(traffic.statements[1].blocked.operations, 0u);
  EXPECT_EQ(traffic.stalls[2].phase, "up_again");
  EXPECT_EQ(traffic.stalls[2].statement, 2u);
  ASSERT_EQ(traffic.pool.size(), 2u);
  EXPECT_EQ(traffic.pool[0].phase, "up");
  EXPECT_EQ(traffic.pool[0].first_blocked, base::from_ms(5010));
  EXPECT_EQ(traffic.pool[0].to_exhaustion(), base::from_ms(80)) << "from the first blocked query to an exhausted pool";
  EXPECT_EQ(traffic.pool[0].statement, 0u);
  EXPECT_EQ(traffic.pool[1].to_exhaustion(), std::nullopt) << "no query waited for a lock any more";
}

TEST(Stories, AnIndexBuildBlocksWrites) {
  const Analysis analysis = analysed(testing::index_build());
  EXPECT_THAT(failed(analysis), ElementsAre("max_stall", "lock_wait"));
  EXPECT_THAT(analysis.headline, HasSubstr("Blocks writes on users for 2.99 s"));
  EXPECT_THAT(analysis.advice, ElementsAre(HasSubstr("CREATE INDEX CONCURRENTLY")));
}

TEST(Stories, TrafficQueuesBehindTheMigrationThatWaitsForAReader) {
  const Analysis analysis = analysed(testing::long_reader());
  EXPECT_THAT(analysis.headline,
              HasSubstr("Traffic queues for 4.00 s behind ALTER TABLE users ADD COLUMN note text, which waits for "
                        "ACCESS EXCLUSIVE on users behind adversary long-reader"));
  const Pass& pass = analysis.passes[0];
  EXPECT_THAT(pass.statements[0].waited_for, ElementsAre("adversary long-reader"));
  EXPECT_EQ(pass.statements[0].lock_wait, base::from_ms(3997));
  EXPECT_EQ(pass.statements[0].blocked.operations, 2u);
  EXPECT_EQ(pass.waits.size(), 2u) << "the migration's own wait is not the traffic's";
  EXPECT_THAT(analysis.advice, ElementsAre(HasSubstr("SET lock_timeout")));
}

TEST(Stories, AMigrationThatFailsSaysWhereAndWhy) {
  const Analysis analysis = analysed(testing::failing_migration());
  EXPECT_EQ(analysis.verdict, Verdict::fail);
  EXPECT_THAT(failed(analysis), ElementsAre("migration_succeeds"));
  EXPECT_EQ(analysis.headline,
            "Up fails at 7/up.sql:3 with 23502: column \"email\" of relation \"users\" contains null values");
  EXPECT_EQ(gate(analysis, "down_restores_schema").outcome, Verdict::inconclusive);
  EXPECT_THAT(analysis.advice, ElementsAre(HasSubstr("fails on data that is there")));
}

TEST(Stories, ADownThatLosesFailsBothGatesOfTheCycle) {
  const Analysis analysis = analysed(testing::down_that_loses());
  EXPECT_THAT(failed(analysis), ElementsAre("down_restores_schema", "down_restores_data"));
  EXPECT_EQ(gate(analysis, "down_restores_schema").because,
            "down does not restore the schema: index public.users_email: missing after down (and 1 more)");
  EXPECT_THAT(gate(analysis, "down_restores_data").because, HasSubstr("column public.users.email: values changed"));
  EXPECT_EQ(analysis.headline, "Down restores neither schema nor data");
}

// ---- blindness is never a pass ----

TEST(Blindness, AGapThatCouldHideAWaitMakesTheGateInconclusive) {
  Story story = testing::volatile_default();
  story.record().events.erase(std::remove_if(story.record().events.begin(), story.record().events.end(),
                                             [](const record::Event& event) {
                                               return std::holds_alternative<record::LockWait>(event) ||
                                                      std::holds_alternative<record::Stall>(event);
                                             }),
                              story.record().events.end());
  story.gap("server_log", 5000, 700, "log rotated away").gap("sampler", 4000, 2000, "connection lost");
  const Analysis analysis = analysed(story);
  EXPECT_EQ(gate(analysis, "max_stall").outcome, Verdict::pass);
  EXPECT_EQ(gate(analysis, "lock_wait").outcome, Verdict::inconclusive);
  EXPECT_THAT(gate(analysis, "lock_wait").because, HasSubstr("nobody watched the locks for 700 ms"));
  EXPECT_EQ(analysis.verdict, Verdict::inconclusive);
  EXPECT_THAT(analysis.headline, HasSubstr("Cannot say: lock_wait"));
}

TEST(Blindness, OneObserverIsEnough) {
  Story story = testing::clean_run();
  story.gap("server_log", 0, 20000, "no log to read");
  EXPECT_EQ(analysed(story).verdict, Verdict::pass);
}

TEST(Blindness, AStallOfTheLoadGeneratorItselfIsNoStallOfTheServer) {
  Story story = testing::clean_run();
  story.stall("read", 5000, 900).gap("traffic", 5000, 880, "the generator's loop was late");
  const Analysis analysis = analysed(story);
  EXPECT_EQ(gate(analysis, "max_stall").outcome, Verdict::inconclusive);
  EXPECT_EQ(analysis.verdict, Verdict::inconclusive);
}

TEST(Blindness, ARunThatDidNotEndInOrderIsInconclusive) {
  Story story = testing::clean_run();
  story.record().manifest.ended_ms.reset();
  EXPECT_EQ(analysed(story).verdict, Verdict::inconclusive);
  story.record().manifest.interrupted = true;
  EXPECT_THAT(analysed(story).reasons, ElementsAre("the run was interrupted"));
}

TEST(Blindness, ADefectOfTheRecordIsInconclusiveButAFailureSeenStays) {
  Story clean = testing::clean_run(), bad = testing::volatile_default();
  clean.record().defects = bad.record().defects = {"events.jsonl:7: torn"};
  EXPECT_EQ(analysed(clean).verdict, Verdict::inconclusive);
  EXPECT_EQ(analysed(bad).verdict, Verdict::fail);
}

TEST(Blindness, WithoutATrafficPassTheGatesOfTrafficAreOpen) {
  Story story;
  story.pass("quiet", {{"up", 20}, {"down", 20}, {"up_again", 20}}).restored();
  const Analysis analysis = analysed(story);
  EXPECT_EQ(gate(analysis, "max_stall").outcome, Verdict::inconclusive);
  EXPECT_EQ(gate(analysis, "down_restores_schema").outcome, Verdict::pass);
  EXPECT_EQ(analysis.verdict, Verdict::inconclusive);
}

TEST(Blindness, TrafficThatWasNotDeliveredBeforeTheMigrationProvesNothing) {
  Story story = testing::clean_run();
  for (record::Window& window : story.record().windows) {
    window.tally.due += 10;
    window.tally.shed += 10;
  }
  const Analysis analysis = analysed(story);
  EXPECT_EQ(analysis.verdict, Verdict::inconclusive);
  EXPECT_THAT(analysis.reasons.front(), HasSubstr("could not be sent even before the migration"));
}

TEST(Blindness, TrafficThatWasSentLateBeforeTheMigrationProvesNothingEither) {
  Story story = testing::clean_run();
  for (record::Window& window : story.record().windows) window.within.response.record(base::from_ms(300), 10);
  const Analysis analysis = analysed(story);
  EXPECT_EQ(gate(analysis, "max_stall").outcome, Verdict::inconclusive);
  EXPECT_THAT(analysis.reasons.front(), HasSubstr("ms late before the migration"));
  EXPECT_EQ(gate(analysis, "down_restores_schema").outcome, Verdict::pass) << "traffic has no part in it";
}

TEST(Blindness, ATimeNearItsLimitOnABusyMachineIsNotJudged) {
  for (double stall : {300.0, 900.0}) {
    Story story = testing::clean_run();
    story.stall("read", 5000, stall);
    story.append(record::CpuUse{"traffic", "up", story.at(5000), base::from_ms(1000), 1.9, 0.6, 0.3, 1.0, 2});
    EXPECT_EQ(gate(analysed(story), "max_stall").outcome, Verdict::inconclusive) << stall;
  }
  Story far = testing::clean_run();
  far.stall("read", 5000, 1500);
  far.append(record::CpuUse{"traffic", "up", far.at(5000), base::from_ms(1000), 1.9, 0.6, 0.3, 1.0, 2});
  EXPECT_EQ(gate(analysed(far), "max_stall").outcome, Verdict::fail);
}

// 26 ms in a phase of 32 ms, as an idle machine shows: ticks of 10 ms that were cut off.
TEST(Blindness, TheCpuMetersOwnErrorIsNoOtherProgram) {
  analyse::Phase phase;
  phase.cpu = record::CpuUse{"quiet", "up", {}, base::from_ms(32), 0.04, 0, 0.014, 0.026, 2};
  EXPECT_EQ(foreign_processors(phase), 0);
  phase.cpu->duration = base::from_ms(1000);
  phase.cpu->foreign_s = 0.55;
  EXPECT_NEAR(foreign_processors(phase), 0.5, 1e-9);
  phase.cpu.reset();
  EXPECT_EQ(foreign_processors(phase), 0);
}

TEST(Gates, AStallOfTheCalmPhasesIsNotTheMigrations) {
  Story story = testing::clean_run();
  story.stall("read", 1000, 3000);
  EXPECT_EQ(gate(analysed(story), "max_stall").outcome, Verdict::pass);
}

TEST(Gates, AnUnexplainedStallIsNotTheMigrationsWhereCalmPhasesStallAsLong) {
  Story busy = testing::clean_run();
  busy.stall("read", 5000, 1500).stall("read", 1000, 1000);
  EXPECT_EQ(gate(analysed(busy), "max_stall").outcome, Verdict::inconclusive);
  Story calm = testing::clean_run();
  calm.stall("read", 5000, 1500).stall("read", 1000, 300);
  EXPECT_EQ(gate(analysed(calm), "max_stall").outcome, Verdict::fail);
  Story blamed = testing::volatile_default();
  blamed.stall("read", 1000, 60000);
  EXPECT_EQ(gate(analysed(blamed), "max_stall").outcome, Verdict::fail) << "its waits are seen";
}

TEST(Gates, ARatioNeedsABaselineWithEnoughOperations) {
  scenario::Gates limits;
  limits.response_p99_ratio = 10;
  Story story;
  story.pass("traffic", {{"baseline", 1000}, {"up", 1000}}).traffic("read", 20, {{1000, 1900}});
  EXPECT_EQ(gate(analyse(story.record(), limits), "response_p99_ratio").outcome, Verdict::inconclusive);
}

TEST(Stalls, AreTheStatementsWhoseWaitsTheyShareNotWhoseLockLastsLongest) {
  Story story;
  story.pass("traffic", {{"baseline", 1000}, {"up", 2000}});
  auto orders = story.statement("up", "ALTER TABLE orders ADD COLUMN n int", 1000, 2900);
  auto users = story.statement("up", "ALTER TABLE users ADD COLUMN n int", 1500, 2000);
  orders.locks = {story.lock("AccessExclusiveLock", "public.orders", 1000, 2900)};
  orders.locks.front().oid = 20000;
  orders.backend_pid = 501;
  users.locks = {story.lock("AccessExclusiveLock", "public.users", 1500, 2000)};
  story.append(orders).append(users);
  story.append(story.wait("read", "AccessShareLock", 1510, 480, {Story::migration_pid}, {700}));
  story.stall("read", 1400, 620).stall("write", 2200, 600).traffic("read", 100);
  const Analysis analysis = analysed(story);
  EXPECT_EQ(analysis.passes[0].stalls[0].statement, 1u);
  EXPECT_EQ(analysis.passes[0].stalls[1].statement, 0u) << "no wait was seen: by the lock that lasted then";
}

// What one statement under ACCESS EXCLUSIVE for `ms`, with the traffic stopped as long, is advised.
std::vector<std::string> advised(const std::string& sql, double ms, bool rewrites, bool behind_a_reader = false) {
  Story story;
  story.pass("traffic", {{"baseline", 1000}, {"up", 2000}});
  auto statement = story.statement("up", sql, 1000, 1000 + ms);
  statement.locks = {story.lock("AccessExclusiveLock", "public.users", behind_a_reader ? 999 + ms : 1000, 1000 + ms)};
  statement.scans = {"public.users"};
  if (rewrites) statement.rewrites = {"public.users"};
  story.append(statement);
  const int holder = behind_a_reader ? Story::adversary_pid : Story::migration_pid;
  story.append(story.wait("read", "AccessShareLock", 1001, ms - 1, {holder}, {Story::migration_pid, 700}));
  return analysed(story).advice;
}

TEST(Advice, FollowsWhatWasSeen) {
  EXPECT_THAT(advised("ALTER TABLE users ALTER COLUMN email SET NOT NULL", 900, false),
              ElementsAre(HasSubstr("CHECK (column IS NOT NULL) NOT VALID")));
  EXPECT_THAT(advised("ALTER TABLE users ADD CONSTRAINT c CHECK (n > 0)", 900, false),
              ElementsAre(HasSubstr("VALIDATE CONSTRAINT in a migration of its own")));
  EXPECT_THAT(advised("ALTER TABLE users ALTER COLUMN n TYPE bigint", 900, true),
              ElementsAre(HasSubstr("a column of the new type")));
  EXPECT_THAT(advised("VACUUM FULL users", 900, true), ElementsAre(HasSubstr("pg_repack")));
}

TEST(Advice, OfAStatementThatWaitedIsToWaitLess) {
  EXPECT_THAT(advised("ALTER TABLE users ALTER COLUMN email SET NOT NULL", 900, true, true),
              ElementsAre(HasSubstr("SET lock_timeout")));
}

TEST(Advice, IsNotGivenForWhatTheLimitsAllow) {
  EXPECT_THAT(advised("ALTER TABLE users ALTER COLUMN n TYPE bigint", 400, true), IsEmpty());
}

TEST(Gates, AreOnlyThoseThatTheScenarioLimits) {
  scenario::Gates none;
  none.max_stall.reset();
  none.lock_wait.reset();
  none.error_rate.reset();
  none.down_restores_schema = none.down_restores_data = false;
  Story story = testing::clean_run();
  const Analysis analysis = analyse(story.record(), none);
  ASSERT_EQ(analysis.gates.size(), 1u);
  EXPECT_EQ(analysis.gates[0].id, "migration_succeeds");
}

TEST(Gates, ResponseAndDurationAndErrorsFailWithTheirNumbers) {
  scenario::Gates limits;
  limits.response_p99 = base::from_ms(1000);
  limits.response_p99_ratio = 10;
  limits.migration_duration = base::from_ms(10000);
  Story story = testing::volatile_default();
  for (record::Window& window : story.record().windows) {
    if (window.tally.sent < 10) continue;
    window.tally.ok -= 1;
    window.tally.failed += 1;
    window.tally.errors["57014"] += 1;
  }
  const Analysis analysis = analyse(story.record(), limits);
  EXPECT_EQ(gate(analysis, "response_p99").outcome, Verdict::fail);
  EXPECT_EQ(gate(analysis, "response_p99_ratio").outcome, Verdict::fail);
  EXPECT_THAT(gate(analysis, "migration_duration").because, HasSubstr("most of it in 7/up.sql:1"));
  EXPECT_THAT(gate(analysis, "error_rate").because, HasSubstr("of 57014"));
}

}  // namespace
}  // namespace pgrehearse::analyse
