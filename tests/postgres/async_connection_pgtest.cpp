#include <gmock/gmock.h>
#include <poll.h>

#include "harness/postgres/async_connection.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Connecting = AsyncConnection::Connecting;

// Waits for what the connection wants; false after twenty seconds.
bool ready(const AsyncConnection& connection) {
  const auto wants = connection.wants();
  short events = wants == AsyncConnection::Wants::write ? POLLOUT : POLLIN;
  if (wants == AsyncConnection::Wants::read_write) events = POLLIN | POLLOUT;
  pollfd waiting{connection.fd(), events, 0};
  return ::poll(&waiting, 1, 20'000) == 1;
}

Connecting connect(AsyncConnection& connection) {
  Connecting state = Connecting::again;
  while (state == Connecting::again && ready(connection)) state = connection.poll_connect();
  return state;
}

AsyncConnection::Done finish(AsyncConnection& connection) {
  while (ready(connection)) {
    if (auto done = connection.advance()) return *done;
  }
  ADD_FAILURE() << "no answer";
  return {};
}

class AsyncConnectionTest : public ::testing::Test {
 protected:
  AsyncConnectionTest() : connection_(testing::server()) { EXPECT_EQ(connect(connection_), Connecting::connected); }
  AsyncConnection::Done query(const std::string& sql) {
    EXPECT_TRUE(connection_.send_query(sql));
    return finish(connection_);
  }
  AsyncConnection connection_;
};

TEST_F(AsyncConnectionTest, PreparesAndExecutesWithParametersAndNull) {
  ASSERT_TRUE(connection_.send_prepare("two", "SELECT 1 / $1::int FROM generate_series(1, $2::int)"));
  EXPECT_EQ(finish(connection_).sqlstate, "");
  const char* const three[] = {"1", "3"};
  ASSERT_TRUE(connection_.send_prepared("two", three));
  EXPECT_EQ(finish(connection_).rows, 3u);
  const char* const null[] = {nullptr, "1"};
  ASSERT_TRUE(connection_.send_prepared("two", null));
  EXPECT_EQ(finish(connection_).sqlstate, "");
  const char* const zero[] = {"0", "1"};
  ASSERT_TRUE(connection_.send_prepared("two", zero));
  const auto failed = finish(connection_);
  EXPECT_EQ(failed.sqlstate, "22012");
  EXPECT_EQ(failed.message, "division by zero");
  EXPECT_FALSE(failed.connection_lost);
}

TEST_F(AsyncConnectionTest, KnowsWhetherATransactionIsOpen) {
  EXPECT_FALSE(connection_.in_transaction());
  query("BEGIN");
  EXPECT_TRUE(connection_.in_transaction());
  EXPECT_EQ(query("SELECT nonsense").sqlstate, "42703");
  EXPECT_TRUE(connection_.in_transaction()) << "aborted, and open all the same";
  query("ROLLBACK");
  EXPECT_FALSE(connection_.in_transaction());
}

TEST_F(AsyncConnectionTest, ReportsTheFirstFailureOfSeveralStatements) {
  EXPECT_EQ(query("SELECT 1; SELECT 1 / 0; SELECT 2").sqlstate, "22012");
  EXPECT_EQ(query("").sqlstate, "");
}

TEST_F(AsyncConnectionTest, TakesStatementsLargerThanTheSocketsBuffer) {
  EXPECT_EQ(query("SELECT length('" + std::string(20'000'000, 'x') + "')").rows, 1u);
}

TEST_F(AsyncConnectionTest, CancelsWhatRuns) {
  ASSERT_TRUE(connection_.send_query("SELECT pg_sleep(300)"));
  const auto observer = Session::open(testing::server()).value();
  const std::string running =
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid = " + std::to_string(connection_.backend_pid());
  while (observer->query(running).size() == 0) {
  }
  connection_.cancel();
  EXPECT_EQ(finish(connection_).sqlstate, "57014");
}

TEST_F(AsyncConnectionTest, SaysWhoEndedTheConnection) {
  const auto observer = Session::open(testing::server()).value();
  ASSERT_TRUE(connection_.send_query("SELECT pg_sleep(300)"));
  observer->query("SELECT pg_terminate_backend(" + std::to_string(connection_.backend_pid()) + ")");
  const auto done = finish(connection_);
  EXPECT_TRUE(done.connection_lost);
  EXPECT_EQ(done.sqlstate, "57P01");
}

TEST_F(AsyncConnectionTest, NoticesThatAnIdleConnectionIsGone) {
  const auto observer = Session::open(testing::server()).value();
  observer->query("SELECT pg_terminate_backend(" + std::to_string(connection_.backend_pid()) + ")");
  EXPECT_TRUE(finish(connection_).connection_lost);
  EXPECT_FALSE(connection_.send_query("SELECT 1"));
}

TEST_F(AsyncConnectionTest, RefusesCopyWithTheClient) {
  for (const char* sql : {"COPY (SELECT 1) TO STDOUT", "COPY pg_description FROM STDIN"}) {
    AsyncConnection connection(testing::server());
    ASSERT_EQ(connect(connection), Connecting::connected);
    ASSERT_TRUE(connection.send_query(sql));
    const auto done = finish(connection);
    EXPECT_EQ(done.sqlstate, "08P01") << sql;
    EXPECT_TRUE(done.connection_lost) << sql;
  }
}

TEST(AsyncConnect, SaysWhyItFails) {
  Target nowhere = testing::server();
  nowhere.database = "no_such_database";
  AsyncConnection refused(nowhere);
  EXPECT_EQ(connect(refused), Connecting::failed);
  EXPECT_THAT(refused.connect_error().message, HasSubstr("FATAL:  database \"no_such_database\" does not exist"));
  EXPECT_THAT(refused.connect_error().message, Not(HasSubstr("LOCATION")));
  EXPECT_EQ(refused.connect_error().sqlstate, "3D000");

  nowhere.host = "/no/such/folder";
  AsyncConnection unreachable(nowhere);
  Connecting state = Connecting::again;
  while (state == Connecting::again) state = unreachable.poll_connect();
  EXPECT_EQ(state, Connecting::failed);
  EXPECT_EQ(unreachable.wants(), AsyncConnection::Wants::nothing);
}

}  // namespace
}  // namespace pgrehearse::postgres
