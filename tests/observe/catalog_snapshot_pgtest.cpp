#include <fmt/format.h>
#include <gmock/gmock.h>

#include "harness/observe/catalog_snapshot.hpp"
#include "tests/observe/change.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::observe {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CatalogSnapshot catalog_of(postgres::Session& session, const std::vector<std::string>& excluded = {}) {
  return value_of(take_catalog_snapshot(session, excluded));
}

// What a migration left behind when `change` stood for all that its down did not undo.
record::Comparison catalog_left_by(const std::string& setup, const std::string& change,
                                   const std::vector<std::string>& excluded = {}) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  if (!setup.empty()) session->query(setup);
  const auto before = catalog_of(*session, excluded);
  session->attempt(change);
  const auto after = catalog_of(*session, excluded);
  EXPECT_EQ(compare(before, after, "down").equal, compare(after, before, "down").equal);
  return compare(before, after, "down");
}

class Schema : public ::testing::TestWithParam<Change> {};

TEST_P(Schema, DifferenceIsNamed) {
  expect_named(catalog_left_by(GetParam().setup, GetParam().change), GetParam(), "schema");
}

constexpr const char* users = "CREATE TABLE users (id int PRIMARY KEY, nick text NOT NULL DEFAULT 'x', age int)";

const Change tables[] = {
    {"SchemaCreated", "", "CREATE SCHEMA app", {"schema app: still there after down"}},
    {"SchemaDropped", "CREATE SCHEMA app", "DROP SCHEMA app", {"schema app: missing after down"}},
    {"TableCreatedIsOneLine", "", users, {"table public.users: still there after down"}},
    {"TableDroppedIsOneLine", users, "DROP TABLE users", {"table public.users: missing after down"}},
    {"TableUnlogged",
     users,
     "ALTER TABLE users SET UNLOGGED",
     {"table public.users: persistence was none, is unlogged after down"}},
    {"TableOption",
     users,
     "ALTER TABLE users SET (fillfactor = 70)",
     {"table public.users: options was none, is fillfactor=70 after down"}},
    {"RowSecurity",
     users,
     "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
     {"table public.users: row security was no, is yes after down"}},
    {"ReplicaIdentity",
     users,
     "ALTER TABLE users REPLICA IDENTITY FULL",
     {"table public.users: replica identity was none, is full after down"}},
    {"PartitionDetached",
     "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9)",
     "ALTER TABLE p DETACH PARTITION p1",
     {"table public.p1: parents was public.p, is none after down",
      "table public.p1: partition bound was FOR VALUES FROM (1) TO (9), is none after down"}},
    {"Inheritance",
     "CREATE TABLE a (i int); CREATE TABLE b (i int)",
     "ALTER TABLE b INHERIT a",
     {"table public.b: parents was none, is public.a after down",
      "column public.b.i: inherited was no, is yes after down"}},
    {"ColumnAdded", users, "ALTER TABLE users ADD score float8", {"column public.users.score: still there after down"}},
    {"ColumnDropped", users, "ALTER TABLE users DROP age", {"column public.users.age: missing after down"}},
    {"ColumnType",
     users,
     "ALTER TABLE users ALTER age TYPE bigint",
     {"column public.users.age: type was integer, is bigint after down"}},
    {"ColumnLength",
     "CREATE TABLE t (v varchar(20))",
     "ALTER TABLE t ALTER v TYPE varchar(40)",
     {"column public.t.v: type was character varying(20), is character varying(40) after down"}},
    {"ColumnNotNull",
     users,
     "ALTER TABLE users ALTER nick DROP NOT NULL",
     {"column public.users.nick: not null was yes, is no after down"}},
    {"ColumnDefault",
     users,
     "ALTER TABLE users ALTER nick DROP DEFAULT",
     {"column public.users.nick: default was 'x'::text, is none after down"}},
    {"ColumnIdentity",
     "CREATE TABLE t (i int NOT NULL)",
     "ALTER TABLE t ALTER i ADD GENERATED ALWAYS AS IDENTITY",
     {"column public.t.i: identity was none, is always after down", "sequence public.t_i_seq: still there after down"}},
    {"ColumnGenerated",
     "CREATE TABLE t (i int, j int GENERATED ALWAYS AS (i * 2) STORED)",
     "ALTER TABLE t ALTER j DROP EXPRESSION",
     {"column public.t.j: generated was stored (i * 2), is none after down"}},
    {"ColumnCollation",
     "CREATE TABLE t (v text)",
     "ALTER TABLE t ALTER v TYPE text COLLATE \"C\"",
     {"column public.t.v: collation was none, is \"C\" after down"}},
    {"ColumnStorage",
     users,
     "ALTER TABLE users ALTER nick SET STORAGE EXTERNAL",
     {"column public.users.nick: storage was none, is e after down"}},
    {"ColumnStatistics",
     users,
     "ALTER TABLE users ALTER age SET STATISTICS 500",
     {"column public.users.age: statistics target was none, is 500 after down"}},
    {"ColumnComment",
     users,
     "COMMENT ON COLUMN users.nick IS 'shown'",
     {"column public.users.nick: comment was none, is shown after down"}},
    {"ColumnPrivilege",
     users,
     "GRANT SELECT (nick) ON users TO PUBLIC",
     {"column public.users.nick: privileges was none, is PUBLIC SELECT after down"}},
    {"TableComment",
     users,
     "COMMENT ON TABLE users IS 'people'",
     {"table public.users: comment was none, is people after down"}},
};
INSTANTIATE_TEST_SUITE_P(Tables, Schema, ::testing::ValuesIn(tables), [](const auto& test) { return test.param.name; });

