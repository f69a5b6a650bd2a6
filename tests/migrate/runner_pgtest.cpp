#include <gmock/gmock.h>

#include <future>

#include "harness/migrate/runner.hpp"
#include "tests/migrate/rehearsal.hpp"

namespace pgrehearse::migrate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class RunnerPgTest : public RunnerTest {
 protected:
  RunnerPgTest() {
    sql("CREATE TABLE users (id int PRIMARY KEY, name text)");
    sql("INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 20000) i");
    sql("ANALYZE users");
  }
};

TEST_F(RunnerPgTest, RecordsARewriteWithItsLock) {
  const auto outcome = run(TransactionScope::file, "ALTER TABLE users ADD COLUMN score float8 DEFAULT random();");
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->failure.has_value());
  ASSERT_EQ(recorder_.statements.size(), 1u);
  EXPECT_THAT(locks(0), Contains("AccessExclusiveLock public.users"));
  EXPECT_THAT(statement(0).rewrites, ElementsAre("public.users"));
  EXPECT_THAT(statement(0).scans, ElementsAre("public.users"));
  EXPECT_EQ(statement(0).file, "up.sql");
  EXPECT_EQ(statement(0).sqlstate, std::nullopt);
  EXPECT_LE(outcome->start, statement(0).start);
  EXPECT_LT(statement(0).start, statement(0).end);
  EXPECT_LE(statement(0).end, statement(0).transaction_end);
  EXPECT_LE(statement(0).transaction_end, outcome->end);
}

TEST_F(RunnerPgTest, TellsAScanFromARewriteFromNeither) {
  const auto outcome = run(TransactionScope::file,
                           "ALTER TABLE users ADD COLUMN a int DEFAULT 1;\n"
                           "ALTER TABLE users ALTER name SET NOT NULL;\n"
                           "CREATE INDEX users_name ON users (name);\n"
                           "SELECT * FROM users LIMIT 1;\n"
                           "CREATE TABLE orders (id int, user_id int REFERENCES users);\n"
                           "ALTER TABLE users ALTER id TYPE bigint;");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  const auto what = [&](std::size_t i) { return std::pair(statement(i).rewrites, statement(i).scans); };
  const std::vector<std::string> users{"public.users"}, none;
  EXPECT_EQ(what(0), std::pair(none, none));
  EXPECT_EQ(what(1), std::pair(none, users));
  EXPECT_EQ(what(2), std::pair(none, users));
  EXPECT_EQ(what(3), std::pair(none, none));
  EXPECT_EQ(what(4), std::pair(none, none));
  EXPECT_EQ(what(5).first, users);
}

// 20,000 rows of 28 bytes and more, header and item pointer included. (The rewrite above writes nearly none on a server
// with wal_level = minimal.)
TEST_F(RunnerPgTest, MeasuresWalByStatement) {
  const auto outcome = run(TransactionScope::file, "UPDATE users SET id = id + 100000; SELECT 1;");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  ASSERT_TRUE(statement(0).wal_bytes.has_value());
  EXPECT_GT(*statement(0).wal_bytes, 20000u * 28);
  EXPECT_LT(statement(1).wal_bytes.value(), 10000u);
}

TEST_F(RunnerPgTest, CountsCheckpoints) {
  ASSERT_TRUE(run(TransactionScope::statement, "CREATE TABLE t (n int);\nCHECKPOINT;\nCHECKPOINT;\nCHECKPOINT;"));
  EXPECT_EQ(statement(0).checkpoints, 0);
  // The server counts one a moment after it has answered, so perhaps only during the next statement.
  EXPECT_GE(*statement(1).checkpoints + *statement(2).checkpoints + *statement(3).checkpoints, 1);
}

TEST_F(RunnerPgTest, SeesParallelWorkers) {
  sql("CREATE TABLE wide WITH (parallel_workers = 2) AS SELECT repeat('x', 1500) AS text FROM generate_series(1, 300)");
  ASSERT_TRUE(
      run(TransactionScope::file,
          "SET LOCAL parallel_setup_cost = 0;\nSELECT count(pg_sleep(0.003)) FROM wide;\n"
          "SET LOCAL max_parallel_workers_per_gather = 0;\nSELECT count(pg_sleep(0.001)) FROM wide;\nSELECT 1;"));
  EXPECT_EQ(statement(1).parallel_workers, 2);
  EXPECT_EQ(statement(3).parallel_workers, 0);
  EXPECT_FALSE(statement(4).parallel_workers) << "too short to look";
}

