// Which constraints can be satisfied, and what is said where one cannot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/populate/populate_fixture.hpp"

namespace pgrehearse::populate {
namespace {

using ::testing::HasSubstr;

class Constraints : public PopulateFixture {};

// ---- unique indexes ------------------------------------------------------------------------------------------------

TEST_F(Constraints, UniqueExpressions) {
  create(
      R"(CREATE TABLE t (id serial PRIMARY KEY, email text NOT NULL, a text NOT NULL, b text NOT NULL, x text, day timestamptz NOT NULL,
              month date NOT NULL, thousands int NOT NULL, start text NOT NULL, doc jsonb NOT NULL);
            CREATE UNIQUE INDEX ON t (lower(email)); CREATE UNIQUE INDEX ON t ((a || b)); CREATE UNIQUE INDEX ON t (coalesce(x, ''));
            CREATE UNIQUE INDEX ON t (date_trunc('day', day AT TIME ZONE 'UTC')); CREATE UNIQUE INDEX ON t ((thousands / 1000));
            CREATE UNIQUE INDEX ON t (date_trunc('month', month::timestamp)); CREATE UNIQUE INDEX ON t (left(start, 9));
            CREATE UNIQUE INDEX ON t (md5(doc::text)))");
  ASSERT_EQ(failure(populate(3000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM t"), "3000");
}

TEST_F(Constraints, UniqueIndexesThatAreNoConstraintsAndNullsNotDistinct) {
  create(R"(CREATE TABLE groups (id serial PRIMARY KEY);
            CREATE TABLE t (a int, b text, c int REFERENCES groups, UNIQUE NULLS NOT DISTINCT (c, b)); CREATE UNIQUE INDEX ON t (a))");
  ask("groups", 20);
  ASSERT_EQ(failure(populate(3000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM t"), "3000");
}

TEST_F(Constraints, PartialUniqueIndexes) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);
            CREATE UNIQUE INDEX ON users (email) WHERE deleted_at IS NULL;
            CREATE TABLE cards (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, is_default boolean NOT NULL, status text NOT NULL);
            CREATE UNIQUE INDEX one_default ON cards (user_id) WHERE is_default;
            CREATE UNIQUE INDEX one_open ON cards (user_id) WHERE status = 'open' AND NOT is_default)");
  ask("users", 50);
  const auto populated = populate(2000);
  ASSERT_TRUE(populated) << to_string(populated.errors()[0]);
  EXPECT_EQ(value("SELECT count(*) FROM cards"), "2000");
  EXPECT_EQ(value("SELECT count(*) FROM cards WHERE is_default"), "50");
  EXPECT_EQ(value("SELECT count(*) FROM cards WHERE status = 'open' AND NOT is_default"), "50");
  EXPECT_THAT(populated->notices,
              ::testing::Contains(HasSubstr("public.cards: 50 of 2000 rows are in unique index one_default")));
}

TEST_F(Constraints, PartialUniqueIndexesThatWouldLeaveATableNearlyEmpty) {
  create(R"(CREATE TYPE kind AS ENUM ('a', 'b');
            CREATE TABLE users (id serial PRIMARY KEY);
            CREATE TABLE t (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, parent_id int REFERENCES t, kind kind NOT NULL,
              note text, main boolean NOT NULL, ended_at timestamptz, plan text NOT NULL);
            CREATE UNIQUE INDEX ON t (main) WHERE main;
            CREATE UNIQUE INDEX ON t (user_id, kind) WHERE ended_at IS NULL;
            CREATE UNIQUE INDEX ON t (kind) WHERE note IS NOT NULL AND plan <> 'free')");
  ask("users", 10);
  ASSERT_EQ(failure(populate(2000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM t"), "2000");
  EXPECT_EQ(value("SELECT count(*) FROM t WHERE main"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM t WHERE ended_at IS NULL"), "20");
  EXPECT_EQ(value("SELECT count(*) FROM t WHERE note IS NOT NULL AND plan <> 'free'"), "2");
}

// What one table's partial index cannot have leaves the others as they are.
TEST_F(Constraints, PartialUniqueIndexesOfOtherTablesThanTheOneWithoutAWayOut) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY);
            CREATE TABLE cards (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, is_default boolean NOT NULL);
            CREATE UNIQUE INDEX one_default ON cards (user_id) WHERE is_default;
            CREATE TABLE t (id serial PRIMARY KEY, state text NOT NULL CHECK (state IN ('on', 'off')));
            CREATE UNIQUE INDEX two_rows ON t (state) WHERE length(state) < 10)");
  ask("users", 20);
  ASSERT_EQ(failure(populate(500)), "");
  EXPECT_EQ(value("SELECT count(*) FROM t"), "2");
  EXPECT_EQ(value("SELECT count(*) || ' ' || count(*) FILTER (WHERE is_default) FROM cards"), "500 20");
}

// Of every row, whatever it holds, the index has one.
TEST_F(Constraints, PartialUniqueIndexesWithoutAWayOut) {
  create(R"(CREATE TABLE t (id serial PRIMARY KEY, state text NOT NULL CHECK (state IN ('on', 'off')));
            CREATE UNIQUE INDEX two_rows ON t (state) WHERE length(state) < 10)");
  const auto populated = populate(100);
  ASSERT_TRUE(populated) << to_string(populated.errors()[0]);
  EXPECT_EQ(value("SELECT count(*) FROM t"), "2");
  EXPECT_THAT(populated->notices, ::testing::Contains(HasSubstr("2 rows instead of 100: key two_rows allows no more")));
  EXPECT_THAT(populated->notices, ::testing::Contains(HasSubstr("list `values` for one that can")));
}

// Rows for which the expression is NULL are not in the index.
TEST_F(Constraints, UniqueExpressionsThatAreOftenNull) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY);
            CREATE TABLE emails (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, main boolean NOT NULL, public boolean NOT NULL);
            CREATE UNIQUE INDEX ON emails (user_id, (CASE WHEN main THEN true ELSE NULL END)))");
  ask("users", 20);
  ASSERT_EQ(failure(populate(1000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM emails"), "1000");
}

// ---- foreign keys ---------------------------------------------------------------------------------------------------

TEST_F(Constraints, ForeignKeysToOtherTypes) {
  create(R"(CREATE TABLE parent (id bigserial PRIMARY KEY, code varchar(20) UNIQUE, amount numeric(10,0) UNIQUE);
            CREATE TABLE child (id serial PRIMARY KEY, p int NOT NULL REFERENCES parent, q int REFERENCES parent, small smallint REFERENCES parent,
              code text REFERENCES parent (code), a bigint REFERENCES parent (amount)))");
  ask("parent", 200);
  ASSERT_EQ(failure(populate(1000)), "");
  EXPECT_EQ(value("SELECT count(DISTINCT p) > 150 AND count(q) BETWEEN 1 AND 999 FROM child"), "t");
}

// Two references that share the tenant: a post has many tags, and each of them once.
TEST_F(Constraints, KeysOfReferencesThatShareATenant) {
  create(R"(CREATE TABLE tenants (id serial PRIMARY KEY);
            CREATE TABLE users (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, UNIQUE (id, tenant_id));
            CREATE TABLE posts (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, UNIQUE (id, tenant_id));
            CREATE TABLE tags (id serial PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, UNIQUE (id, tenant_id));
            CREATE TABLE post_tags (tag_id int, post_id int, by_id int NOT NULL, tenant_id int NOT NULL REFERENCES tenants, PRIMARY KEY (tag_id, post_id),
              FOREIGN KEY (by_id, tenant_id) REFERENCES users (id, tenant_id), FOREIGN KEY (post_id, tenant_id) REFERENCES posts (id, tenant_id),
              FOREIGN KEY (tag_id, tenant_id) REFERENCES tags (id, tenant_id)))");
  ask("tenants", 5);
  ask("tags", 100);
  ask("posts", 100);
  ask("users", 20);
  ask("post_tags", 1500);
  ASSERT_EQ(failure(populate(1000)), "");
  EXPECT_EQ(value("SELECT count(*) FROM post_tags"), "1500");
}

// ---- exclusion constraints -----------------------------------------------------------------------------------------

TEST_F(Constraints, Exclusions) {
  create(R"(CREATE EXTENSION btree_gist; CREATE TABLE rooms (id serial PRIMARY KEY);
            CREATE TABLE b1 (room int NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));
            CREATE TABLE b2 (room int NOT NULL REFERENCES rooms, during daterange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));
            CREATE TABLE b3 (during int8range NOT NULL, EXCLUDE USING gist (during WITH &&));
            CREATE TABLE b4 (room int NOT NULL REFERENCES rooms, starts timestamptz NOT NULL, ends timestamptz NOT NULL, CHECK (starts < ends),
              EXCLUDE USING gist (room WITH =, tstzrange(starts, ends) WITH &&));
            CREATE TABLE b5 (room int NOT NULL REFERENCES rooms, first date NOT NULL, last date NOT NULL,
              EXCLUDE USING gist (room WITH =, daterange(first, last, '[]') WITH &&));
            CREATE TABLE b6 (room int NOT NULL REFERENCES rooms, active boolean NOT NULL, during tstzrange NOT NULL,
              EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (active));
            CREATE TABLE b7 (c circle NOT NULL, EXCLUDE USING gist (c WITH &&)))");
  ask("rooms", 20);
  ask("b7", 1);
  ASSERT_EQ(failure(populate(1000)), "");
  for (const char* table : {"b1", "b2", "b3", "b4", "b5", "b6"})
    EXPECT_EQ(value(std::string("SELECT count(*) FROM ") + table), "1000") << table;
}

TEST_F(Constraints, NamesAnExclusionThatItCannotKeep) {
  create("CREATE TABLE t (c circle NOT NULL, CONSTRAINT no_overlap EXCLUDE USING gist (c WITH &&))");
  const std::string message = failure(populate(5000));
  EXPECT_THAT(message, HasSubstr("public.t"));
  EXPECT_THAT(message, HasSubstr("no_overlap"));
  EXPECT_THAT(message, HasSubstr("hint:"));
}

// ---- checks over several columns -----------------------------------------------------------------------------------

TEST_F(Constraints, OrderedColumnsKeepTheirVariety) {
  create(
      R"(CREATE TABLE t (id serial PRIMARY KEY, starts timestamptz NOT NULL, ends timestamptz, low int NOT NULL, high int NOT NULL,
              price numeric(10,2) NOT NULL CHECK (price > 0), reduced numeric(10,2) CHECK (reduced >= 0),
              born date NOT NULL, died date, CHECK (starts < ends), CHECK (low <= high), CHECK (reduced < price), CHECK (died >= born),
              a int NOT NULL, b int NOT NULL, c int NOT NULL, CHECK (a < b), CHECK (b < c)))");
  ASSERT_EQ(failure(populate(20'000)), "");
  for (const char* column : {"starts", "ends", "low", "high", "price", "reduced"})
    EXPECT_EQ(value(std::string("SELECT count(DISTINCT ") + column + ") > 5000 FROM t"), "t") << column;
  EXPECT_EQ(value("SELECT count(DISTINCT died) > 500 FROM t"), "t");
}

// Today's friends of tomorrow: each pair once, the lower number first.
TEST_F(Constraints, OrderedForeignKeysToOneParent) {
  create(
      R"(CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE people (id uuid PRIMARY KEY); CREATE TABLE words (word text COLLATE "C" PRIMARY KEY);
            CREATE TABLE friends (a int NOT NULL REFERENCES users, b int NOT NULL REFERENCES users, PRIMARY KEY (a, b), CHECK (a < b));
            CREATE TABLE meetings (a uuid NOT NULL REFERENCES people, b uuid REFERENCES people, CHECK (a < b));
            CREATE TABLE links (kind text NOT NULL, b uuid NOT NULL REFERENCES people, a uuid NOT NULL REFERENCES people,
              UNIQUE (a, b, kind), CHECK (b > a), CHECK (a <> b));
            CREATE TABLE synonyms (id serial PRIMARY KEY, a text NOT NULL REFERENCES words, b text NOT NULL REFERENCES words, CHECK (a < b)))");
  for (const char* parent : {"users", "people", "words"}) ask(parent, 50);
  ask("friends", 2000);
  const auto populated = populate(1000);
  ASSERT_TRUE(populated) << to_string(populated.errors()[0]);
  EXPECT_EQ(value("SELECT count(*) FROM friends"), "1225");  // 50 * 49 / 2
  for (const char* table : {"meetings", "links", "synonyms"})
    EXPECT_EQ(value(std::string("SELECT count(*) FROM ") + table), "1000") << table;
  EXPECT_EQ(value("SELECT count(DISTINCT a) > 45 AND count(DISTINCT b) > 45 FROM meetings"), "t");
}

TEST_F(Constraints, NamesForeignKeysThatCannotBeOrdered) {
  create(R"(CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE teams (id serial PRIMARY KEY);
            CREATE TABLE one (a int NOT NULL UNIQUE REFERENCES users, b int NOT NULL REFERENCES users, CHECK (a < b));
            CREATE TABLE two (a int NOT NULL REFERENCES users, b int NOT NULL REFERENCES teams, CONSTRAINT order_of_two CHECK (a < b)))");
  const std::string message = failure(populate(100));
  EXPECT_THAT(message, HasSubstr("public.two satisfy order_of_two: CHECK ((a < b))"));
  EXPECT_THAT(message, HasSubstr("data.tables.two.columns, for a, b"));
  create("DROP TABLE two");
  const std::string joined = failure(populate(100));
  EXPECT_THAT(joined, HasSubstr("public.one"));
  EXPECT_THAT(joined, HasSubstr("hint:"));
}

TEST_F(Constraints, TiedColumns) {
  create(R"(CREATE TABLE parents (id serial PRIMARY KEY);
            CREATE TABLE t (id serial PRIMARY KEY, a int REFERENCES parents, b int REFERENCES parents, CHECK (num_nonnulls(a, b) = 1),
              x timestamptz, y text, CHECK ((x IS NULL) = (y IS NULL)), p text NOT NULL, q text NOT NULL, CHECK (length(p) + length(q) < 60),
              m int NOT NULL, n int NOT NULL, CHECK (m <> n), u text NOT NULL, v text NOT NULL, CHECK (u <> v),
              s text NOT NULL CHECK (s IN ('open', 'closed')), closed_at date, CHECK (s <> 'closed' OR closed_at IS NOT NULL),
              k1 boolean NOT NULL, k2 boolean NOT NULL, CHECK (NOT (k1 AND k2))))");
  ask("parents", 30);
  ASSERT_EQ(failure(populate(2000)), "");
  EXPECT_EQ(value("SELECT count(a) > 500 AND count(b) > 500 AND count(x) > 500 AND count(closed_at) > 500 FROM t"),
            "t");
}

// An owner and a member that no foreign key binds: equal by chance in one row of five thousand.
TEST_F(Constraints, NumbersThatMeetARareReference) {
  create(R"(CREATE TABLE users (user_id bigserial PRIMARY KEY);
            CREATE TABLE families (id uuid PRIMARY KEY, admin_id bigint NOT NULL REFERENCES users, member_id bigint NOT NULL,
              status text NOT NULL CHECK (status IN ('SELF', 'CLOSED', 'INVITED', 'ACCEPTED', 'DECLINED', 'REVOKED', 'REMOVED', 'LEFT')),
              CHECK (admin_id <> member_id AND status NOT IN ('SELF', 'CLOSED') OR
                     admin_id = member_id AND status IN ('SELF', 'CLOSED')));
            CREATE UNIQUE INDEX ON families (member_id, status) WHERE status IN ('ACCEPTED', 'SELF');
            CREATE UNIQUE INDEX ON families (admin_id, member_id))");
  for (const std::uint64_t seed : {4, 5, 42}) {
    EXPECT_EQ(failure(populate(5000, seed)), "") << seed;
    create("TRUNCATE users, families");
  }
}

// One row in three hundred has neither.
TEST_F(Constraints, NullsThatAreRarelyTogether) {
  create(R"(CREATE TYPE state AS ENUM ('running', 'stalled', 'landed', 'retiring');
            CREATE TABLE workers (id serial PRIMARY KEY, state state NOT NULL, addr text, url text,
              CHECK (state IN ('stalled', 'landed') OR addr IS NOT NULL OR url IS NOT NULL)))");
  ASSERT_EQ(failure(populate(50'000)), "");
}

TEST_F(Constraints, Sums) {
  create(
      R"(CREATE TABLE t (net int NOT NULL, tax int NOT NULL, gross int NOT NULL, CHECK (net + tax = gross), CHECK (tax >= 0),
              w numeric(8,2) NOT NULL, h numeric(8,2) NOT NULL, area numeric NOT NULL, CONSTRAINT area CHECK (area = w * h),
              first text NOT NULL, last text NOT NULL, full_name text NOT NULL, CHECK (full_name = first || ' ' || last)))");
  ASSERT_EQ(failure(populate(2000)), "");
  EXPECT_EQ(value("SELECT count(DISTINCT gross) > 100 AND count(DISTINCT area) > 100 FROM t"), "t");
}

TEST_F(Constraints, Documents) {
  create(
      R"(CREATE TABLE t (tags jsonb NOT NULL CHECK (jsonb_typeof(tags) = 'array'), o jsonb CHECK (jsonb_typeof(o) = 'object'),
              s jsonb NOT NULL CHECK (jsonb_typeof(s) = 'string'), n json NOT NULL CHECK (json_typeof(n) = 'number'),
              few jsonb NOT NULL CHECK (jsonb_typeof(few) = 'array' AND jsonb_array_length(few) <= 3),
              keyed jsonb NOT NULL CHECK (keyed ? 'kind' AND keyed ->> 'kind' IN ('a', 'b')), nothing jsonb NOT NULL CHECK (nothing = '{}')))");
  ASSERT_EQ(failure(populate(1000)), "");
  EXPECT_EQ(value("SELECT count(DISTINCT tags) > 500 AND count(DISTINCT s) > 500 FROM t"), "t");
}

TEST_F(Constraints, Patterns) {
  create(
      R"(CREATE EXTENSION citext; CREATE DOMAIN email AS citext CHECK (VALUE ~ '^[a-zA-Z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$');
            CREATE TABLE t (mail email UNIQUE, slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) BETWEEN 3 AND 40),
              colour text NOT NULL CHECK (colour ~* '^#[a-f0-9]{6}$'), phone text CHECK (phone ~ '^\+[1-9]\d{1,14}$'),
              lower text NOT NULL CHECK (lower = lower(lower)), trimmed text NOT NULL CHECK (trimmed = btrim(trimmed) AND trimmed <> ''),
              hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'), bin bytea NOT NULL CHECK (octet_length(bin) = 32)))");
  ASSERT_EQ(failure(populate(1000)), "");
}

TEST_F(Constraints, GeneratedColumnsAndTriggersThatRaise) {
  create(
      R"(CREATE TABLE t (id serial PRIMARY KEY, name text NOT NULL, low text GENERATED ALWAYS AS (lower(name)) STORED UNIQUE,
              n int NOT NULL, twice int GENERATED ALWAYS AS (n * 2) STORED CHECK (twice < 1000), words tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse())");
  ASSERT_EQ(failure(populate(1000)), "");
}

TEST_F(Constraints, NamesTheGeneratedColumnThatFails) {
  create(
      "CREATE TABLE a (x int); CREATE TABLE t (n int NOT NULL, q int GENERATED ALWAYS AS (1000 / (n / 1000000000)) "
      "STORED)");
  const std::string message = failure(populate(100));
  EXPECT_THAT(message, HasSubstr("cannot fill table public.t: division by zero"));
  EXPECT_THAT(message, HasSubstr("hint: say what the column holds, under data.tables.t.columns"));
  EXPECT_EQ(value("SELECT count(*) FROM a"), "0");
}

TEST_F(Constraints, NamesTheUniqueExpressionThatIsTooNarrow) {
  create("CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX halves ON t ((a % 2))");
  const std::string message = failure(populate(10));
  EXPECT_THAT(message,
              HasSubstr("table public.t: no values of column a are known that stay different in unique index halves"));
  EXPECT_THAT(message, HasSubstr("data.tables.t.columns.a"));
}

}  // namespace
}  // namespace pgrehearse::populate
