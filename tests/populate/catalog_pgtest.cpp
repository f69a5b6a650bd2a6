#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/populate/catalog.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Column;
using generators::Key;
using generators::Kind;
using generators::TableShape;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ReadCatalog : public ::testing::Test {
 protected:
  const Catalog& read(const char* schema) {
    auto session = database_.session();
    session->query(schema);
    auto catalog = read_catalog(*session);
    EXPECT_TRUE(catalog) << to_string(catalog.errors()[0]);
    catalog_ = std::move(*catalog);
    return catalog_;
  }

  std::size_t index(const std::string& table) const {
    const auto& tables = catalog_.shape.tables;
    const auto found =
        std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.qualified() == table; });
    EXPECT_NE(found, tables.end()) << table;
    return static_cast<std::size_t>(found - tables.begin());
  }
  const TableShape& table(const std::string& name) const { return catalog_.shape.tables[index(name)]; }
  const Column& column(const std::string& name, const std::string& column) const {
    const auto& columns = table(name).columns;
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == column; });
    EXPECT_NE(found, columns.end()) << column;
    return *found;
  }
  // By column names: "a,b".
  std::vector<std::string> keys(const std::string& name) const {
    std::vector<std::string> found;
    for (const Key& key : table(name).keys) {
      std::string text = key.primary ? "primary " : "";
      for (std::size_t c : key.columns) text += table(name).columns[c].name + ",";
      found.push_back(text.substr(0, text.size() - 1));
    }
    return found;
  }

  testing::ScratchDatabase database_;
  Catalog catalog_;
};

TEST_F(ReadCatalog, FindsTheUsersTablesAndNoOthers) {
  read(R"(CREATE TABLE a (); CREATE SCHEMA "Odd one"; CREATE TABLE "Odd one"."t 1" (); CREATE UNLOGGED TABLE u ();
          CREATE TABLE schema_migrations (version text); CREATE VIEW v AS SELECT 1; CREATE TEMP TABLE t ();
          CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1))");
  std::vector<std::string> names;
  for (const auto& facts : catalog_.tables) names.push_back(facts.name);
  EXPECT_THAT(names,
              UnorderedElementsAre(R"("public"."a")", R"("Odd one"."t 1")", R"("public"."u")", R"("public"."p")"));
  EXPECT_TRUE(catalog_.tables[index("public.p")].partitioned);
}

TEST_F(ReadCatalog, ReadsTypesWithTheirModifiers) {
  read(R"(CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (x int, y varchar(3));
          CREATE DOMAIN short AS varchar(5) NOT NULL CHECK (VALUE <> 'no'); CREATE EXTENSION citext;
          CREATE TABLE t (v varchar(40), c char(3), n numeric(8,2), neg numeric(3,-2), b bit(6), m mood, a int[], va varchar(4)[],
                          p pair, s short, ci citext, ts timestamp(3), ma mood[], r money))");
  EXPECT_EQ(column("public.t", "v").type.length, 40);
  EXPECT_EQ(column("public.t", "v").type.name, "character varying(40)");
  EXPECT_TRUE(column("public.t", "c").type.blank_padded);
  EXPECT_EQ(column("public.t", "n").type.precision, 8);
  EXPECT_EQ(column("public.t", "n").type.scale, 2);
  EXPECT_EQ(column("public.t", "neg").type.scale, -2);
  EXPECT_EQ(column("public.t", "b").type.length, 6);
  EXPECT_THAT(column("public.t", "m").type.labels, ElementsAre("sad", "ok"));
  EXPECT_EQ(column("public.t", "a").type.element->kind, Kind::int4);
  EXPECT_EQ(column("public.t", "va").type.element->length, 4);
  EXPECT_THAT(column("public.t", "p").type.fields, SizeIs(2));
  EXPECT_EQ(column("public.t", "p").type.fields[1].length, 3);
  EXPECT_EQ(column("public.t", "s").type.kind, Kind::text);
  EXPECT_EQ(column("public.t", "s").type.length, 5);
  EXPECT_TRUE(column("public.t", "s").not_null);
  EXPECT_EQ(column("public.t", "ci").type.kind, Kind::text);
  EXPECT_EQ(column("public.t", "ts").type.precision, 3);
  EXPECT_THAT(column("public.t", "ma").type.element->labels, ElementsAre("sad", "ok"));
}

TEST_F(ReadCatalog, TellsSequencesAndGeneratedColumns) {
  read(
      R"(CREATE SEQUENCE odd; CREATE TABLE t (s serial, i bigint GENERATED ALWAYS AS IDENTITY, d int DEFAULT nextval('odd'),
            label text DEFAULT 'x' || nextval('odd'), n int DEFAULT 5, g int GENERATED ALWAYS AS (n * 2) STORED))");
  for (const char* name : {"s", "i", "d"}) EXPECT_TRUE(column("public.t", name).sequence) << name;
  for (const char* name : {"label", "n", "g"}) EXPECT_FALSE(column("public.t", name).sequence) << name;
  EXPECT_TRUE(column("public.t", "g").generated);
}

