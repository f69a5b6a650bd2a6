#include "harness/observe/wait_assembler.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/observe/support.hpp"

namespace pgrehearse::observe {
namespace {

using namespace std::chrono_literals;
using record::WaitEnd;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Entries of the database app, at a time since the start of the run.
class Waits : public ::testing::Test {
 protected:
  Waits() { names.add(16386, "public", "users"); }

  void log(base::Duration at, int pid, std::string message, std::string detail = {}, std::string context = {}) {
    entry(at, pid, "LOG", "", std::move(message), std::move(detail), std::move(context));
  }
  void error(base::Duration at, int pid, std::string sqlstate, std::string detail = {}) {
    entry(at, pid, "ERROR", std::move(sqlstate), "canceling statement", std::move(detail), {});
  }
  std::vector<record::LockWait> waits() { return only<record::LockWait>(assembler.take()); }

  StillClock clock;
  RelationNames names;
  WaitAssembler assembler{clock, names, "app"};
  std::string database = "app";

 private:
  void entry(base::Duration at, int pid, std::string severity, std::string sqlstate, std::string message,
             std::string detail, std::string context) {
    assembler.add({clock.to_wall(at),
                   pid,
                   {},
                   database,
                   "pgrehearse:traffic:read",
                   std::move(severity),
                   std::move(sqlstate),
                   std::move(message),
                   std::move(detail),
                   std::move(context),
                   "SELECT 1"});
  }
};

const std::string users = "AccessShareLock on relation 16386 of database 16385";

TEST_F(Waits, LastExactlyAsLongAsTheServerSays) {
  log(19758ms, 8725, "process 8725 still waiting for " + users + " after 10.140 ms",
      "Process holding the lock: 8726. Wait queue: 8725.");
  EXPECT_THAT(waits(), IsEmpty());
  log(19899ms, 8725, "process 8725 acquired " + users + " after 150.353 ms");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(1));
  const record::LockWait& wait = ended[0];
  EXPECT_EQ(wait.source, "server_log");
  EXPECT_EQ(wait.database, "app");
  EXPECT_EQ(wait.pid, 8725);
  EXPECT_EQ(wait.application, "pgrehearse:traffic:read");
  EXPECT_EQ(wait.mode, "AccessShareLock");
  EXPECT_EQ(wait.object, "relation 16386 of database 16385");
  EXPECT_EQ(wait.relation, "public.users");
  EXPECT_DOUBLE_EQ(base::to_ms(wait.start), 19758 - 10.140);
  EXPECT_DOUBLE_EQ(base::to_ms(wait.duration), 150.353);
  EXPECT_EQ(wait.end, WaitEnd::acquired);
  EXPECT_THAT(wait.holders, ElementsAre(8726));
  EXPECT_THAT(wait.queue, ElementsAre(8725));
  EXPECT_EQ(wait.statement, "SELECT 1");
  EXPECT_THAT(assembler.finish(30s), IsEmpty());
}

TEST_F(Waits, ThatATimeoutEndsLastUntilTheError) {
  log(20066ms, 8730, "process 8730 still waiting for " + users + " after 10.000 ms",
      "Process holding the lock: 8729. Wait queue: 8730.");
  error(20106ms, 8730, "55P03");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].end, WaitEnd::lock_timeout);
  EXPECT_EQ(ended[0].start, 20056ms);
  EXPECT_EQ(ended[0].duration, 50ms);
}

TEST_F(Waits, ThatACancelEndsAreCancelled) {
  log(20066ms, 8730, "process 8730 still waiting for " + users + " after 10.000 ms");
  error(20106ms, 8730, "57014");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].end, WaitEnd::cancelled);
}

TEST_F(Waits, BehindAWaitingAlterKnowTheQueue) {
  log(21352ms, 8748,
      "process 8748 still waiting for AccessExclusiveLock on relation 16386 of database 16385 after 10.1 ms",
      "Process holding the lock: 8747. Wait queue: 8748.");
  log(21534ms, 8750, "process 8750 still waiting for " + users + " after 10.079 ms",
      "Process holding the lock: 8747. Wait queue: 8748, 8750.");
  log(21642ms, 8748, "process 8748 acquired AccessExclusiveLock on relation 16386 of database 16385 after 300.840 ms");
  log(21645ms, 8750, "process 8750 acquired " + users + " after 121.552 ms");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[0].pid, 8748);
  EXPECT_THAT(ended[1].holders, ElementsAre(8747));
  EXPECT_THAT(ended[1].queue, ElementsAre(8748, 8750));
}

