#include "harness/analyse/blame.hpp"

#include <gtest/gtest.h>

#include "harness/analyse/analyse.hpp"
#include "tests/analyse/stories.hpp"

namespace pgrehearse::analyse {
namespace {

using record::LockWait;
using record::Statement;
using testing::Story;

// One pass with two statements in one transaction: a cheap one that takes the lock, a slow one that prolongs it.
class BlameTest : public ::testing::Test {
 protected:
  BlameTest() {
    story.pass("traffic", {{"up", 1000}});
    Statement first = story.statement("up", "ALTER TABLE users ADD COLUMN a int", 0, 5);
    first.locks = {story.lock("AccessExclusiveLock", "public.users", 0, 900)};
    Statement second = story.statement("up", "UPDATE orders SET total = 0", 5, 900);
    second.locks = {story.lock("RowExclusiveLock", "public.orders", 5, 900)};
    second.locks.front().oid = 20000;
    for (Statement* statement : {&first, &second}) {
      statement->transaction_end = story.at(900);
      statement->transaction = 1;
    }
    statements = {first, second};
  }

  Blamed blame(const LockWait& wait, std::vector<LockWait> others = {}) {
    others.push_back(wait);
    return Blame(statements, others, steps).of(wait);
  }

  Story story;
  std::vector<Statement> statements;
  std::vector<record::AdversaryStep> steps;
};

TEST_F(BlameTest, TheStatementThatTookTheLockNotTheSlowOneAfterIt) {
  const auto blamed = blame(story.wait("read", "AccessShareLock", 500, 400, {Story::migration_pid}, {700}));
  EXPECT_EQ(blamed.statement, 0u);
  EXPECT_EQ(blamed.behind, "");
}

TEST_F(BlameTest, FindsTheTableByNumberWhenItWasRenamed) {
  auto wait = story.wait("read", "AccessShareLock", 500, 400, {Story::migration_pid}, {700});
  wait.relation = "public.people";
  EXPECT_EQ(blame(wait).statement, 0u);
}

TEST_F(BlameTest, ARowLockGoesToTheStatementThatWritesItsTable) {
  auto wait = story.wait("write", "ShareLock", 300, 600, {Story::migration_pid}, {700});
  wait.object = "transaction 731";
  wait.relation = "public.orders";
  EXPECT_EQ(blame(wait).statement, 1u);
}

TEST_F(BlameTest, AHolderWhoseModeDoesNotExcludeIsNotToBlame) {
  statements[0].locks[0].mode = "RowShareLock";
  const auto blamed = blame(story.wait("write", "ShareLock", 500, 100, {Story::migration_pid, 701}, {700}));
  EXPECT_FALSE(blamed.statement);
}

TEST_F(BlameTest, WithoutAReadLockTheServersWordNamesTheRunningStatement) {
  statements[0].locks.clear();
  auto wait = story.wait("read", "AccessShareLock", 300, 500, {Story::migration_pid}, {700});
  EXPECT_EQ(blame(wait).statement, 1u);
}

TEST_F(BlameTest, FollowsTheChainThroughOtherWaiters) {
  const auto held = story.wait("read", "AccessShareLock", 100, 800, {Story::migration_pid}, {701}, 701);
  auto row = story.wait("write", "ShareLock", 200, 700, {701}, {700});
  row.object = "transaction 12";
  EXPECT_EQ(blame(row, {held}).statement, 0u);
}

TEST_F(BlameTest, AWaitWithoutTheMigrationIsOrdinaryAlsoWhileItRuns) {
  auto row = story.wait("write", "ShareLock", 200, 50, {701}, {700});
  row.object = "transaction 12";
  EXPECT_FALSE(blame(row).statement);
}

TEST_F(BlameTest, ACircleOfWaitersEnds) {
  const auto a = story.wait("write", "ShareLock", 200, 50, {701}, {700}, 700);
  const auto b = story.wait("write", "ShareLock", 200, 50, {700}, {701}, 701);
  EXPECT_FALSE(blame(a, {b}).statement);
  const std::vector<LockWait> both{a, b};
  EXPECT_TRUE(Blame(statements, both, steps).roots(a).empty());
}

TEST_F(BlameTest, QueueingBehindTheWaitingMigrationNamesTheRoot) {
  statements.resize(1);
  statements[0].end = statements[0].transaction_end = story.at(900);
  statements[0].locks = {story.lock("AccessExclusiveLock", "public.users", 890, 900)};
  steps = {{story.at(0), "traffic", "long-reader", "holds", Story::adversary_pid}};
  auto own = story.wait("", "AccessExclusiveLock", 1, 889, {Story::adversary_pid}, {500}, Story::migration_pid);
  own.application = "pgrehearse:migration";
  const auto wait = story.wait("read", "AccessShareLock", 100, 790, {Story::adversary_pid}, {500, 700});
  const auto blamed = blame(wait, {own});
  EXPECT_EQ(blamed.statement, 0u);
  EXPECT_EQ(blamed.behind, "adversary long-reader");
}

// The sampler cannot tell those who hold a lock from those who are ahead in its queue.
TEST_F(BlameTest, ASampledSoftBlockerThatWaitsIsInTheQueueNotAHolder) {
  statements.resize(1);
  statements[0].end = statements[0].transaction_end = story.at(900);
  statements[0].locks = {story.lock("AccessExclusiveLock", "public.users", 890, 900)};
  auto own = story.wait("", "AccessExclusiveLock", 1, 889, {701}, {500}, Story::migration_pid);
  own.application = "pgrehearse:migration";
  auto wait = story.wait("read", "AccessShareLock", 100, 790, {701, Story::migration_pid}, {500, 700});
  own.source = wait.source = "sampler";
  EXPECT_EQ(blame(wait, {own}).statement, 0u);
  EXPECT_EQ(blame(wait, {own}).behind, "another session");
}

TEST_F(BlameTest, AWaitingMigrationStopsOnlyWhatItsModeExcludes) {
  auto own = story.wait("", "ShareUpdateExclusiveLock", 1, 889, {701}, {500}, Story::migration_pid);
  own.application = "pgrehearse:migration";
  const auto wait = story.wait("write", "RowExclusiveLock", 100, 300, {701}, {500, 700});
  EXPECT_FALSE(blame(wait, {own}).statement);
}

TEST_F(BlameTest, AnIdleTransactionIsStillItsLastStatements) {
  for (Statement& statement : statements) {
    statement.locks.clear();
    statement.end = statement.start + base::from_ms(2);
  }
  EXPECT_EQ(blame(story.wait("read", "AccessShareLock", 500, 100, {Story::migration_pid}, {700})).statement, 1u);
}

TEST_F(BlameTest, WhoStandsBeforeTheMigrationInTheQueueIsNotBlockedByIt) {
  const auto wait = story.wait("read", "ShareLock", 100, 300, {701}, {700, 500});
  EXPECT_FALSE(blame(wait).statement);
}

TEST(Observers, TheLogIsBelievedAndTheSamplerFillsIn) {
  Story story;
  story.pass("traffic", {{"up", 1000}});
  const auto logged = story.wait("read", "AccessShareLock", 100, 300, {1}, {700});
  auto again = logged, other = logged;
  again.source = other.source = "sampler";
  again.duration = base::from_ms(290);
  other.pid = 777;
  const auto merged = merge_observers({again, logged, other});
  ASSERT_EQ(merged.size(), 2u);
  EXPECT_EQ(merged[0].duration, base::from_ms(300));
  EXPECT_EQ(merged[1].pid, 777);
  EXPECT_EQ(sources(merged, true), "server_log and sampler");
  EXPECT_EQ(sources({other}, true), "server_log and sampler") << "the log was read, and is silent about a short wait";
  EXPECT_EQ(sources({other}, false), "sampler");
  EXPECT_EQ(sources({}, true), "server_log");
  EXPECT_EQ(sources({}, false), "sampler");
}

}  // namespace
}  // namespace pgrehearse::analyse