const Change parts[] = {
    {"ConstraintAdded",
     users,
     "ALTER TABLE users ADD CONSTRAINT old CHECK (age > 17)",
     {"constraint public.users.old: still there after down"}},
    {"ConstraintDropped",
     users,
     "ALTER TABLE users DROP CONSTRAINT users_pkey",
     {"constraint public.users.users_pkey: missing after down"}},
    {"ConstraintNotValid",
     "CREATE TABLE t (i int, CONSTRAINT c CHECK (i > 0))",
     "ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE t ADD CONSTRAINT c CHECK (i > 0) NOT VALID",
     {"constraint public.t.c: definition was CHECK ((i > 0)), is CHECK ((i > 0)) NOT VALID after down",
      "constraint public.t.c: validated was yes, is no after down"}},
    {"ForeignKeyDeferred",
     "CREATE TABLE a (i int PRIMARY KEY); CREATE TABLE b (i int CONSTRAINT f REFERENCES a)",
     "ALTER TABLE b ALTER CONSTRAINT f DEFERRABLE INITIALLY DEFERRED",
     {"constraint public.b.f: definition was FOREIGN KEY (i) REFERENCES public.a(i), is FOREIGN KEY (i) REFERENCES "
      "public.a(i) DEFERRABLE INITIALLY DEFERRED after down"}},
    {"IndexCreated", users, "CREATE INDEX i ON users (age)", {"index public.i: still there after down"}},
    {"IndexDropped",
     "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a)",
     "DROP INDEX i",
     {"index public.i: missing after down"}},
    {"IndexMadeUnique",
     "CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
     "DROP INDEX i; CREATE UNIQUE INDEX i ON t (a)",
     {"index public.i: definition was CREATE INDEX i ON public.t USING btree (a), is CREATE UNIQUE INDEX i ON public.t "
      "USING btree (a) after down"}},
    {"InvalidIndexOfAFailedBuild",
     "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)",
     "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
     {"index public.i: still there after down"}},
    {"IndexClustered", users, "CLUSTER users USING users_pkey", {"index public.users_pkey: still there after down"}},
    {"TriggerDisabled",
     "CREATE TABLE t (a int); CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION "
     "suppress_redundant_updates_trigger()",
     "ALTER TABLE t DISABLE TRIGGER g",
     {"trigger public.t.g: enabled was yes, is no after down"}},
    {"TriggerCreated",
     "CREATE TABLE t (a int)",
     "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
     {"trigger public.t.g: still there after down"}},
    {"RuleCreated",
     users,
     "CREATE RULE r AS ON DELETE TO users DO INSTEAD NOTHING",
     {"rule public.users.r: still there after down"}},
    {"PolicyChanged",
     "CREATE TABLE t (a int); CREATE POLICY p ON t USING (a > 0)",
     "ALTER POLICY p ON t USING (a > 1)",
     {"policy public.t.p: using was (a > 0), is (a > 1) after down"}},
    {"SequenceChanged",
     "CREATE SEQUENCE s",
     "ALTER SEQUENCE s INCREMENT 2 CYCLE",
     {"sequence public.s: cycle was no, is yes after down", "sequence public.s: increment was 1, is 2 after down"}},
    {"StatisticsObject",
     users,
     "CREATE STATISTICS s ON nick, age FROM users",
     {"statistics object public.s: still there after down"}},
    {"ViewReplaced",
     "CREATE VIEW v AS SELECT 1 AS a",
     "CREATE OR REPLACE VIEW v AS SELECT 2 AS a",
     {"view public.v: definition was SELECT 1 AS a;, is SELECT 2 AS a; after down"}},
    {"MaterializedView",
     "",
     "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
     {"materialized view public.m: still there after down"}},
    {"MaterializedViewEmptied",
     "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
     "REFRESH MATERIALIZED VIEW m WITH NO DATA",
     {"materialized view public.m: populated was yes, is no after down"}},
};
INSTANTIATE_TEST_SUITE_P(Parts, Schema, ::testing::ValuesIn(parts), [](const auto& test) { return test.param.name; });

