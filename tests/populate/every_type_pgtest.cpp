// Which types can be made: each as a column, in an array, behind a domain, in a composite, and as a key.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/populate/populate.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::populate {
namespace {

constexpr const char* kTypes[] = {"boolean",
                                  "smallint",
                                  "integer",
                                  "bigint",
                                  "real",
                                  "double precision",
                                  "numeric",
                                  "numeric(10,2)",
                                  "numeric(30,0)",
                                  "numeric(3,3)",
                                  "money",
                                  "text",
                                  "varchar",
                                  "varchar(12)",
                                  "varchar(2)",
                                  "char(5)",
                                  "name",
                                  "\"char\"",
                                  "refcursor",
                                  "bytea",
                                  "uuid",
                                  "date",
                                  "time",
                                  "time(0)",
                                  "timetz",
                                  "timestamp",
                                  "timestamp(0)",
                                  "timestamptz",
                                  "timestamptz(3)",
                                  "interval",
                                  "interval day to second",
                                  "interval year to month",
                                  "json",
                                  "jsonb",
                                  "jsonpath",
                                  "xml",
                                  "inet",
                                  "cidr",
                                  "macaddr",
                                  "macaddr8",
                                  "bit(6)",
                                  "bit",
                                  "varbit",
                                  "varbit(9)",
                                  "point",
                                  "line",
                                  "lseg",
                                  "box",
                                  "path",
                                  "polygon",
                                  "circle",
                                  "int4range",
                                  "int8range",
                                  "numrange",
                                  "daterange",
                                  "tsrange",
                                  "tstzrange",
                                  "int4multirange",
                                  "int8multirange",
                                  "nummultirange",
                                  "datemultirange",
                                  "tsmultirange",
                                  "tstzmultirange",
                                  "tsvector",
                                  "tsquery",
                                  "oid",
                                  "xid",
                                  "xid8",
                                  "cid",
                                  "tid",
                                  "pg_lsn",
                                  "pg_snapshot",
                                  "txid_snapshot",
                                  "oidvector",
                                  "int2vector",
                                  "regclass",
                                  "regtype",
                                  "regproc",
                                  "regprocedure",
                                  "regoper",
                                  "regoperator",
                                  "regrole",
                                  "regnamespace",
                                  "regconfig",
                                  "regdictionary",
                                  "regcollation",
                                  "citext",
                                  "ltree",
                                  "lquery",
                                  "ltxtquery",
                                  "hstore",
                                  "cube",
                                  "seg",
                                  "query_int",
                                  "mood",
                                  "address",
                                  "floatrange",
                                  "textrange",
                                  "inetrange",
                                  "timerange",
                                  "floatmultirange",
                                  "textmultirange"};

constexpr const char* kPreparation = R"(
    CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore; CREATE EXTENSION cube; CREATE EXTENSION seg;
    CREATE EXTENSION intarray;
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
    CREATE DOMAIN zip AS text NOT NULL CHECK (VALUE ~ '^[0-9]{5}$');
    CREATE TYPE address AS (street text, zip zip, since date, rooms positive, tags text[]);
    CREATE TYPE floatrange AS RANGE (subtype = float8); CREATE TYPE textrange AS RANGE (subtype = text);
    CREATE TYPE inetrange AS RANGE (subtype = inet); CREATE TYPE timerange AS RANGE (subtype = time))";

class EveryType : public ::testing::Test {
 protected:
  EveryType() : session_(database_.session()) { session_->query(kPreparation); }

  base::Result<Populated> populate(std::uint64_t rows) {
    scenario::Data data;
    data.default_rows = rows;
    const auto progress = base::quiet_progress();
    return populate::populate(database_.target(), data, base::SteadyClock(), *progress, base::Cancellation());
  }
  void expect_filled(std::uint64_t rows) {
    const auto populated = populate(rows);
    if (!populated)
      for (const auto& error : populated.errors()) ADD_FAILURE() << to_string(error);
  }
  std::string value(const std::string& sql) { return session_->query(sql).string(0, 0); }

  testing::ScratchDatabase database_;
  std::unique_ptr<postgres::Session> session_;
};

TEST_F(EveryType, HasValuesOfItsOwn) {
  int n = 0;
  for (const char* type : kTypes) session_->query(fmt::format("CREATE TABLE t{} (v {} NOT NULL)", n++, type));
  expect_filled(200);
  n = 0;
  for (const char* type : kTypes)
    EXPECT_EQ(value(fmt::format("SELECT count(DISTINCT v::text) > 1 FROM t{}", n++)), "t") << type;
}

TEST_F(EveryType, StandsInArrays) {
  int n = 0;
  for (const char* type : kTypes) session_->query(fmt::format("CREATE TABLE t{} (v {}[] NOT NULL)", n++, type));
  expect_filled(100);
  n = 0;
  for (const char* type : kTypes)
    EXPECT_EQ(value(fmt::format("SELECT count(DISTINCT v::text) > 1 FROM t{}", n++)), "t") << type;
}

TEST_F(EveryType, StandsBehindDomainsAndInComposites) {
  int n = 0;
  for (const char* type : kTypes) {
    session_->query(
        fmt::format("CREATE DOMAIN d{0} AS {1} CHECK (VALUE IS NOT NULL); CREATE TYPE c{0} AS (id int, v d{0}); "
                    "CREATE TABLE t{0} (d d{0}, c c{0} NOT NULL, l d{0}[] NOT NULL)",
                    n, type));
    ++n;
  }
  expect_filled(50);
  n = 0;
  for (const char* type : kTypes)
    EXPECT_EQ(value(fmt::format("SELECT count(d) = 50 AND count((c).v) = 50 FROM t{}", n++)), "t") << type;
}

// As far as the type has an order to make an index with.
TEST_F(EveryType, IsUniqueInEachRow) {
  int n = 0;
  std::vector<int> few;  // with fewer different values than rows
  for (const char* type : kTypes)
    if (session_->attempt(fmt::format("CREATE TABLE t{} (v {} PRIMARY KEY)", n++, type))) --n;
  ASSERT_GT(n, 50);
  const auto populated = populate(500);
  ASSERT_TRUE(populated) << to_string(populated.errors()[0]);
  for (const FilledTable& table : populated->tables)
    EXPECT_EQ(value("SELECT count(*) FROM " + table.name), std::to_string(table.rows)) << table.name;
}

// What a domain asks of the elements of an array cannot be judged by looking at the column's own checks.
TEST_F(EveryType, KeepsToDomainsWithinArraysAndComposites) {
  session_->query("CREATE TABLE t (p positive[] NOT NULL, z zip[] NOT NULL, a address[] NOT NULL)");
  expect_filled(2000);
}

TEST_F(EveryType, SaysBeforeLoadingWhatADomainWithinAnArrayRefuses) {
  session_->query(
      "CREATE DOMAIN odd AS text CHECK (md5(VALUE) LIKE 'ab%'); CREATE TABLE aaa (x int); CREATE TABLE t (v odd[] NOT "
      "NULL)");
  const auto populated = populate(2000);
  ASSERT_FALSE(populated);
  const std::string message = to_string(populated.errors()[0]);
  EXPECT_THAT(message,
              ::testing::HasSubstr("cannot fill table public.t: value for domain odd violates check constraint"));
  EXPECT_THAT(message, ::testing::HasSubstr("data.tables.t.columns"));
  EXPECT_EQ(value("SELECT count(*) FROM aaa"), "0");
}

}  // namespace
}  // namespace pgrehearse::populate
