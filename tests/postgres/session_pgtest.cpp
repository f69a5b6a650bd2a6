// Sessions against a real server.
#include <gmock/gmock.h>

#include <thread>

#include "harness/postgres/session.hpp"
#include "harness/postgres/sqlstate.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SessionTest : public ::testing::Test {
 protected:
  pgrehearse::testing::ScratchDatabase database;
  std::unique_ptr<Session> session = database.session();
};

TEST_F(SessionTest, ReadsValuesByKind) {
  const Rows rows = session->query("SELECT 1, 2.5::float8, true, 'text', NULL, ARRAY['a','b c',NULL], '{}'::int[]");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.columns(), 7u);
  EXPECT_EQ(rows.integer(0, 0), 1);
  EXPECT_EQ(rows.number(0, 1), 2.5);
  EXPECT_TRUE(rows.boolean(0, 2));
  EXPECT_EQ(rows.text(0, 3), "text");
  EXPECT_TRUE(rows.null(0, 4));
  EXPECT_EQ(rows.text(0, 4), "");
  EXPECT_THAT(rows.array(0, 5), ElementsAre("a", "b c", ""));
  EXPECT_TRUE(rows.array(0, 6).empty());
}

TEST_F(SessionTest, ReadsExtremeNumbers) {
  const Rows rows = session->query("SELECT -9223372036854775808, 1e300::float8, 'Infinity'::float8");
  EXPECT_EQ(rows.integer(0, 0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(rows.number(0, 1), 1e300);
  EXPECT_EQ(rows.number(0, 2), std::numeric_limits<double>::infinity());
}

TEST_F(SessionTest, RefusesToReadAValueAsAnotherKind) {
  const Rows rows = session->query("SELECT 'text', NULL");
  EXPECT_THROW(rows.integer(0, 0), std::runtime_error);
  EXPECT_THROW(rows.number(0, 0), std::runtime_error);
  EXPECT_THROW(rows.boolean(0, 0), std::runtime_error);
  EXPECT_THROW(rows.array(0, 0), std::runtime_error);
  EXPECT_THROW(rows.integer(0, 1), std::runtime_error);
}

TEST_F(SessionTest, PassesParametersAsTheyAre) {
  const std::vector<Parameter> values = {"it's \"quoted\" \\ back", std::nullopt, ""};
  const Rows rows = session->query("SELECT $1::text, $2::text, $3::text AS empty", values);
  EXPECT_EQ(rows.text(0, 0), *values[0]);
  EXPECT_TRUE(rows.null(0, 1));
  EXPECT_FALSE(rows.null(0, 2));
  EXPECT_EQ(rows.text(0, 2), "");
  EXPECT_EQ(rows.column_name(2), "empty");
}

TEST_F(SessionTest, KeepsTransactionsAcrossCalls) {
  session->query("CREATE TABLE t (n int)");
  session->query("BEGIN");
  session->query("INSERT INTO t VALUES (1), (2)");
  EXPECT_EQ(session->query("DELETE FROM t WHERE n = 1").affected(), 1u);
  session->query("ROLLBACK");
  EXPECT_EQ(session->query("SELECT count(*) FROM t").integer(0, 0), 0);
}

TEST_F(SessionTest, RunsSeveralStatementsAsOneQuery) {
  EXPECT_EQ(session->query("CREATE TABLE t (n int); INSERT INTO t VALUES (7); SELECT n FROM t").integer(0, 0), 7);
  EXPECT_TRUE(session->attempt("INSERT INTO t VALUES (8); SELECT 1/0"));
  EXPECT_EQ(session->query("SELECT count(*) FROM t").integer(0, 0), 1) << "the simple query is one transaction";
}

TEST_F(SessionTest, TellsAllThatTheServerSaidOfAFailure) {
  session->query("CREATE TABLE t (n int CONSTRAINT n_is_unique UNIQUE); INSERT INTO t VALUES (1)");
  const auto failure = session->attempt("INSERT INTO t VALUES (1)");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sqlstate(), "23505");
  EXPECT_EQ(failure->report().constraint, "n_is_unique");
  EXPECT_EQ(failure->report().table, "t");
  EXPECT_EQ(failure->report().schema, "public");
  EXPECT_EQ(failure->report().detail, "Key (n)=(1) already exists.");
  EXPECT_EQ(failure->sql(), "INSERT INTO t VALUES (1)");
  EXPECT_FALSE(failure->connection_lost());
}

TEST_F(SessionTest, TellsWhereASyntaxErrorIs) {
  const auto failure = session->attempt("SELECT 'ä'\n WHERE WHERE");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sqlstate(), "42601");
  EXPECT_EQ(failure->report().position, 19) << "in characters, not bytes";
  const auto unknown = session->attempt("SELECT nonsense(1)");
  ASSERT_TRUE(unknown);
  EXPECT_THAT(unknown->summary(), HasSubstr("hint: No function matches"));
}

