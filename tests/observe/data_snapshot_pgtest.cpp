#include <fmt/format.h>
#include <gmock/gmock.h>

#include "harness/observe/data_snapshot.hpp"
#include "tests/observe/change.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::observe {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

DataSnapshot data_of(postgres::Session& session, const std::vector<std::string>& excluded = {},
                     const DataSnapshot* like = nullptr) {
  return value_of(take_data_snapshot(session, excluded, like));
}

record::Comparison data_left_by(const std::string& setup, const std::string& change) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(setup);
  const auto before = data_of(*session);
  session->query(change);
  return compare(before, data_of(*session, {}, &before), "down");
}

class Data : public ::testing::TestWithParam<Change> {};

TEST_P(Data, LossIsNamed) { expect_named(data_left_by(GetParam().setup, GetParam().change), GetParam(), "data"); }

constexpr const char* filled_users =
    "CREATE TABLE users (id int PRIMARY KEY, nick text, born date);"
    "INSERT INTO users SELECT g, CASE WHEN g % 10 > 0 THEN 'nick ' || g END, date '2000-01-01' + g "
    "FROM generate_series(1, 1000) g";
constexpr const char* keyless = "CREATE TABLE log (a int, b text); INSERT INTO log VALUES (1, 'x'), (1, 'x'), (2, 'y')";

const Change losses[] = {
    {"Nothing", filled_users, "UPDATE users SET nick = nick WHERE id < 500", {}},
    {"RowsReordered",
     keyless,
     "CREATE TABLE l AS SELECT * FROM log ORDER BY a DESC; TRUNCATE log; INSERT INTO log "
     "SELECT * FROM l",
     {}},
    {"ColumnsReordered",
     filled_users,
     "ALTER TABLE users ADD n text; UPDATE users SET n = nick; ALTER TABLE users DROP nick; "
     "ALTER TABLE users RENAME n TO nick",
     {}},
    {"AllRows", filled_users, "TRUNCATE users", {"table public.users: 1,000 rows before, 0 after down"}},
    {"Table", filled_users, "DROP TABLE users", {"table public.users: missing after down, with its 1,000 rows"}},
    {"EmptyTable", "CREATE TABLE t (a int)", "DROP TABLE t", {}},
    {"Column",
     filled_users,
     "ALTER TABLE users DROP nick",
     {"column public.users.nick: missing after down, with its 900 values"}},
    {"ColumnDroppedAndAdded",
     filled_users,
     "ALTER TABLE users DROP nick; ALTER TABLE users ADD nick text",
     {"column public.users.nick: 900 values before, 0 after down"}},
    {"OneValue",
     filled_users,
     "UPDATE users SET born = born + 1 WHERE id = 7",
     {"column public.users.born: values changed after down"}},
    {"ValuesSwappedBetweenRows",
     filled_users,
     "UPDATE users SET nick = 'nick ' || 8 - id WHERE id IN (3, 5)",
     {"column public.users.nick: values changed after down"}},
    {"NullMoved",
     filled_users,
     "UPDATE users SET nick = CASE id WHEN 10 THEN 'nick 9' END WHERE id IN (9, 10)",
     {"column public.users.nick: values changed after down"}},
    {"KeysRenumbered",
     filled_users,
     "UPDATE users SET id = id + 5000",
     {"table public.users: values of its key (id) changed after down"}},
    {"KeyDropped",
     filled_users,
     "ALTER TABLE users DROP id",
     {"table public.users: its key (id) is gone after down, so that its rows cannot be compared"}},
    {"KeyConstraintAloneDropped", filled_users, "ALTER TABLE users DROP CONSTRAINT users_pkey", {}},
    {"KeyType",
     filled_users,
     "ALTER TABLE users ALTER id TYPE bigint",
     {"column public.users.id: type was integer, is bigint after down, so that its values cannot be compared"}},
    {"Type",
     filled_users,
     "ALTER TABLE users ALTER born TYPE text",
     {"column public.users.born: type was date, is text after down, so that its values cannot be compared"}},
    {"DuplicateRowReplaced",
     keyless,
     "DELETE FROM log WHERE a = 1; INSERT INTO log VALUES (2, 'y'), (2, 'y')",
     {"column public.log.a: values changed after down", "column public.log.b: values changed after down"}},
    {"KeylessValuesSwapped",
     keyless,
     "TRUNCATE log; INSERT INTO log VALUES (1, 'x'), (1, 'y'), (2, 'x')",
     {"table public.log: values changed places between rows after down"}},
    {"PairsOfACompositeKeySwapped",
     "CREATE TABLE t (a int, b uuid, PRIMARY KEY (a, b)); INSERT INTO t SELECT g, "
     "md5(g::text)::uuid FROM generate_series(1, 2) g",
     "CREATE TABLE u AS SELECT 3 - a AS a, b FROM t; TRUNCATE t; INSERT INTO t SELECT * FROM u",
     {"table public.t: values of its key (a, b) changed after down"}},
    {"EnumMadeAnew",
     "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (a int PRIMARY KEY, m mood); INSERT INTO t "
     "VALUES (1, 'sad')",
     "ALTER TABLE t ALTER m TYPE text; DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'glad'); ALTER TABLE t ALTER m "
     "TYPE mood USING m::mood",
     {}},
    {"Interval",
     "CREATE TABLE t (a int PRIMARY KEY, i interval); INSERT INTO t VALUES (1, '1 day')",
     "UPDATE t SET i = '24 hours'",
     {"column public.t.i: values changed after down"}},
    {"PartitionDropped",
     "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES "
     "FROM (1) TO (9); INSERT INTO p VALUES (1), (2)",
     "DROP TABLE p1",
     {"table public.p: 2 rows before, 0 after down"}},
    {"RowsMovedToAChild",
     "CREATE TABLE a (i int); CREATE TABLE b () INHERITS (a); INSERT INTO a VALUES (1)",
     "INSERT INTO b SELECT * FROM ONLY a; DELETE FROM ONLY a",
     {"table public.a: 1 row before, 0 after down", "table public.b: 0 rows before, 1 after down"}},
    {"WithoutColumns",
     "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES",
     "INSERT INTO t DEFAULT VALUES",
     {"table public.t: 1 row before, 2 after down"}},
    {"NewTableAndColumn", filled_users, "CREATE TABLE t AS SELECT 1; ALTER TABLE users ADD c int DEFAULT 1", {}},
    {"OddNames",
     "CREATE SCHEMA \"a.b\"; CREATE TABLE \"a.b\".\"t\"\"x\" (\"se lect\" int PRIMARY KEY, \"v'\" text); INSERT "
     "INTO \"a.b\".\"t\"\"x\" VALUES (1, 'z')",
     "UPDATE \"a.b\".\"t\"\"x\" SET \"v'\" = 'y'",
     {"column a.b.t\"x.v': values changed after down"}},
};
INSTANTIATE_TEST_SUITE_P(Tables, Data, ::testing::ValuesIn(losses), [](const auto& test) { return test.param.name; });