TEST_F(RunnerPgTest, GivesEachStatementTheLocksThatItGained) {
  const auto outcome = run(TransactionScope::file,
                           "CREATE INDEX users_name ON users (name);\n"
                           "CREATE TABLE orders (id int);\n"
                           "ALTER TABLE users ADD COLUMN a int;\n"
                           "DROP TABLE users;");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  EXPECT_THAT(locks(0), UnorderedElementsAre("ShareLock public.users", "AccessExclusiveLock public.users_name*"));
  EXPECT_THAT(locks(1), ElementsAre("AccessExclusiveLock public.orders*"));
  EXPECT_THAT(locks(2), ElementsAre("AccessExclusiveLock public.users"));
  EXPECT_THAT(locks(3), Contains("AccessExclusiveLock public.users_pkey"));  // named, though it is gone
  EXPECT_THAT(locks(3), Not(Contains("AccessExclusiveLock public.users")));  // held before
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(statement(i).transaction, 0);
    EXPECT_EQ(statement(i).transaction_end, statement(0).transaction_end);
    EXPECT_GE(statement(i).transaction_end, statement(3).end);
    EXPECT_EQ(statement(i).line, static_cast<int>(i) + 1);
    for (const record::HeldLock& lock : statement(i).locks) {
      EXPECT_EQ(lock.from, statement(i).start);
      EXPECT_EQ(lock.to, statement(0).transaction_end);
    }
  }
}

TEST_F(RunnerPgTest, NamesARenamedTableAsOthersKnowIt) {
  const auto outcome = run(TransactionScope::file, "ALTER TABLE users RENAME TO people; ALTER TABLE people ADD a int");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  EXPECT_THAT(locks(0), ElementsAre("AccessExclusiveLock public.users"));
}

TEST_F(RunnerPgTest, KnowsWhatEarlierTransactionsOfThePhaseMade) {
  const auto outcome = run(TransactionScope::statement, "CREATE TABLE orders (id int); ALTER TABLE orders ADD a int");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  EXPECT_THAT(locks(0), ElementsAre("AccessExclusiveLock public.orders*"));
  EXPECT_THAT(locks(1), ElementsAre("AccessExclusiveLock public.orders"));
  EXPECT_EQ(statement(1).transaction, 1);
}

TEST_F(RunnerPgTest, RunsDownInReverse) {
  const std::vector<Migration> range{
      migration(TransactionScope::file, "ALTER TABLE users ADD a int", "ALTER TABLE users DROP a"),
      migration(TransactionScope::file, "ALTER TABLE users ADD b int", "ALTER TABLE users DROP b")};
  ASSERT_TRUE(run(range).ok());
  ASSERT_TRUE(run(range, Direction::down).ok());
  EXPECT_EQ(statement(0).sql, "ALTER TABLE users DROP b");
  EXPECT_EQ(statement(1).sql, "ALTER TABLE users DROP a");
  EXPECT_EQ(statement(0).phase, "down");
  EXPECT_EQ(statement(0).file, "down.sql");
}

TEST_F(RunnerPgTest, AFailureIsAnOutcomeAndRollsBack) {
  const auto outcome = run(TransactionScope::file,
                           "ALTER TABLE users ADD a int;\n\n  ALTER TABLE users ADD CHECK (id < 100);\nSELECT 1;");
  ASSERT_TRUE(outcome.ok());
  ASSERT_TRUE(outcome->failure.has_value());
  EXPECT_EQ(outcome->failure->number, 1);
  EXPECT_EQ(outcome->failure->line, 3);
  EXPECT_EQ(outcome->failure->sqlstate, "23514");
  EXPECT_THAT(outcome->failure->message, HasSubstr("is violated by some row"));
  EXPECT_EQ(outcome->statements, 2);
  ASSERT_EQ(recorder_.statements.size(), 2u);
  EXPECT_EQ(statement(1).sqlstate, "23514");
  EXPECT_EQ(statement(0).sqlstate, std::nullopt);
  EXPECT_EQ(statement(0).transaction_end, statement(1).end);  // the error releases the locks
  EXPECT_EQ(answer("SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'a'"), "0");
}