TEST_F(Waits, OfADeadlocksVictimEndInADeadlock) {
  log(22279ms, 8760, "process 8760 still waiting for ShareLock on transaction 738 after 10.096 ms",
      "Process holding the lock: 8759. Wait queue: 8760.", "while updating tuple (0,3) in relation \"users\"");
  log(23418ms, 8759, "process 8759 detected deadlock while waiting for ShareLock on transaction 739 after 1000.000 ms",
      "Process holding the lock: 8760. Wait queue: .", "while updating tuple (0,4) in relation \"users\"");
  error(23418ms, 8759, "40P01", "Process 8759 waits for ShareLock on transaction 739; blocked by process 8760.");
  log(23419ms, 8760, "process 8760 acquired ShareLock on transaction 738 after 1149.455 ms", "",
      "while updating tuple (0,3) in relation \"users\"");
  const auto events = assembler.take();
  const auto deadlocks = only<record::Deadlock>(events);
  ASSERT_THAT(deadlocks, SizeIs(1));
  EXPECT_EQ(deadlocks[0].victim_pid, 8759);
  EXPECT_EQ(deadlocks[0].at, 23418ms);
  EXPECT_THAT(deadlocks[0].detail, ::testing::HasSubstr("blocked by process 8760"));
  const auto ended = only<record::LockWait>(events);
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[0].end, WaitEnd::deadlock);
  EXPECT_EQ(ended[0].duration, 1000ms);
  EXPECT_EQ(ended[0].relation, "public.users");
  EXPECT_THAT(ended[0].holders, ElementsAre(8760));
  EXPECT_EQ(ended[1].end, WaitEnd::acquired);
}

TEST_F(Waits, AfterAnAvoidedDeadlockGoOn) {
  log(1000ms, 5, "process 5 avoided deadlock for " + users + " by rearranging queue order after 10.000 ms",
      "Process holding the lock: 6. Wait queue: 5.");
  log(1000ms, 5, "process 5 still waiting for " + users + " after 10.010 ms",
      "Process holding the lock: 6. Wait queue: 5.");
  log(1500ms, 5, "process 5 acquired " + users + " after 510.000 ms");
  EXPECT_THAT(waits(), SizeIs(1));
}

TEST_F(Waits, ReportedAgainAreStillOneWait) {
  log(1000ms, 5, "process 5 still waiting for " + users + " after 10.000 ms",
      "Process holding the lock: 6. Wait queue: 5.");
  log(1400ms, 5, "process 5 still waiting for " + users + " after 410.700 ms",
      "Process holding the lock: 7. Wait queue: 9, 5.");
  log(1500ms, 5, "process 5 acquired " + users + " after 510.000 ms");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_THAT(ended[0].holders, ElementsAre(6));
}

TEST_F(Waits, WhoseErrorWasCaughtAreUnresolvedOnceTheNextBegins) {
  log(1000ms, 5, "process 5 still waiting for " + users + " after 10.000 ms");
  log(3000ms, 5, "process 5 still waiting for " + users + " after 10.000 ms");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].end, WaitEnd::unresolved);
  EXPECT_EQ(ended[0].duration, 2s);
}

TEST_F(Waits, ThatNeverEndAreUnresolvedAtTheFinish) {
  log(1000ms, 5, "process 5 still waiting for " + users + " after 10.000 ms");
  const auto left = only<record::LockWait>(assembler.finish(4s));
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].end, WaitEnd::unresolved);
  EXPECT_EQ(left[0].start + left[0].duration, 4s);
}

TEST_F(Waits, ForAnUnnamedRelationStayBackUntilASnapshotNamesIt) {
  log(1500ms, 5, "process 5 acquired AccessShareLock on relation 20000 of database 16385 after 510.000 ms");
  EXPECT_THAT(waits(), IsEmpty());
  names.add(20000, "public", "orders");
  const auto ended = waits();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].relation, "public.orders");
}

TEST_F(Waits, KeepTheFirstNameOfARelation) {
  names.add(16386, "public", "users_old");
  log(1500ms, 5, "process 5 acquired " + users + " after 510.000 ms");
  EXPECT_EQ(waits().at(0).relation, "public.users");
}

TEST_F(Waits, InOtherDatabasesAreNotOurs) {
  database = "other";
  log(1500ms, 5, "process 5 acquired " + users + " after 510.000 ms");
  error(1600ms, 5, "40P01");
  EXPECT_THAT(assembler.finish(2s), IsEmpty());
}

TEST(RelationNames, AreFoundByBareNameOnlyWhenUnambiguous) {
  RelationNames names;
  names.add(1, "public", "users");
  names.add(2, "public", "orders");
  names.add(3, "archive", "orders");
  names.add(4, "public", "users");  // dropped and made again
  EXPECT_EQ(names.of("users"), "public.users");
  EXPECT_FALSE(names.of("orders"));
  EXPECT_FALSE(names.of("nobody"));
}

}  // namespace
}  // namespace pgrehearse::observe