TEST(DataNote, TellsOfOtherDigitsOfEqualNumbers) {
  const auto result = data_left_by("CREATE TABLE t (a int PRIMARY KEY, n numeric); INSERT INTO t VALUES (1, 1.0)",
                                   "UPDATE t SET n = 1.00");
  EXPECT_TRUE(result.equal);
  EXPECT_THAT(result.notes, ElementsAre("column public.t.n: equal numbers are written with other digits after down"));
}

TEST(DataNote, TellsOfSequences) {
  const auto result = data_left_by("CREATE SEQUENCE s", "SELECT nextval('s')");
  EXPECT_TRUE(result.equal);
  EXPECT_THAT(result.notes, ElementsAre("sequence public.s: last value was none, is 1 after down"));
}

TEST(DataNote, TellsOfAnEmptyColumnThatIsGone) {
  const auto result = data_left_by("CREATE TABLE t (a int PRIMARY KEY, n text)", "ALTER TABLE t DROP n");
  EXPECT_TRUE(result.equal);
  EXPECT_THAT(result.notes, ElementsAre("column public.t.n: missing after down, with its 0 values"));
}

// ---- the second up against the first ----

// `up`, `down` and `up` again, or `other_up` the second time.
record::Comparison second_up(const std::string& up, const std::string& down, const std::string& other_up = {}) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(filled_users);
  const auto before = data_of(*session);
  session->query(up);
  const auto first = value_of(take_data_snapshot(*session, {}, &before, Match::origin));
  session->query(down);
  EXPECT_THAT(compare(before, data_of(*session, {}, &before), "down").differences, IsEmpty());
  session->query(other_up.empty() ? up : other_up);
  return compare(first, data_of(*session, {}, &first), "up_again");
}

TEST(DataOfTheSecondUp, FollowsWhatIsRenamed) {
  EXPECT_THAT(second_up("ALTER TABLE users RENAME nick TO name; ALTER TABLE users RENAME id TO number",
                        "ALTER TABLE users RENAME name TO nick; ALTER TABLE users RENAME number TO id")
                  .differences,
              IsEmpty());
  EXPECT_THAT(second_up("ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME nick TO name",
                        "ALTER TABLE people RENAME TO users; ALTER TABLE users RENAME name TO nick",
                        "UPDATE users SET nick = 'x' WHERE id = 1; ALTER TABLE users RENAME TO people; "
                        "ALTER TABLE people RENAME nick TO name")
                  .differences,
              ElementsAre("column public.people.name: values changed after the second up"));
}

TEST(DataOfTheSecondUp, FollowsWhatIsConverted) {
  EXPECT_THAT(second_up("ALTER TABLE users ALTER id TYPE bigint; ALTER TABLE users ALTER born TYPE text",
                        "ALTER TABLE users ALTER id TYPE int; ALTER TABLE users ALTER born TYPE date USING born::date")
                  .differences,
              IsEmpty());
}

