// What pg_stat_statements counts comes into the shape, and no secret with it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "harness/profile/shape_file.hpp"
#include "harness/profile/statistics_reader.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::profile {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class TrafficFromStatements : public ::testing::Test {
 protected:
  void SetUp() override {
    session_ = database_.session();
    if (session_->attempt("CREATE EXTENSION pg_stat_statements; SELECT count(*) FROM pg_stat_statements")) {
      GTEST_SKIP() << "this server has no pg_stat_statements";
    }
    session_->query("SET pg_stat_statements.track_utility = on");
    session_->query("CREATE TABLE users (id int PRIMARY KEY, name text, born date)");
    session_->query("SELECT pg_stat_statements_reset()");
  }

  Reading reading(postgres::Target target) {
    ReadOptions options;
    options.traffic = true;
    auto read = read_shape(target, options);
    EXPECT_TRUE(read.ok()) << to_string(read.errors().front());
    return std::move(*read);
  }
  Reading reading() { return reading(database_.target()); }

  static const TrafficStatement* find(const Traffic& traffic, const std::string& part) {
    const auto found = std::find_if(traffic.statements.begin(), traffic.statements.end(),
                                    [&](const auto& each) { return each.sql.find(part) != std::string::npos; });
    return found == traffic.statements.end() ? nullptr : &*found;
  }
  static std::uint64_t left_out(const Traffic& traffic, const std::string& part) {
    std::uint64_t calls = 0;
    for (const LeftOut& each : traffic.left_out) {
      if (each.reason.find(part) != std::string::npos) calls += each.calls;
    }
    return calls;
  }

  testing::ScratchDatabase database_;
  std::unique_ptr<postgres::Session> session_;
};

TEST_F(TrafficFromStatements, CallsAndRowsAreCounted) {
  for (int i = 0; i < 5; ++i) session_->query(fmt::format("INSERT INTO users VALUES ({}, 'n', '2001-02-03')", i));
  session_->query("SELECT name FROM users WHERE id < 3 /* page=1 */");
  session_->query("SELECT name FROM users WHERE id < 4 -- page=2");
  session_->query("BEGIN; COMMIT");
  const Reading read = reading();
  ASSERT_TRUE(read.shape.traffic);
  const Traffic& traffic = *read.shape.traffic;
  ASSERT_TRUE(traffic.seconds);
  EXPECT_GT(*traffic.seconds, 0);
  EXPECT_LT(*traffic.seconds, 600);
  const auto* insert = find(traffic, "INSERT INTO users VALUES ($1, $2, $3)");
  ASSERT_TRUE(insert);
  EXPECT_EQ(insert->calls, 5u);
  EXPECT_EQ(insert->rows, 5u);
  EXPECT_GT(insert->total_ms, 0);
  const auto* select = find(traffic, "SELECT name FROM users WHERE id < $1");
  ASSERT_TRUE(select);
  EXPECT_EQ(select->sql, "SELECT name FROM users WHERE id < $1");
  EXPECT_EQ(select->calls, 2u);
  EXPECT_EQ(select->rows, 7u);
  EXPECT_EQ(left_out(traffic, "transaction"), 2u);
}