const Change others[] = {
    {"Function",
     "",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a'",
     {"function public.f(a integer): still there after down"}},
    {"FunctionReplaced",
     "CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT (1)'",
     "ALTER FUNCTION f() VOLATILE",
     {"function public.f(): definition was CREATE OR REPLACE FUNCTION public.f() RETURNS integer LANGUAGE sql "
      "IMMUTABLE "
      "AS $function$SELECT (1)$function$, is CREATE OR REPLACE FUNCTION public.f() RETURNS integer LANGUAGE sql AS "
      "$function$SELECT (1)$function$ after down"}},
    {"Procedure", "", "CREATE PROCEDURE f() LANGUAGE sql AS ''", {"procedure public.f(): still there after down"}},
    {"Aggregate",
     "",
     "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)",
     {"aggregate public.total(integer): still there after down"}},
    {"EnumLabel",
     "CREATE TYPE mood AS ENUM ('sad', 'glad')",
     "ALTER TYPE mood ADD VALUE 'so-so' AFTER 'sad'",
     {"enum public.mood: labels was 'sad', 'glad', is 'sad', 'so-so', 'glad' after down"}},
    {"Domain",
     "CREATE DOMAIN d AS int",
     "ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0)",
     {"domain public.d: constraints was none, is positive CHECK ((VALUE > 0)) after down"}},
    {"Composite",
     "CREATE TYPE pair AS (a int, b text)",
     "ALTER TYPE pair DROP ATTRIBUTE b",
     {"composite type public.pair: attributes was a integer, b text, is a integer after down"}},
    {"Range", "", "CREATE TYPE span AS RANGE (SUBTYPE = float8)", {"range type public.span: still there after down"}},
    {"ExtensionIsOneLine", "", "CREATE EXTENSION pg_trgm", {"extension pg_trgm: still there after down"}},
    {"Operator",
     "CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = f)",
     {"operator public.===(integer, integer): still there after down"}},
    {"OperatorClass",
     "",
     "CREATE OPERATOR CLASS c FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int)",
     {"operator class public.c using hash: still there after down"}},
    {"Cast",
     "CREATE TYPE pair AS (a int, b text)",
     "CREATE CAST (pair AS text) WITH INOUT",
     {"cast public.pair to text: still there after down"}},
    {"Collation",
     "",
     "CREATE COLLATION c (provider = libc, locale = 'C')",
     {"collation public.c: still there after down"}},
    {"EventTrigger",
     "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
     "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
     {"event trigger e: still there after down"}},
    {"Publication", users, "CREATE PUBLICATION p FOR TABLE users", {"publication p: still there after down"}},
    {"PublicationTable",
     "CREATE TABLE t (a int); CREATE PUBLICATION p",
     "ALTER PUBLICATION p ADD TABLE t",
     {"publication p: tables was none, is public.t after down"}},
    {"ForeignServer",
     "CREATE FOREIGN DATA WRAPPER w",
     "CREATE SERVER s FOREIGN DATA WRAPPER w",
     {"foreign server s: still there after down"}},
    {"TextSearch",
     "",
     "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
     {"text search configuration public.c: still there after down"}},
    {"Grant",
     users,
     "GRANT INSERT ON users TO PUBLIC; REVOKE TRUNCATE ON users FROM CURRENT_USER",
     {"table public.users: privileges was none, is PUBLIC INSERT, without pgrehearse TRUNCATE after down"}},
    {"GrantThenRevokeIsNothing", users, "GRANT INSERT ON users TO PUBLIC; REVOKE INSERT ON users FROM PUBLIC", {}},
    {"ReAddedColumnIsNothing", "CREATE TABLE t (a int, b int)", "ALTER TABLE t DROP b; ALTER TABLE t ADD b int", {}},
};
INSTANTIATE_TEST_SUITE_P(Others, Schema, ::testing::ValuesIn(others), [](const auto& test) { return test.param.name; });

