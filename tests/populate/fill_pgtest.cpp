#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/populate/fingerprint.hpp"
#include "tests/populate/populate_fixture.hpp"

namespace pgrehearse::populate {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string rich_schema() {
  std::ifstream file(std::filesystem::path(PGREHEARSE_SOURCE_DIR) / "tests/populate/rich_schema.sql");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Populate : public PopulateFixture {
 protected:
  std::vector<Fingerprint> fingerprints() {
    auto session = database_.session();
    const auto catalog = read_catalog(*session);
    EXPECT_TRUE(catalog);
    const auto found = fingerprint(*session, *catalog);
    EXPECT_TRUE(found) << to_string(found.errors()[0]);
    return *found;
  }
};

TEST_F(Populate, FillsEveryKindOfColumnAndConstraint) {
  create(rich_schema());
  const auto populated = populate(500);
  ASSERT_EQ(failure(populated), "");
  for (const FilledTable& table : populated->tables) {
    EXPECT_EQ(value("SELECT count(*) FROM " + table.name), std::to_string(table.rows)) << table.name;
    if (table.name == "public.no_partition") {
      EXPECT_EQ(table.rows, 0u);
    } else if (table.name == "public.seeds") {
      EXPECT_EQ(table.rows, 2u);
      EXPECT_THAT(table.note, HasSubstr("kept the 2 rows"));
    } else {
      EXPECT_EQ(table.rows, 500u) << table.name;
    }
  }
}

// The server checks each row against CHECKs and types while loading, but was told not to look at foreign keys and
// unique indexes until later: here it builds all of them once more.
TEST_F(Populate, LeavesNothingThatTheServerWouldRefuse) {
  create(rich_schema());
  ASSERT_EQ(failure(populate(500)), "");
  auto session = database_.session();
  const auto indexes = session->query(
      "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class c ON c.oid = indexrelid "
      "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'shop') AND c.relkind = 'i'");
  ASSERT_GT(indexes.size(), 15u);
  for (std::size_t r = 0; r < indexes.size(); ++r) session->query("REINDEX INDEX " + indexes.string(r, 0));
  const auto keys = session->query(
      "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
      "WHERE contype IN ('f', 'c') AND conrelid <> 0 AND conislocal AND conparentid = 0 AND connamespace <> "
      "'information_schema'::regnamespace");
  ASSERT_GT(keys.size(), 20u);
  for (std::size_t r = 0; r < keys.size(); ++r)
    session->query("ALTER TABLE " + keys.string(r, 0) + " ADD CONSTRAINT again " + keys.string(r, 2) +
                   "; ALTER TABLE " + keys.string(r, 0) + " DROP CONSTRAINT again");
}

TEST_F(Populate, LeavesTheCatalogAsItWas) {
  create(rich_schema());
  const std::string indexes =
      "SELECT string_agg(format('%s %s %s %s', indexrelid, indisvalid, indisready, obj_description(indexrelid)), ',' "
      "ORDER BY indexrelid) "
      "FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace IN ('public'::regnamespace, "
      "'shop'::regnamespace)";
  const std::string triggers =
      "SELECT string_agg(format('%s %s', oid, relhastriggers), ',' ORDER BY oid) FROM pg_class "
      "WHERE relnamespace IN ('public'::regnamespace, 'shop'::regnamespace)";
  const std::string indexes_before = value(indexes), triggers_before = value(triggers);
  ASSERT_EQ(failure(populate(100)), "");
  EXPECT_EQ(value(indexes), indexes_before);
  EXPECT_EQ(value(triggers), triggers_before);
}

TEST_F(Populate, GivesTheSameRowsForTheSameSeed) {
  create(rich_schema());
  ASSERT_EQ(failure(populate(200, 1)), "");
  const auto first = fingerprints();
  for (const Fingerprint& table : first)
    if (table.table != "public.seeds") ask(table.table, table.rows);
  ASSERT_EQ(failure(populate(200, 1)), "");
  EXPECT_EQ(fingerprints(), first);
  ASSERT_EQ(failure(populate(200, 2)), "");
  std::size_t changed = 0;
  const auto second = fingerprints();
  for (std::size_t i = 0; i < first.size(); ++i) changed += second[i].checksum != first[i].checksum ? 1 : 0;
  EXPECT_GE(changed, first.size() - 2);  // all but the table that was kept and the one that takes no rows
}

TEST_F(Populate, FreezesAndAnalyzes) {
  create("CREATE TABLE t (id int PRIMARY KEY, v text)");
  ASSERT_EQ(failure(populate(5000)), "");
  EXPECT_EQ(value("SELECT relallvisible = relpages AND relpages > 0 FROM pg_class WHERE relname = 't'"), "t");
  EXPECT_EQ(value("SELECT reltuples FROM pg_class WHERE relname = 't'"), "5000");
  EXPECT_EQ(value("SELECT count(*) > 0 FROM pg_stats WHERE tablename = 't'"), "t");
}

TEST_F(Populate, SetsSequencesAboveTheValues) {
  create(
      R"(CREATE SEQUENCE shared; CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
            CREATE TABLE c (id int PRIMARY KEY DEFAULT nextval('shared')))");
  ASSERT_EQ(failure(populate(50)), "");
  auto session = database_.session();
  for (const char* table : {"a", "b", "c"})
    EXPECT_EQ(session->query(std::string("INSERT INTO ") + table + " DEFAULT VALUES RETURNING id").integer(0, 0), 51)
        << table;
}

TEST_F(Populate, RefreshesMaterializedViewsAndTellsOfThoseThatFail) {
  create(R"(CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL CHECK (n = 0));
            CREATE MATERIALIZED VIEW fine AS SELECT * FROM t; CREATE MATERIALIZED VIEW broken AS SELECT 1 / n FROM t)");
  const auto populated = populate(20);
  ASSERT_EQ(failure(populated), "");
  EXPECT_EQ(value("SELECT count(*) FROM fine"), "20");
  ASSERT_EQ(populated->notices.size(), 1u);
  EXPECT_THAT(populated->notices[0], HasSubstr("broken could not be refreshed: division by zero"));
}

TEST_F(Populate, FiresNoTriggers) {
  create(R"(CREATE TABLE log (n int); CREATE TABLE t (id int PRIMARY KEY);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;
            CREATE TRIGGER each BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
            CREATE TRIGGER always BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
            ALTER TABLE t ENABLE ALWAYS TRIGGER always)");
  EXPECT_EQ(failure(populate(10)), "");
}

TEST_F(Populate, CountsRowsAsAsked) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY); CREATE SCHEMA shop;
            CREATE TABLE shop.orders (id serial PRIMARY KEY, u int NOT NULL REFERENCES users); CREATE TABLE empty (id int))");
  ask("users", 30);
  ask("orders", 4, "users");
  ask("public.empty", 0);
  ASSERT_EQ(failure(populate(7)), "");
  EXPECT_EQ(value("SELECT count(*) FROM users"), "30");
  EXPECT_EQ(value("SELECT count(*) FROM shop.orders"), "120");
  EXPECT_EQ(value("SELECT count(*) FROM empty"), "0");
}