TEST_F(ReadCatalog, ReadsKeysOfEveryKind) {
  read(R"(CREATE EXTENSION btree_gist;
          CREATE TABLE t (a int, b int, c text, d text, e int, f text, during tstzrange, PRIMARY KEY (a, b), UNIQUE (e, a), UNIQUE (e),
            EXCLUDE USING gist (b WITH =, during WITH &&));
          CREATE UNIQUE INDEX lowered ON t (lower(c)); CREATE UNIQUE INDEX part ON t (d, b) WHERE d <> '';
          CREATE INDEX ordinary ON t (f))");
  // (e, a) holds when (e) does.
  EXPECT_THAT(keys("public.t"), UnorderedElementsAre("primary a,b", "e", "c", "b,during"));
  const auto& partial = catalog_.tables[index("public.t")].partial_keys;
  ASSERT_EQ(partial.size(), 1u);
  EXPECT_EQ(partial[0].key.name, "part");
  EXPECT_EQ(partial[0].predicate, "(d <> ''::text)");
}

TEST_F(ReadCatalog, MakesAKeyOfEachFreeColumnBehindAnExpression) {
  read(
      R"(CREATE TABLE t (a bigint, b text, c int, target text GENERATED ALWAYS AS (CASE WHEN b IS NULL THEN a::text ELSE b END) STORED,
            UNIQUE (c, target)))");
  EXPECT_THAT(keys("public.t"), UnorderedElementsAre("a", "b"));
}

TEST_F(ReadCatalog, TreatsNullsAsEqualWhereTheServerDoes) {
  read("CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (a, coalesce(b, 0))");
  EXPECT_TRUE(table("public.t").keys[0].nulls_as_values);
}

TEST_F(ReadCatalog, ReadsForeignKeysWithTheirOrder) {
  read(R"(CREATE TABLE parent (x int, y int, PRIMARY KEY (x, y));
          CREATE TABLE child (y int, x int, parent int, id int PRIMARY KEY REFERENCES child, FOREIGN KEY (x, y) REFERENCES parent))");
  const auto& keys = table("public.child").foreign_keys;
  ASSERT_THAT(keys, SizeIs(2));
  const auto& composite = keys[0].columns.size() == 2 ? keys[0] : keys[1];
  EXPECT_THAT(composite.columns, ElementsAre(1, 0));
  EXPECT_THAT(composite.parent_columns, ElementsAre(0, 1));
  EXPECT_EQ(composite.parent, index("public.parent"));
}

TEST_F(ReadCatalog, TurnsSimpleChecksIntoLimits) {
  read(R"(CREATE DOMAIN positive AS int CHECK (VALUE > 0);
          CREATE TABLE t (level int CHECK (level IN (1, 2)), born date CHECK (born > '1900-01-01' AND born < '2010-01-01'),
            at timestamptz CHECK (at < '2020-01-01 00:00+00'), name text CHECK (length(name) BETWEEN 3 AND 20), p positive,
            rate numeric(4,2) CHECK (rate >= 0 AND rate < 1), mail text CHECK (mail IS NOT NULL AND mail ~ '@')))");
  EXPECT_THAT(column("public.t", "level").limits.allowed, ElementsAre("1", "2"));
  EXPECT_EQ(column("public.t", "born").limits.earliest, "1900-01-02");
  EXPECT_EQ(column("public.t", "born").limits.latest, "2009-12-31");
  EXPECT_TRUE(column("public.t", "at").limits.latest->starts_with("2019-12-31 23:59:59.999999"))
      << *column("public.t", "at").limits.latest;
  EXPECT_EQ(column("public.t", "name").limits.length_minimum, 3);
  EXPECT_EQ(column("public.t", "p").limits.minimum, 1);
  EXPECT_DOUBLE_EQ(*column("public.t", "rate").limits.maximum, 0.99);
  EXPECT_TRUE(column("public.t", "mail").not_null);
  EXPECT_EQ(column("public.t", "mail").limits.pattern, "@");
}

TEST_F(ReadCatalog, ReadsPartitionBounds) {
  read(R"(CREATE TABLE r (d date, k int) PARTITION BY RANGE (d);
          CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
          CREATE TABLE r2 PARTITION OF r FOR VALUES FROM ('2024-02-01') TO ('2024-04-01') PARTITION BY LIST (k);
          CREATE TABLE r2a PARTITION OF r2 FOR VALUES IN (1);
          CREATE TABLE l (c text) PARTITION BY LIST (c);
          CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('de', 'fr'); CREATE TABLE l2 PARTITION OF l FOR VALUES IN ('us');
          CREATE TABLE o (n int) PARTITION BY RANGE (n); CREATE TABLE o1 PARTITION OF o FOR VALUES FROM (0) TO (10);
          CREATE TABLE o2 PARTITION OF o DEFAULT; CREATE TABLE none (n int) PARTITION BY LIST (n))");
  EXPECT_EQ(column("public.r", "d").limits.earliest, "2024-01-01");
  EXPECT_EQ(column("public.r", "d").limits.latest, "2024-03-31");
  EXPECT_TRUE(column("public.r", "d").not_null);
  EXPECT_FALSE(column("public.r", "k").not_null);
  EXPECT_THAT(column("public.l", "c").limits.allowed, ElementsAre("de", "fr", "us"));
  EXPECT_FALSE(column("public.o", "n").limits.minimum);
  EXPECT_TRUE(catalog_.tables[index("public.o")].takes_rows);
  EXPECT_FALSE(catalog_.tables[index("public.none")].takes_rows);
}

TEST_F(ReadCatalog, TracesChecksOnGeneratedColumnsToTheirStems) {
  read("CREATE TABLE t (x int, a int, b int, g int GENERATED ALWAYS AS (a + b) STORED, CHECK (g > 0))");
  ASSERT_THAT(catalog_.tables[0].checks, SizeIs(1));
  EXPECT_THAT(catalog_.tables[0].checks[0].columns, ElementsAre(1, 2));
}

}  // namespace
}  // namespace pgrehearse::populate