TEST(SchemaOfADatabase, NamesItsSettings) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  const auto before = catalog_of(*session);
  session->query(
      fmt::format("ALTER DATABASE {} SET work_mem = '8MB'", postgres::quote_identifier(database.target().database)));
  EXPECT_THAT(compare(before, catalog_of(*session), "down").differences,
              ElementsAre("database setting work_mem: still there after down"));
}

TEST(HarmlessDifference, OfTheOrderOfColumnsIsANote) {
  const auto result =
      catalog_left_by("CREATE TABLE t (a int, b int, c int)", "ALTER TABLE t DROP a; ALTER TABLE t ADD a int");
  EXPECT_TRUE(result.equal);
  EXPECT_THAT(result.notes, ElementsAre("table public.t: the order of columns was a, b, c, is b, c, a after down"));
}

TEST(HarmlessDifference, OfSpellingsOfTheCurrentTimeIsANote) {
  const auto result = catalog_left_by("CREATE TABLE t (a timestamptz DEFAULT now())",
                                      "ALTER TABLE t ALTER a SET DEFAULT CURRENT_TIMESTAMP");
  EXPECT_TRUE(result.equal);
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("default was now(), is CURRENT_TIMESTAMP")));
}

TEST(HarmlessDifference, OfAFoldedConstantInAViewIsANote) {
  const auto result = catalog_left_by("CREATE VIEW v AS SELECT 'now'::timestamp AS made",
                                      "DROP VIEW v; CREATE VIEW v AS SELECT 'now'::timestamp AS made");
  EXPECT_TRUE(result.equal);
  EXPECT_THAT(result.notes, SizeIs(1));
}

TEST(TrackingTable, IsNotCompared) {
  const auto result = catalog_left_by("",
                                      "CREATE TABLE schema_migrations (version serial PRIMARY KEY); CREATE INDEX ON "
                                      "schema_migrations (version); COMMENT ON TABLE schema_migrations IS 'mine'",
                                      {"public.schema_migrations"});
  EXPECT_THAT(result.differences, IsEmpty());
}

TEST(Comparison, OfTheSecondUpSaysSo) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  const auto before = catalog_of(*session);
  session->query("CREATE TABLE t (a int)");
  const auto after = catalog_of(*session);
  EXPECT_THAT(compare(before, after, "up_again").differences, ElementsAre("table public.t: new after the second up"));
  EXPECT_THAT(compare(after, before, "up_again").differences,
              ElementsAre("table public.t: missing after the second up"));
}

TEST(Snapshot, LeavesTheSessionUsableWhenItFails) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query("BEGIN");
  session->attempt("SELECT 1 / 0");
  EXPECT_FALSE(take_catalog_snapshot(*session, {}));
  EXPECT_TRUE(take_catalog_snapshot(*session, {}));
}

}  // namespace
}  // namespace pgrehearse::observe
