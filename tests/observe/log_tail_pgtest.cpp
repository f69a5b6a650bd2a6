#include <gmock/gmock.h>

#include "harness/observe/log_tail.hpp"
#include "tests/observe/observing.hpp"

namespace pgrehearse::observe {
namespace {

using namespace std::chrono_literals;
using record::WaitEnd;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The log as a file of this machine, and through the server.
class Tail : public ::testing::TestWithParam<LogAccess>, protected Observing {
 protected:
  Tail()
      : Observing("CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users VALUES (1, 'a'), (2, 'b')") {}

  std::vector<record::LockWait> waits() {
    tail->stop();
    EXPECT_THAT(recorder.all<record::Gap>(), IsEmpty());
    return recorder.all<record::LockWait>();
  }

  std::unique_ptr<LogTail> tail = started(LogTail::start(database.target(), GetParam(), names, clock, recorder));
};

TEST_P(Tail, SeesExactlyHowLongAReaderWaitedForWhom) {
  holder->query("BEGIN; ALTER TABLE users ADD COLUMN score int");
  const auto before = clock.now();
  Waiter reader(database, "SELECT count(*) FROM users");
  ASSERT_TRUE(reader.waits(*watcher));
  const auto waiting = clock.now();
  holder->query("COMMIT");
  const auto released = clock.now();
  EXPECT_FALSE(reader.join());
  const auto seen = waits();
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].pid, reader.pid());
  EXPECT_EQ(seen[0].application, "pgrehearse:traffic:test");
  EXPECT_EQ(seen[0].relation, "public.users");
  EXPECT_EQ(seen[0].mode, "AccessShareLock");
  EXPECT_EQ(seen[0].end, WaitEnd::acquired);
  EXPECT_THAT(seen[0].holders, ElementsAre(holder->backend_pid()));
  EXPECT_EQ(seen[0].statement, "SELECT count(*) FROM users");
  EXPECT_GE(seen[0].start, before - 2ms);
  EXPECT_LE(seen[0].start, waiting);
  EXPECT_GE(seen[0].duration, 20ms);
  EXPECT_LE(seen[0].start + seen[0].duration, released + 100ms);
}

TEST_P(Tail, SeesTheQueueBehindAWaitingAlter) {
  holder->query("BEGIN; SELECT count(*) FROM users");
  Waiter alter(database, "ALTER TABLE users ADD COLUMN score int");
  ASSERT_TRUE(alter.waits(*watcher));
  Waiter reader(database, "SELECT count(*) FROM users");
  ASSERT_TRUE(reader.waits(*watcher));
  holder->query("COMMIT");
  alter.join();
  reader.join();
  for (const auto& wait : waits()) {
    if (wait.pid != reader.pid()) continue;
    EXPECT_THAT(wait.holders, ElementsAre(holder->backend_pid()));
    EXPECT_THAT(wait.queue, ElementsAre(alter.pid(), reader.pid()));
    return;
  }
  FAIL() << "the reader's wait was not seen";
}

TEST_P(Tail, SeesALockTimeoutAndACancel) {
  holder->query("BEGIN; LOCK TABLE users");
  Waiter impatient(database, "SET lock_timeout = '60ms'; SELECT 1 FROM users");
  Waiter cancelled(database, "SELECT 2 FROM users");
  const auto failure = impatient.join();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sqlstate(), "55P03");
  ASSERT_TRUE(cancelled.waits(*watcher));
  cancelled.cancel();
  ASSERT_TRUE(cancelled.join());
  holder->query("COMMIT");
  const auto seen = waits();
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[0].end, WaitEnd::lock_timeout);
  EXPECT_NEAR(base::to_ms(seen[0].duration), 60, 25);
  EXPECT_EQ(seen[1].end, WaitEnd::cancelled);
}

TEST_P(Tail, SeesADeadlockAndNamesTheTableOfRowLocks) {
  holder->query("SET deadlock_timeout = '1h'; BEGIN; UPDATE users SET name = 'x' WHERE id = 1");
  Waiter other(database, "BEGIN; UPDATE users SET name = 'y' WHERE id = 2; UPDATE users SET name = 'y' WHERE id = 1");
  ASSERT_TRUE(other.waits(*watcher));
  holder->query("SET LOCAL deadlock_timeout = '15ms'");
  const auto failure = holder->attempt("UPDATE users SET name = 'x' WHERE id = 2");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sqlstate(), "40P01");
  holder->query("ROLLBACK");
  other.join();
  const auto seen = waits();
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[0].end, WaitEnd::deadlock);
  EXPECT_EQ(seen[0].relation, "public.users");
  EXPECT_EQ(seen[1].relation, "public.users");
  const auto deadlocks = recorder.all<record::Deadlock>();
  ASSERT_THAT(deadlocks, SizeIs(1));
  EXPECT_EQ(deadlocks[0].victim_pid, holder->backend_pid());
  EXPECT_THAT(deadlocks[0].detail, HasSubstr("waits for ShareLock on transaction"));
}

TEST_P(Tail, NamesATableThatWasDroppedMeanwhile) {
  holder->query("BEGIN; DROP TABLE users");
  Waiter reader(database, "SELECT count(*) FROM users");
  ASSERT_TRUE(reader.waits(*watcher));
  holder->query("COMMIT");
  EXPECT_TRUE(reader.join());  // the table is gone
  const auto seen = waits();
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].relation, "public.users");
}

TEST_P(Tail, RecordsAWaitThatOutlivesIt) {
  holder->query("BEGIN; LOCK TABLE users");
  Waiter reader(database, "SELECT count(*) FROM users");
  ASSERT_TRUE(reader.waits(*watcher, 50));
  const auto seen = waits();
  holder->query("COMMIT");
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].end, WaitEnd::unresolved);
}

INSTANTIATE_TEST_SUITE_P(Log, Tail, ::testing::Values(LogAccess::file, LogAccess::sql),
                         [](const auto& access) { return access.param == LogAccess::file ? "OnDisk" : "OverSql"; });

TEST(LogPlace, IsRefusedWhereLockWaitsAreNotLogged) {
  const testing::ScratchDatabase database;
  postgres::Target target = database.target();
  EXPECT_TRUE(locate_log(target, LogAccess::file));
  target.settings["log_lock_waits"] = "off";
  const auto place = locate_log(target, LogAccess::file);
  ASSERT_FALSE(place);
  EXPECT_EQ(place.errors().front().message, "the server does not log lock waits");
  EXPECT_THAT(place.errors().front().hint, HasSubstr("log_lock_waits = on"));
}

TEST(LogPlace, IsRefusedWhereTheRoleMayNotReadTheLog) {
  const testing::ScratchDatabase database;
  database.session()->query("DROP ROLE IF EXISTS log_reader; CREATE ROLE log_reader LOGIN PASSWORD 'x'");
  postgres::Target target = database.target();
  target.user = "log_reader";
  target.password = "x";
  const auto place = locate_log(target, LogAccess::sql);
  ASSERT_FALSE(place);
  EXPECT_THAT(place.errors().front().message, HasSubstr("permission denied"));
}

}  // namespace
}  // namespace pgrehearse::observe