TEST_F(RunnerPgTest, ADeferredConstraintFailsAtCommit) {
  sql("CREATE TABLE orders (user_id int REFERENCES users DEFERRABLE INITIALLY DEFERRED)");
  const auto outcome = run(TransactionScope::file, "INSERT INTO orders VALUES (-1); SELECT 1;");
  ASSERT_TRUE(outcome.ok() && outcome->failure);
  EXPECT_EQ(outcome->failure->sqlstate, "23503");
  EXPECT_EQ(outcome->failure->number, 1);
  EXPECT_THAT(outcome->failure->message, HasSubstr("at COMMIT: "));
}

TEST_F(RunnerPgTest, SettingsThatMustComeFirstInATransactionWork) {
  const auto outcome = run(TransactionScope::file,
                           "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; "
                           "DO $$ BEGIN ASSERT current_setting('transaction_isolation') = 'serializable'; END $$");
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->failure.has_value()) << outcome->failure->message;
}

TEST_F(RunnerPgTest, AnUnfinishedTransactionIsRolledBackWithANotice) {
  const auto outcome = run(TransactionScope::statement, "SELECT 1;\nBEGIN; ALTER TABLE users ADD a int;");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  EXPECT_THAT(recorder_.notices, ElementsAre(HasSubstr("up.sql:2 opens a transaction")));
  EXPECT_EQ(answer("SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'a'"), "0");
}

// ---- outside a transaction ----------------------------------------------------------------------------------------

// Whether the index is built is one question; that its locks are seen at all needs a build that takes a while, so an
// old transaction keeps it waiting until they have been.
TEST_F(RunnerPgTest, BuildsAnIndexConcurrently) {
  const auto old = database_.session();
  old->query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  old->query("SELECT 1 FROM users");
  auto done = std::async(std::launch::async, [&] {
    return run(TransactionScope::simple_query, "CREATE INDEX CONCURRENTLY users_name ON users (name)");
  });
  EXPECT_TRUE(eventually([&] { return waiting(application_name) > 0; }));
  const base::Duration seen = clock_.now();
  EXPECT_TRUE(eventually([&] { return clock_.now() - seen > std::chrono::milliseconds(100); }));
  old->query("COMMIT");
  const auto outcome = done.get();
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->failure.has_value()) << outcome->failure->message;
  EXPECT_EQ(statement(0).transaction, -1);
  EXPECT_THAT(locks(0), Contains("ShareUpdateExclusiveLock public.users"));
  EXPECT_THAT(locks(0), Not(Contains("ShareLock public.users")));
  EXPECT_THAT(statement(0).scans, ElementsAre("public.users"));
  EXPECT_GT(statement(0).lock_wait, std::chrono::milliseconds(80));
  EXPECT_EQ(answer("SELECT count(*) FROM pg_index WHERE indexrelid = 'users_name'::regclass AND indisvalid"), "1");
}

TEST_F(RunnerPgTest, FindsTheRewriteOfVacuumFull) {
  const auto outcome = run(TransactionScope::statement, "VACUUM FULL users");
  ASSERT_TRUE(outcome.ok() && !outcome->failure);
  EXPECT_THAT(statement(0).rewrites, ElementsAre("public.users"));
  EXPECT_EQ(statement(0).transaction, -1);
  ASSERT_TRUE(statement(0).wal_bytes.has_value());
  EXPECT_GT(*statement(0).wal_bytes, 0u);
}

// A simple query of several statements is run as an explicit transaction: the server must say the same of both.
TEST_F(RunnerPgTest, RefusesConcurrentlyAmongOthersAsTheServerDoes) {
  const std::string text = "ALTER TABLE users ADD a int;\nCREATE INDEX CONCURRENTLY users_name ON users (name);";
  const auto outcome = run(TransactionScope::simple_query, text);
  ASSERT_TRUE(outcome.ok() && outcome->failure);
  const auto as_one_message = session_->attempt(text);
  ASSERT_TRUE(as_one_message.has_value());
  EXPECT_EQ(outcome->failure->sqlstate, "25001");
  EXPECT_EQ(outcome->failure->sqlstate, as_one_message->sqlstate());
  EXPECT_EQ(outcome->failure->message, as_one_message->summary());
  EXPECT_EQ(outcome->failure->line, 2);
}

TEST_F(RunnerPgTest, ABodyMayCommitWhenItStandsAlone) {
  const std::string body = "DO $$ BEGIN INSERT INTO users VALUES (-1); COMMIT; INSERT INTO users VALUES (-2); END $$;";
  const auto alone = run(TransactionScope::statement, body);
  ASSERT_TRUE(alone.ok());
  EXPECT_FALSE(alone->failure.has_value()) << alone->failure->message;
  const auto inside = run(TransactionScope::file, body);
  ASSERT_TRUE(inside.ok() && inside->failure);
  EXPECT_EQ(inside->failure->sqlstate, "23505");  // the first row is there already
}

