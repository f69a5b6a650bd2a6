// What this module writes and reads as text, without a server.
#include <gmock/gmock.h>

#include "harness/postgres/array.hpp"
#include "harness/postgres/session.hpp"
#include "harness/postgres/sqlstate.hpp"

namespace pgrehearse::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ArrayTest, ReadsElements) {
  EXPECT_TRUE(parse_array("{}").empty());
  EXPECT_THAT(parse_array("{1,2,3}"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(parse_array("{NULL,\"NULL\",\"\"}"), ElementsAre("", "NULL", ""));
  EXPECT_THAT(parse_array(R"({"a,b","c \"d\" \\","{}"})"), ElementsAre("a,b", "c \"d\" \\", "{}"));
}

TEST(ArrayTest, RefusesOtherText) {
  for (const char* text : {"", "1", "{", "{1", "{1,", "{\"a}", "{1}}", "{{1},{2}}", "[0:1]={1,2}", "{\"a\"b}"}) {
    EXPECT_THROW(parse_array(text), std::runtime_error) << text;
  }
}

TEST(QuoteTest, EscapesNamesAndValues) {
  EXPECT_EQ(quote_identifier("na\"me"), "\"na\"\"me\"");
  EXPECT_EQ(quote_qualified("s", "n"), "\"s\".\"n\"");
  EXPECT_EQ(quote_literal("va'lue"), "'va''lue'");
  EXPECT_EQ(quote_literal("a\\'b"), " E'a\\\\''b'");
}

TEST(TargetTest, EscapesForLibpq) {
  Target target;
  target.host = "/tmp/it's";
  target.port = 5433;
  target.password = "back\\slash";
  target.settings = {{"search_path", "a, b"}};
  EXPECT_EQ(target.connection_string(),
            R"(client_encoding='UTF8' host='/tmp/it\'s' port='5433' password='back\\slash' )"
            R"(options='-c search_path=a,\\ b')");
}

TEST(TargetTest, LeavesEmptyMembersToLibpq) { EXPECT_EQ(Target().connection_string(), "client_encoding='UTF8'"); }

TEST(TargetTest, ShowsNoPassword) {
  const Target target{"localhost", 5432, "app", "me", "secret", "", {}};
  EXPECT_EQ(target.display(), "me@localhost:5432/app");
}

TEST(TargetTest, IsReadFromAUriOrKeysAndValues) {
  const auto uri = parse_target("postgresql://me:s%40crt@db.example:6543/app?sslmode=require&application_name=x");
  ASSERT_TRUE(uri.ok());
  EXPECT_EQ(uri->display(), "me@db.example:6543/app");
  EXPECT_EQ(uri->password, "s@crt");
  EXPECT_EQ(uri->parameters, (std::map<std::string, std::string>{{"sslmode", "require"}}));
  EXPECT_THAT(uri->connection_string(), HasSubstr("sslmode='require'"));
  const auto pairs = parse_target("host=/run/postgresql dbname='a b' options='-c work_mem=1MB'");
  ASSERT_TRUE(pairs.ok());
  EXPECT_EQ(pairs->host, "/run/postgresql");
  EXPECT_EQ(pairs->database, "a b");
  EXPECT_THAT(pairs->connection_string(), HasSubstr("options='-c work_mem=1MB'"));
}

TEST(TargetTest, TakesFromTheEnvironmentWhatIsNotSaid) {
  ::setenv("PGHOST", "from.environment", 1);
  ::setenv("PGDATABASE", "environments", 1);
  const auto target = parse_target("dbname=mine");
  ::unsetenv("PGHOST");
  ::unsetenv("PGDATABASE");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->host, "from.environment");
  EXPECT_EQ(target->database, "mine");
}

TEST(TargetTest, DoesNotRepeatATextThatItCannotRead) {
  const auto target = parse_target("postgresql://me:secret@host/x?no_such_key=1");
  ASSERT_FALSE(target.ok());
  EXPECT_THAT(to_string(target.errors()[0]), ::testing::Not(HasSubstr("secret")));
}

TEST(FailureTest, IsSummedUpOnOneLine) {
  Failure::Report report;
  report.sqlstate = "23505";
  report.message = "duplicate\nkey";
  report.detail = "Key (n)=(1)";
  report.hint = "try another";
  const Failure failure(report, "INSERT");
  EXPECT_EQ(failure.summary(), "duplicate key (Key (n)=(1)) (hint: try another)");
  const base::Error error = to_error(failure, "filling users");
  EXPECT_EQ(error.kind, base::ErrorKind::environment);
  EXPECT_THAT(error.message, HasSubstr("while filling users: duplicate key"));
  EXPECT_THAT(error.message, HasSubstr("23505"));
}

TEST(SqlstateTest, TellsLostConnectionsFromFailures) {
  EXPECT_TRUE(is_connection_lost("08006"));
  EXPECT_TRUE(is_connection_lost("57P01"));
  EXPECT_FALSE(is_connection_lost(sqlstate::query_canceled));
  EXPECT_TRUE(is_retryable(sqlstate::deadlock_detected));
  EXPECT_FALSE(is_retryable("23505"));
}

}  // namespace
}  // namespace pgrehearse::postgres
