// COPY in binary form, with a real server reading it.
#include <gmock/gmock.h>

#include <string>

#include "harness/postgres/copy.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::postgres {
namespace {

void append(std::string& bytes, std::uint64_t number, int width) {
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
}

// Documentation of COPY, "Binary Format".
const std::string header = std::string("PGCOPY\n\377\r\n\0", 11) + std::string(8, '\0');
const std::string trailer = "\377\377";

std::string row(std::uint32_t number, const std::string& text) {
  std::string bytes;
  append(bytes, 2, 2);
  append(bytes, 4, 4);
  append(bytes, number, 4);
  append(bytes, text.size(), 4);
  return bytes + text;
}

class CopyTest : public ::testing::Test {
 protected:
  CopyTest() {
    session->query("CREATE TABLE t (n int, text text)");
    connection = CopyConnection::open(database.target()).value();
  }
  std::int64_t rows() { return session->query("SELECT count(*) FROM t").integer(0, 0); }

  pgrehearse::testing::ScratchDatabase database;
  std::unique_ptr<Session> session = database.session();
  std::unique_ptr<CopyConnection> connection;
};

TEST_F(CopyTest, CopiesInOneTransactionWithFreeze) {
  connection->execute("BEGIN");
  connection->execute("TRUNCATE t");
  connection->begin("COPY t FROM STDIN (FORMAT binary, FREEZE)");
  connection->write(header);
  for (std::uint32_t n = 0; n < 1000; ++n) connection->write(row(n, "number " + std::to_string(n)));
  connection->write(trailer);
  EXPECT_EQ(connection->finish(), 1000u);
  connection->execute("COMMIT");
  EXPECT_EQ(rows(), 1000);
  EXPECT_EQ(session->query("SELECT text FROM t WHERE n = 999").text(0, 0), "number 999");
}

TEST_F(CopyTest, TellsWhichRowTheServerRefused) {
  session->query("ALTER TABLE t ADD CONSTRAINT small CHECK (n < 10)");
  connection->begin("COPY t FROM STDIN (FORMAT binary)");
  connection->write(header + row(1, "") + row(10, "") + trailer);
  try {
    connection->finish();
    FAIL() << "the server should have refused";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.sqlstate(), "23514");
    EXPECT_EQ(failure.report().constraint, "small");
    EXPECT_THAT(failure.report().context, ::testing::HasSubstr("line 2"));
  }
  connection->execute("SELECT 1");
  EXPECT_EQ(rows(), 0);
}

TEST_F(CopyTest, RefusesAStatementThatIsNoCopy) {
  EXPECT_THROW(connection->begin("COPY missing FROM STDIN"), Failure);
  EXPECT_THROW(connection->execute("nonsense"), Failure);
  connection->execute("SELECT 1");
}

TEST_F(CopyTest, AbandonsACopyAndGoesOn) {
  connection->begin("COPY t FROM STDIN (FORMAT binary)");
  connection->write(header + row(1, "lost"));
  connection->abandon("changed our mind");
  EXPECT_EQ(rows(), 0);
  connection->begin("COPY t FROM STDIN (FORMAT binary)");
  connection->write(header + row(2, "kept") + trailer);
  EXPECT_EQ(connection->finish(), 1u);
  EXPECT_EQ(rows(), 1);
}

TEST_F(CopyTest, TellsALostConnection) {
  connection->begin("COPY t FROM STDIN (FORMAT binary)");
  connection->write(header);
  session->query(
      "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE datname = current_database() AND "
      "pid <> pg_backend_pid() AND backend_type = 'client backend'");
  try {
    const std::string bytes = row(1, std::string(100'000, 'x'));
    for (int n = 0; n < 1000; ++n) connection->write(bytes);
    connection->finish();
    FAIL() << "the connection should have been lost";
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.connection_lost()) << failure.sqlstate() << failure.summary();
  }
  EXPECT_THROW(connection->execute("SELECT 1"), Failure);
}

}  // namespace
}  // namespace pgrehearse::postgres