// ---- policy --------------------------------------------------------------------------------------------------------

TEST_F(RunnerPgTest, TriesAgainAfterALockTimeout) {
  options_.policy.lock_timeout = std::chrono::milliseconds(100);
  options_.policy.retries = 1000;
  options_.policy.retry_wait = std::chrono::milliseconds(10);
  const auto reader = database_.session();
  reader->query("BEGIN");
  reader->query("SELECT count(*) FROM users");
  auto done = std::async(std::launch::async, [&] {
    return run(TransactionScope::file, "CREATE TABLE orders (id int); ALTER TABLE users ADD a int;");
  });
  // Behind the reader in one attempt, away, and back in another one.
  const auto attempts = [&] { return waiting(application_name); };
  EXPECT_TRUE(eventually([&] { return attempts() == 1; }));
  EXPECT_TRUE(eventually([&] { return attempts() == 0; }));
  EXPECT_TRUE(eventually([&] { return attempts() == 1; }));
  reader->query("COMMIT");
  const auto outcome = done.get();
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->failure.has_value()) << outcome->failure->message;
  ASSERT_EQ(recorder_.statements.size(), 2u);
  EXPECT_GE(statement(1).attempts, 2);
  EXPECT_EQ(statement(0).attempts, statement(1).attempts);  // the whole transaction again
  EXPECT_EQ(statement(1).sqlstate, std::nullopt);
  EXPECT_GE(statement(1).end - statement(1).start, std::chrono::milliseconds(100));
  EXPECT_GE(statement(1).lock_wait, std::chrono::milliseconds(90));
  EXPECT_THAT(locks(1), ElementsAre("AccessExclusiveLock public.users"));
  const record::HeldLock& lock = statement(1).locks.front();
  EXPECT_GE(lock.from, statement(1).start + std::chrono::milliseconds(90));  // not while it waited
}

TEST_F(RunnerPgTest, GivesUpWhenTheRetriesAreUsed) {
  options_.policy.lock_timeout = std::chrono::milliseconds(100);
  options_.policy.retries = 2;
  options_.policy.retry_wait = std::chrono::milliseconds(1);
  const auto reader = database_.session();
  reader->query("BEGIN");
  reader->query("SELECT count(*) FROM users");
  const auto outcome = run(TransactionScope::file, "ALTER TABLE users ADD a int;");
  ASSERT_TRUE(outcome.ok() && outcome->failure);
  EXPECT_EQ(outcome->failure->sqlstate, "55P03");
  EXPECT_EQ(statement(0).attempts, 3);
  EXPECT_THAT(locks(0), IsEmpty());
  EXPECT_GE(statement(0).lock_wait, std::chrono::milliseconds(210)) << "more than two attempts can wait";
}

TEST_F(RunnerPgTest, SeesTheLocksOfALongStatementThatFails) {
  options_.policy.statement_timeout = std::chrono::milliseconds(200);
  const auto outcome = run(TransactionScope::file, "ALTER TABLE users ADD CHECK (pg_sleep(1) IS NOT NULL)");
  ASSERT_TRUE(outcome.ok() && outcome->failure);
  EXPECT_EQ(outcome->failure->sqlstate, "57014");
  EXPECT_THAT(locks(0), ElementsAre("AccessExclusiveLock public.users"));
  EXPECT_EQ(statement(0).locks[0].to, statement(0).end);
}

TEST_F(RunnerPgTest, StopsWhenItIsToldTo) {
  auto done = std::async(std::launch::async, [&] {
    return run(TransactionScope::file, "ALTER TABLE users ADD a int; SELECT pg_sleep(600); SELECT 1;");
  });
  EXPECT_TRUE(eventually([&] {
    return answer(
               "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()") ==
           "1";
  }));
  cancellation_.cancel();
  const auto outcome = done.get();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.errors().front().kind, base::ErrorKind::interrupted);
  ASSERT_EQ(recorder_.statements.size(), 2u);
  EXPECT_EQ(statement(1).sqlstate, "57014");
  EXPECT_EQ(answer("SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'a'"), "0");
}

}  // namespace
}  // namespace pgrehearse::migrate