TEST(DataOfTheSecondUp, MayDropWhatTheFirstDropped) {
  EXPECT_THAT(second_up("CREATE TABLE kept AS SELECT id, nick FROM users; ALTER TABLE users DROP nick",
                        "ALTER TABLE users ADD nick text; UPDATE users u SET nick = k.nick FROM kept k WHERE k.id = "
                        "u.id; DROP TABLE kept")
                  .differences,
              IsEmpty());
}

TEST(DataOfTheSecondUp, MayFillWhatIsNewByChance) {
  EXPECT_THAT(
      second_up("ALTER TABLE users ADD token float8 DEFAULT random()", "ALTER TABLE users DROP token").differences,
      IsEmpty());
}

TEST(DataOfTheSecondUp, TellsWhichRowsAreMissing) {
  EXPECT_THAT(second_up("ALTER TABLE users RENAME TO people", "ALTER TABLE people RENAME TO users",
                        "ALTER TABLE users RENAME TO people; DELETE FROM people WHERE id < 4")
                  .differences,
              ElementsAre("table public.people: 1,000 rows after the first, 997 after the second up"));
}

// A value of every kind survives, and a change of any of them is seen.
TEST(DataSnapshotOfEveryType, SeesAChangeInEachColumn) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(R"(
    CREATE TYPE pair AS (a int, b text); CREATE DOMAIN name_text AS varchar(40);
    CREATE TABLE t (id uuid PRIMARY KEY, c01 bool, c02 int2, c03 int4, c04 int8, c05 float4, c06 float8,
      c07 numeric(10,2), c08 money, c09 text, c10 varchar(9), c11 char(5), c12 bytea, c13 date, c14 time, c15 timetz,
      c16 timestamp, c17 timestamptz, c18 interval, c19 json, c20 jsonb, c21 xml, c22 inet, c23 cidr, c24 macaddr,
      c25 macaddr8, c26 bit(3), c27 varbit, c28 point, c29 int4range, c30 tsvector, c31 int[], c32 text[], c33 pair,
      c34 name_text, c35 "char", c36 oid, c37 text COLLATE "C", c38 pg_lsn, c39 name);
    INSERT INTO t SELECT md5('1')::uuid, true, 1, 1, 1, 1.5, 1.5, 1.5, 1.5, 'a', 'a', 'a', 'a', '2020-01-01', '10:00',
      '10:00+00', '2020-01-01', '2020-01-01', '1 day', '{}', '{}', '<a/>', '10.0.0.1', '10.0.0.0/8',
      '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '101', '101', '(1,2)', '[1,3)', 'a b', '{1,2}', '{a,b}',
      '(1,a)', 'a', 'a', 1, 'a', '0/1', 'a')");
  const auto before = data_of(*session);
  EXPECT_TRUE(compare(before, data_of(*session, {}, &before), "down").equal);
  session->query(R"(
    UPDATE t SET c01 = false, c02 = 2, c03 = 2, c04 = 2, c05 = 2.5, c06 = 2.5, c07 = 2.5, c08 = 2.5, c09 = 'b', c10 = 'b',
      c11 = 'b', c12 = 'b', c13 = '2020-01-02', c14 = '10:01', c15 = '10:01+00', c16 = '2020-01-02', c17 = '2020-01-02',
      c18 = '2 days', c19 = '[]', c20 = '[]', c21 = '<b/>', c22 = '10.0.0.2', c23 = '11.0.0.0/8',
      c24 = '08:00:2b:01:02:04', c25 = '08:00:2b:01:02:03:04:06', c26 = '111', c27 = '111', c28 = '(1,3)',
      c29 = '[1,4)', c30 = 'a c', c31 = '{1,3}', c32 = '{a,c}', c33 = '(1,b)', c34 = 'b', c35 = 'b', c36 = 2, c37 = 'b',
      c38 = '0/2', c39 = 'b')");
  std::vector<std::string> expected;
  for (int column = 1; column <= 39; ++column) {
    expected.push_back(fmt::format("column public.t.c{:02}: values changed after down", column));
  }
  EXPECT_EQ(compare(before, data_of(*session, {}, &before), "down").differences, expected);
}

TEST(DataSnapshotOf, LeavesOutTrackingTablesAndMembersOfExtensions) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(
      "CREATE SCHEMA app; CREATE TABLE app.versions (v int); CREATE TABLE bare (v int); "
      "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE member (v int); CREATE TEMP TABLE mine (v int); "
      "CREATE EXTENSION pg_trgm; ALTER EXTENSION pg_trgm ADD TABLE member");
  std::vector<std::string> names;
  for (const auto& [name, table] : data_of(*session, {"app.versions", "bare"}).tables) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("public.users"));
}

}  // namespace
}  // namespace pgrehearse::observe