TEST_F(Populate, ReplacesRowsWhereRowsWereAskedFor) {
  create(
      "CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept VALUES (900), (901); CREATE TABLE child (k int NOT "
      "NULL REFERENCES kept)");
  ASSERT_EQ(failure(populate(20)), "");
  EXPECT_EQ(value("SELECT count(*) FROM child WHERE k IN (900, 901)"), "20");
  ask("kept", 5);
  ask("child", 20);
  const auto replaced = populate(20);
  ASSERT_EQ(failure(replaced), "");
  EXPECT_EQ(value("SELECT count(*) FROM kept"), "5");
  EXPECT_THAT(replaced->tables[1].note, HasSubstr("replaced the 2 rows"));
}

TEST_F(Populate, FindsValuesForChecksAcrossColumns) {
  create(
      R"(CREATE TABLE t (id serial PRIMARY KEY, starts timestamptz NOT NULL, ends timestamptz, kind text NOT NULL, a text, b text, c int,
              x int NOT NULL, y int NOT NULL, data jsonb NOT NULL,
              CHECK (starts < ends), CHECK (num_nonnulls(a, b, c) = 1), CHECK ((kind = 'first') = (a IS NOT NULL)),
              CHECK (kind IN ('first', 'other')), CHECK (x + y < 100), CHECK (x >= 0 AND y >= 0), CHECK (jsonb_typeof(data) = 'object')))");
  ASSERT_EQ(failure(populate(3000)), "");
  EXPECT_EQ(value("SELECT count(ends) BETWEEN 1000 AND 2999 FROM t"), "t");
  EXPECT_EQ(value("SELECT count(DISTINCT starts) > 300 FROM t"), "t");
  EXPECT_EQ(value("SELECT count(a) > 500 AND count(b) > 500 AND count(c) > 500 FROM t"), "t");
  EXPECT_EQ(value("SELECT count(DISTINCT b) > 500 FROM t"), "t");  // the column's own values, not a few of them
}

TEST_F(Populate, KeepsApartWhatMayNotBeEqual) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY);
            CREATE TABLE friends (a int NOT NULL REFERENCES users, b int NOT NULL REFERENCES users, PRIMARY KEY (a, b), CHECK (a <> b));
            CREATE TABLE family (head int NOT NULL REFERENCES users, member int NOT NULL UNIQUE, CHECK (head <> member)))");
  ask("users", 20);
  ask("friends", 300);
  EXPECT_EQ(failure(populate(200)), "");
}