// In literals, comments, and statements of which pg_stat_statements keeps the constants.
TEST_F(TrafficFromStatements, NoSecretLeaves) {
  for (const char* sql : {
           "SELECT 'hush' AS a, name FROM users WHERE name = 'hush' /* user:hush */",
           "/* hush */ SELECT id -- hush\n FROM users WHERE name LIKE 'hush%'",
           "INSERT INTO users VALUES (918273645, 'hush', '1971-02-03') ON CONFLICT DO NOTHING",
           "SET application_name = 'hush'",
           "CREATE ROLE hush_test PASSWORD 'hush'",
           "DROP ROLE hush_test",
           "COMMENT ON TABLE users IS 'hush'",
           "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 /* hush */'",
           "CREATE PROCEDURE pay(text) LANGUAGE sql AS 'SELECT 1'",
           "CALL pay('hush')",
           "DO $$ BEGIN PERFORM 'hush'; END $$",
           "BEGIN; DECLARE c CURSOR FOR SELECT 'hush'; FETCH c; COMMIT",
           "PREPARE p AS SELECT name FROM users WHERE name = 'hush'",
           "EXECUTE p",
           "CREATE TABLE copied AS SELECT 'hush' AS a",
           "EXPLAIN SELECT 'hush'",
           "SELECT id FROM users WHERE born > date '1971-02-03' - interval '918273645 seconds'",
           "NOTIFY channel, 'hush'",
           "ALTER TABLE users ALTER name SET DEFAULT 'x'",
       }) {
    session_->query(sql);
  }
  const auto held = session_->query("SELECT count(*) FROM pg_stat_statements WHERE query ILIKE '%hush%'");
  ASSERT_GE(held.integer(0, 0), 8) << "the extension holds secrets";
  const Reading read = reading();
  Shape shape = read.shape;
  shape.schema_sql.reset();
  std::string text = to_json(shape);
  for (const std::string& notice : read.notices) text += notice;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  EXPECT_THAT(text, Not(HasSubstr("hush")));
  EXPECT_THAT(text, Not(HasSubstr("918273645")));
  EXPECT_THAT(text, Not(HasSubstr("1971-02-03")));
  EXPECT_THAT(text, HasSubstr("select id from users where name like $1")) << "the statement itself does leave";
  EXPECT_GT(left_out(*read.shape.traffic, "no SELECT"), 8u);
}

TEST_F(TrafficFromStatements, SaysWhatOthersHide) {
  session_->query("SELECT name FROM users WHERE id = 1");
  session_->query("CREATE ROLE traffic_reader LOGIN PASSWORD 'x' IN ROLE pg_read_all_data");
  postgres::Target target = database_.target();
  target.user = "traffic_reader";
  target.password = "x";
  const Reading hidden = reading(target);
  ASSERT_TRUE(hidden.shape.traffic);
  EXPECT_FALSE(find(*hidden.shape.traffic, "users"));
  EXPECT_THAT(hidden.notices, Contains(HasSubstr("GRANT pg_read_all_stats")));
  session_->query("GRANT pg_read_all_stats TO traffic_reader");
  const Reading open = reading(target);
  EXPECT_TRUE(find(*open.shape.traffic, "SELECT name FROM users WHERE id = $1"));
  session_->query("DROP ROLE traffic_reader");
}

TEST_F(TrafficFromStatements, OlderVersionsOfTheExtensionDoNotTellSinceWhen) {
  for (const char* version : {"1.7", "1.8"}) {
    session_->query("DROP EXTENSION pg_stat_statements");
    session_->query(
        fmt::format("CREATE SCHEMA IF NOT EXISTS monitoring; CREATE EXTENSION pg_stat_statements "
                    "SCHEMA monitoring VERSION '{}'",
                    version));
    session_->query("SELECT name FROM users WHERE id = 1");
    const Reading read = reading();
    ASSERT_TRUE(read.shape.traffic) << version;
    EXPECT_FALSE(read.shape.traffic->seconds);
    EXPECT_TRUE(find(*read.shape.traffic, "SELECT name FROM users WHERE id = $1"));
    EXPECT_THAT(read.notices, Contains(HasSubstr("older than 1.9")));
  }
}

TEST_F(TrafficFromStatements, ItsOwnQueriesAreNone) {
  reading();
  const Reading second = reading();
  for (const TrafficStatement& statement : second.shape.traffic->statements) {
    EXPECT_THAT(statement.sql, Not(HasSubstr("pg_attribute")));
  }
  EXPECT_GT(left_out(*second.shape.traffic, "catalogs"), 0u);
}

TEST(TrafficWithoutStatements, IsNoneWithANotice) {
  const testing::ScratchDatabase database;
  ReadOptions options;
  options.traffic = true;
  const auto read = read_shape(database.target(), options);
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->shape.traffic);
  EXPECT_THAT(read->notices, Contains(HasSubstr("has no pg_stat_statements")));
}

}  // namespace
}  // namespace pgrehearse::profile
