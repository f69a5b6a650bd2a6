// What the user says of columns, where the server has a part in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/populate/populate_fixture.hpp"

namespace pgrehearse::populate {
namespace {

using ::testing::HasSubstr;

class Overrides : public PopulateFixture {};

TEST_F(Overrides, TakesExpressionsOfTheUser) {
  create("CREATE TABLE t (id serial PRIMARY KEY, code text UNIQUE, size int, total numeric(8,2), note text)");
  scenario::Table table;
  table.name = "t";
  table.columns["code"].expression = "'INV-' || to_char(n, 'FM00000')";
  table.columns["size"].expression = "CASE WHEN n % 4 > 0 THEN n % 10 END";
  table.columns["total"].log_normal = {{40.0, 1.0}};
  table.columns["note"].expression = "no_such_function(n)";
  table.columns["note"].place = {"rehearsal.yaml", 9, 5};
  data_.tables.push_back(table);
  const std::string message = failure(populate(2000));
  EXPECT_THAT(message, HasSubstr("rehearsal.yaml:9:5: error: column note of table public.t: the server refuses the "
                                 "expression: function no_such_function(integer) does not exist"));
  EXPECT_THAT(message, HasSubstr("hint: write SQL over n, whose result can be cast to text"));
  data_.tables[0].columns.erase("note");
  ASSERT_EQ(failure(populate(2000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM t WHERE code ~ '^INV-[0-9]{5}$'"), "2000");
  EXPECT_EQ(value("SELECT count(*) FILTER (WHERE size IS NULL) BETWEEN 400 AND 600 AND max(size) = 9 FROM t"), "t");
  EXPECT_EQ(value("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY total) BETWEEN 36 AND 44 FROM t"), "t");
}

TEST_F(Overrides, RefusesExpressionsThatChangeSomething) {
  create("CREATE TABLE t (a int); CREATE SEQUENCE s");
  scenario::Table table;
  table.name = "t";
  table.columns["a"].expression = "nextval('s')";
  data_.tables.push_back(table);
  EXPECT_THAT(failure(populate(10)), HasSubstr("cannot execute nextval() in a read-only transaction"));
}

// The columns' own types decide how a distribution is written.
TEST_F(Overrides, SpreadColumnsOfEveryKind) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY);
            CREATE TABLE t (id serial PRIMARY KEY, n int, f float8, m money, d date, at timestamptz, seq bigint UNIQUE, mail varchar(60),
              note text, user_id int REFERENCES users))");
  scenario::Table table;
  table.name = "t";
  auto& columns = table.columns;
  columns["n"].normal = {{100.0, 10.0}};
  columns["f"].log_normal = {{1.0, 0.5}};
  columns["m"].normal = {{1000.0, 100.0}};
  columns["d"].period = {"2025-01-01", "2025-07-01", 0.5, 0.5};
  columns["at"].period = {"2025-01-01", "2025-07-01", 0.9, 0.5};
  columns["seq"].sequence = {"1000", 10};
  columns["mail"].kind = "email";
  columns["note"].length = {100, 2000};
  columns["user_id"].zipf = 1;
  data_.tables.push_back(table);
  ASSERT_EQ(failure(populate(3000)), "");
  EXPECT_EQ(value("SELECT avg(n) BETWEEN 98 AND 102 AND stddev(n) BETWEEN 9 AND 11 FROM t"), "t");
  EXPECT_EQ(value("SELECT avg(m::numeric) BETWEEN 980 AND 1020 AND min(f) >= 0 FROM t"), "t");
  EXPECT_EQ(value("SELECT min(d) = '2025-01-01' AND max(d) = '2025-06-30' AND max(at) < '2025-07-01 00:00+00' FROM t"),
            "t");
  EXPECT_EQ(value("SELECT count(*) FILTER (WHERE extract(hour FROM at AT TIME ZONE 'UTC') BETWEEN 12 AND 17) > 4 * "
                  "count(*) FILTER (WHERE extract(hour FROM at AT TIME ZONE 'UTC') BETWEEN 0 AND 5) FROM t"),
            "t");
  EXPECT_EQ(value("SELECT min(seq) = 1000 AND max(seq) = 30990 FROM t"), "t");
  EXPECT_EQ(value("SELECT bool_and(mail LIKE '%@example.com') AND min(length(note)) >= 100 AND max(length(note)) > "
                  "1500 FROM t"),
            "t");
  EXPECT_EQ(value("SELECT max(c) > 200 FROM (SELECT count(*) AS c FROM t GROUP BY user_id) AS g"), "t");
}

}  // namespace
}  // namespace pgrehearse::populate