TEST_F(SessionTest, TellsTheContextOfAFailure) {
  const auto failure = session->attempt("DO $$ BEGIN PERFORM 1/0; END $$");
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->report().context, HasSubstr("PL/pgSQL function"));
}

TEST_F(SessionTest, GoesOnAfterAFailure) {
  EXPECT_TRUE(session->attempt("SELECT 1/0"));
  EXPECT_FALSE(session->attempt("SELECT 1"));
  session->query("BEGIN");
  EXPECT_TRUE(session->attempt("SELECT 1/0"));
  EXPECT_EQ(session->attempt("SELECT 1")->sqlstate(), "25P02");
  EXPECT_FALSE(session->attempt("ROLLBACK"));
}

TEST_F(SessionTest, CollectsNotices) {
  session->query("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$");
  EXPECT_THAT(session->take_notices(), ElementsAre("NOTICE: one", "WARNING: two"));
  EXPECT_TRUE(session->take_notices().empty());
}

TEST_F(SessionTest, IsCancelledFromAnotherThread) {
  const auto observer = database.session();
  std::thread canceller([&] {
    const std::string running = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = $1";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (observer->query(running, {std::to_string(session->backend_pid())}).integer(0, 0) == 0 &&
           std::chrono::steady_clock::now() < deadline) {
    }
    session->cancel();
  });
  const auto failure = session->attempt("SELECT pg_sleep(60)");
  canceller.join();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sqlstate(), sqlstate::query_canceled);
  EXPECT_FALSE(session->attempt("SELECT 1"));
}

TEST_F(SessionTest, TellsALostConnection) {
  const auto other = database.session();
  other->query("SELECT pg_terminate_backend($1, 20000)", {std::to_string(session->backend_pid())});
  const auto first = session->attempt("SELECT 1");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->sqlstate(), "57P01");
  EXPECT_TRUE(first->connection_lost());
  const auto second = session->attempt("SELECT 1");
  ASSERT_TRUE(second) << "a session does not reconnect behind its owner's back";
  EXPECT_EQ(second->sqlstate(), "08006");
  EXPECT_TRUE(second->connection_lost());
}

TEST_F(SessionTest, TakesItsSettingsFromTheTarget) {
  Target target = database.target();
  target.application = "it's \\ me";
  target.settings = {{"lock_timeout", "1234ms"}, {"search_path", "pg_catalog, public"}};
  const auto opened = Session::open(target);
  ASSERT_TRUE(opened.ok());
  const Rows rows = opened.value()->query(
      "SELECT current_setting('lock_timeout'), current_setting('search_path'), current_setting('application_name')");
  EXPECT_EQ(rows.text(0, 0), "1234ms");
  EXPECT_EQ(rows.text(0, 1), "pg_catalog, public");
  EXPECT_EQ(rows.text(0, 2), target.application);
  EXPECT_GE(opened.value()->server_version(), 140000);
}

TEST_F(SessionTest, SaysWhyItCannotConnect) {
  Target target = database.target();
  target.password = "wrong-secret";
  const auto refused = Session::open(target);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.errors()[0].kind, base::ErrorKind::environment);
  EXPECT_THAT(refused.errors()[0].message, HasSubstr("password authentication failed"));
  EXPECT_THAT(to_string(refused.errors()[0]), ::testing::Not(HasSubstr(target.password)));
  target.host = "/nonexistent";
  EXPECT_FALSE(Session::open(target).ok());
}

TEST_F(SessionTest, QuotesWhatTheServerReadsBack) {
  for (const std::string value : {"plain", "it's", "back\\slash", "\\'", "a\nb", "ü", "", "$1"}) {
    EXPECT_EQ(session->query("SELECT" + quote_literal(value)).text(0, 0), value);
  }
  for (const std::string name : {"a", "With Space", "dou\"ble", "sel;ect", "Ü"}) {
    session->query("CREATE TABLE " + quote_qualified("public", name) + " (" + quote_identifier(name) + " int)");
    EXPECT_EQ(session->query("SELECT * FROM " + quote_identifier(name)).column_name(0), name);
  }
}

}  // namespace
}  // namespace pgrehearse::postgres