TEST_F(Populate, JudgesColumnsThatAreBooleans) {
  create(
      "CREATE TABLE t (deleted boolean NOT NULL, restored boolean NOT NULL, CHECK (deleted IS FALSE OR restored IS "
      "FALSE))");
  ASSERT_EQ(failure(populate(1000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM (SELECT DISTINCT deleted, restored FROM t) d"), "3");
}

TEST_F(Populate, GivesTextsTheFormThatACheckAsksFor) {
  create(
      R"(CREATE FUNCTION is_code(t text) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT t = upper(t) AND length(t) > 5 $$;
            CREATE TABLE t (code text PRIMARY KEY CHECK (is_code(code)), colour text NOT NULL CHECK (colour SIMILAR TO '#[0-9A-F]{6}')))");
  ASSERT_EQ(failure(populate(2000)), "");
  EXPECT_EQ(value("SELECT count(DISTINCT colour) > 1000 FROM t"), "t");
}

TEST_F(Populate, DividesOrderedPairsThatAreAKey) {
  create("CREATE TABLE t (low int, high int, PRIMARY KEY (low, high), CHECK (low < high))");
  EXPECT_EQ(failure(populate(20'000)), "");
}

TEST_F(Populate, AvoidsExcludedValuesThatASampleMayMiss) {
  create("CREATE TABLE t (n int NOT NULL CHECK (n <> 0 AND n >= 0 AND n < 20000))");
  EXPECT_EQ(failure(populate(50'000)), "");
}

// COPY's binary format wants a receive function for the type of every column, written or not; a base type of an
// extension may have none. isn13 wants a check digit, which no usual notation has.
TEST_F(Populate, LeavesUnknownTypesToTheServer) {
  create(R"(CREATE EXTENSION isn; CREATE EXTENSION cube; CREATE TYPE textrange AS RANGE (subtype = text);
            CREATE TABLE t (id serial PRIMARY KEY, book isbn13, record isbn13 NOT NULL DEFAULT '978-0-393-04002-9', place cube NOT NULL,
              r textrange NOT NULL, tabbed text NOT NULL);
            CREATE TABLE nothing (); CREATE TABLE generated_only (c isbn13 DEFAULT '978-0-393-04002-9'))");
  scenario::Table table;
  table.name = "t";
  table.columns["tabbed"].values = {"tab\there", "back\\slash"};
  data_.tables.push_back(table);
  const auto populated = populate(300);
  ASSERT_EQ(failure(populated), "");
  EXPECT_EQ(
      value("SELECT count(*) FROM t WHERE record = '978-0-393-04002-9' AND book IS NULL AND cube_dim(place) = 2 AND "
            "lower_inc(r) AND tabbed IN (E'tab\\there', E'back\\\\slash')"),
      "300");
  EXPECT_EQ(value("SELECT count(*) FROM nothing"), "300");
  EXPECT_EQ(value("SELECT count(*) FROM generated_only WHERE c = '978-0-393-04002-9'"), "300");
  EXPECT_THAT(populated->tables[2].note, HasSubstr("column book is left NULL, no values are known for type isbn13"));
  EXPECT_THAT(populated->tables[2].note, HasSubstr("values of type cube are made in the form (#,#)"));
}

// status comes from a pool, so member must be unique alone; then (admin, member) needs nothing more.
TEST_F(Populate, KeepsKeysWhoseColumnsArePooled) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY);
            CREATE TABLE families (admin int NOT NULL REFERENCES users, member int NOT NULL,
              status text NOT NULL CHECK (status IN ('self', 'closed', 'invited')), UNIQUE (admin, member),
              CHECK ((admin = member AND status IN ('self', 'closed')) OR (admin <> member AND status NOT IN ('self', 'closed'))));
            CREATE UNIQUE INDEX one ON families (member, status) WHERE status = 'invited')");
  EXPECT_EQ(failure(populate(500)), "");
  EXPECT_EQ(value("SELECT count(*) FROM families"), "500");
}

TEST_F(Populate, FindsParentsForAKeyWithinAForeignKey) {
  create(R"(CREATE TABLE files (id serial PRIMARY KEY); CREATE TABLE folders (id serial PRIMARY KEY);
            CREATE TABLE placed (file int NOT NULL REFERENCES files, folder int NOT NULL REFERENCES folders, UNIQUE (folder, file));
            CREATE TABLE trash (file int PRIMARY KEY, folder int NOT NULL, FOREIGN KEY (file, folder) REFERENCES placed (file, folder)))");
  ask("trash", 50);
  EXPECT_EQ(failure(populate(100)), "");
  EXPECT_EQ(value("SELECT count(*) FROM trash"), "50");
}

TEST_F(Populate, NamesTheCheckThatNothingSatisfies) {
  create("CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT impossible CHECK (a < b AND b < a))");
  const std::string message = failure(populate(10));
  EXPECT_THAT(message, HasSubstr("public.t"));
  EXPECT_THAT(message, HasSubstr("impossible: CHECK (((a < b) AND (b < a)))"));
  EXPECT_THAT(message, HasSubstr("data.tables.t.columns, for a, b"));
}

TEST_F(Populate, TakesOverridesWhereACheckNeedsThem) {
  create("CREATE TABLE t (code text NOT NULL CHECK (md5(code) LIKE '900150983c%'))");
  EXPECT_THAT(failure(populate(10)), HasSubstr("t_code_check"));
  scenario::Table table;
  table.name = "t";
  table.columns["code"].values = {"abc"};
  data_.tables.push_back(table);
  EXPECT_EQ(failure(populate(10)), "");
}

TEST_F(Populate, LocatesWhatItDoesNotKnow) {
  create("CREATE TABLE users (name text); CREATE SCHEMA other; CREATE TABLE other.dup (); CREATE TABLE dup ()");
  ask("usres", 5);
  ask("dup", 5);
  ask("users", 1);
  data_.tables.back().columns["nmae"].place = {"rehearsal.yaml", 9, 5};
  ask("users", 2);
  const std::string message = failure(populate(1));
  EXPECT_THAT(message,
              HasSubstr("rehearsal.yaml:7:3: error: there is no table 'usres'\n  hint: did you mean 'users'?"));
  EXPECT_THAT(message, HasSubstr("table 'dup' stands in 2 schemas"));
  EXPECT_THAT(
      message,
      HasSubstr("rehearsal.yaml:9:5: error: table public.users has no column 'nmae'\n  hint: did you mean 'name'?"));
  EXPECT_THAT(message, HasSubstr("table 'users' is described twice"));
}

TEST_F(Populate, RefusesRatiosInACircle) {
  create("CREATE TABLE a (x int); CREATE TABLE b (x int)");
  ask("a", 2, "b");
  ask("b", 2, "a");
  EXPECT_THAT(failure(populate(1)), HasSubstr("depend on themselves"));
}

TEST_F(Populate, RefusesRowsWithoutAPartition) {
  create("CREATE TABLE p (k int) PARTITION BY LIST (k)");
  ask("p", 5);
  EXPECT_THAT(failure(populate(1)), HasSubstr("has no partition"));
}

// So rare a collision shows in no sample.
TEST_F(Populate, ExplainsWhatTheServerRefuses) {
  create("CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX hashes ON t ((hashint4(a) % 1000000))");
  const std::string message = failure(populate(5000));
  EXPECT_THAT(message, HasSubstr("cannot fill table public.t: could not create unique index \"hashes\""));
  EXPECT_THAT(message, HasSubstr("is duplicated"));
  EXPECT_THAT(message, HasSubstr("data.tables.t.columns"));
  EXPECT_EQ(value("SELECT count(*) FROM t"), "0");
  EXPECT_EQ(value("SELECT bool_and(indisvalid AND indisready) FROM pg_index WHERE indrelid = 't'::regclass"), "t");
}

TEST_F(Populate, StopsPlanningWhenAskedTo) {
  create(
      R"(CREATE FUNCTION slow(n int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN true; END $$;
            CREATE TABLE t (n int CHECK (slow(n))))");
  std::thread stop([&] {
    auto session = database_.session();
    while (session->query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").integer(0, 0) == 0)
      std::this_thread::yield();
    cancellation_.cancel();
  });
  const auto populated = populate(5);
  stop.join();
  ASSERT_FALSE(populated);
  EXPECT_EQ(populated.errors()[0].kind, base::ErrorKind::interrupted);
}

TEST_F(Populate, StopsSoonWhenAskedTo) {
  create("CREATE TABLE big (id bigint PRIMARY KEY, t text, u uuid UNIQUE)");
  std::thread stop([&] {
    auto session = database_.session();
    const std::string loading = "SELECT count(*) FROM pg_stat_progress_copy WHERE tuples_processed > 1000";
    while (session->query(loading).integer(0, 0) == 0) std::this_thread::yield();
    cancellation_.cancel();
  });
  const auto populated = populate(1'000'000'000);
  stop.join();
  ASSERT_FALSE(populated);
  EXPECT_EQ(populated.errors()[0].kind, base::ErrorKind::interrupted);
  EXPECT_EQ(value("SELECT count(*) FROM big"), "0");
  EXPECT_EQ(value("SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 'big'::regclass"), "t");
}

}  // namespace
}  // namespace pgrehearse::populate
