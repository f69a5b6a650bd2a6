// A value of a private type is nowhere in the file, whichever way the server's statistics lead to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "harness/profile/schema_dump.hpp"
#include "harness/profile/shape_file.hpp"
#include "harness/profile/statistics_reader.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::profile {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Each hidden value holds "hush", in capitals or not, or is one of these.
constexpr const char* kSecretNumber = "918273645";
constexpr const char* kSecretAddress = "203.0.113.77";
constexpr const char* kSecretUuid = "c0ffee00-1234-4abc-8def-000000000042";

// Frequent enough to be common values, rare enough beside them to be bounds of histograms, elements, combinations,
// statistics of expressions and of indexes.
constexpr const char* kSchema = R"(
CREATE TYPE address AS (street text, town text);
CREATE DOMAIN nickname AS text;
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TABLE people (
  id bigint PRIMARY KEY,
  plain text, bounded varchar(60), padded char(40), by_domain nickname, collated text COLLATE "C",
  binary_one bytea, doc json, docb jsonb, markup xml, tags text[], lives address, homes address[],
  words tsvector, ip inet, net cidr, mac macaddr, ref uuid, span numrange, flags bit(8),
  mood mood, born date, wage numeric);
INSERT INTO people
SELECT i, v, v, v, v, v, convert_to(v, 'UTF8'), to_json(v), jsonb_build_object('k', v, v, 1),
       xmlelement(name a, v), ARRAY[v, 'x'], ROW(v, v)::address, ARRAY[ROW(v, v)::address],
       to_tsvector('simple', v), '203.0.113.77', '203.0.113.77/32', '08:00:2b:01:02:03',
       'c0ffee00-1234-4abc-8def-000000000042', numrange(918273645, 918273646), B'10101010', 'calm', '1971-02-03', 4200.5
FROM (SELECT i, CASE WHEN i % 3 = 0 THEN 'hush' ELSE 'hush' || (i % 700) END AS v FROM generate_series(1, 3000) i) s;
CREATE STATISTICS joint (ndistinct, dependencies, mcv) ON plain, bounded, ip FROM people;
CREATE STATISTICS expressions (mcv) ON lower(plain), (bounded || 'x') FROM people;
CREATE INDEX ON people (upper(plain));
CREATE INDEX ON people (id) WHERE born > '1970-01-01';
COMMENT ON TABLE people IS 'hush: a comment';
COMMENT ON COLUMN people.plain IS 'hush: another';
ANALYZE people;
)";

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string hexadecimal(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    digits += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    digits += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return digits;
}

class Privacy : public ::testing::Test {
 protected:
  void SetUp() override { database_.session()->query(kSchema); }

  // The whole file, as `pgrehearse profile` writes it.
  std::string file(ReadOptions options = {}) {
    options.sample = true;
    auto reading = read_shape(database_.target(), options);
    EXPECT_TRUE(reading.ok()) << to_string(reading.errors().front());
    auto schema = dump_schema(database_.target(), reading->shape.origin.major, {""});
    // Of majors that the distribution does not carry there are the server's programs alone.
    const bool no_program = !schema && schema.errors().front().message.starts_with("no pg_dump of PostgreSQL");
    EXPECT_TRUE(schema.ok() || no_program) << to_string(schema.errors().front());
    if (schema) reading->shape.schema_sql = *schema;
    return to_json(reading->shape);
  }

  testing::ScratchDatabase database_;
};

TEST_F(Privacy, TheServersStatisticsDoHoldTheSecrets) {
  const auto session = database_.session();
  const auto count = [&](const std::string& sql) { return session->query(sql).integer(0, 0); };
  EXPECT_GE(count("SELECT count(*) FROM pg_stats WHERE tablename = 'people' AND most_common_vals::text ILIKE '%hush%'"),
            8);
  EXPECT_GE(count("SELECT count(*) FROM pg_stats WHERE tablename = 'people' AND histogram_bounds::text ILIKE '%hush%'"),
            6);
  EXPECT_GE(
      count("SELECT count(*) FROM pg_stats WHERE tablename = 'people' AND most_common_elems::text ILIKE '%hush%'"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM pg_stats_ext WHERE most_common_vals::text ILIKE '%hush%'"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM pg_stats_ext_exprs WHERE most_common_vals::text ILIKE '%hush%'"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM pg_stats WHERE tablename = 'people_upper_idx' "
                  "AND most_common_vals::text LIKE '%HUSH%'"),
            1);
}

TEST_F(Privacy, NoSecretLeaves) {
  const std::string text = lower(file());
  EXPECT_THAT(text, Not(HasSubstr("hush")));
  EXPECT_THAT(text, Not(HasSubstr(hexadecimal("hush"))));
  EXPECT_THAT(text, Not(HasSubstr(kSecretNumber)));
  EXPECT_THAT(text, Not(HasSubstr(kSecretAddress)));
  EXPECT_THAT(text, Not(HasSubstr(kSecretUuid)));
  EXPECT_THAT(text, Not(HasSubstr("08:00:2b:01:02:03")));
  EXPECT_THAT(text, Not(HasSubstr("10101010")));
}

TEST_F(Privacy, WhatMayLeaveLeaves) {
  const std::string text = file();
  EXPECT_THAT(text, HasSubstr("[\"calm\",1.0]"));
  EXPECT_THAT(text, HasSubstr("[\"1971-02-03\",1.0]"));
  EXPECT_THAT(text, HasSubstr("[\"4200.5\",1.0]"));
  EXPECT_THAT(text, HasSubstr("\"place\":")) << "combinations point at the marks of their columns";
}

TEST_F(Privacy, OneColumnCanBeLetOut) {
  const std::string text = file({.include_values = {"people.by_domain"}});
  const auto read = from_json(text, "shape");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front());
  const auto& columns = read->tables.at(0).statistics.columns;
  EXPECT_THAT(columns.at("by_domain").marks.at(0).value.value_or(""), HasSubstr("hush"));
  for (const auto& [name, column] : columns) {
    for (const auto& mark : column.marks) {
      if (name != "by_domain" && mark.value) {
        EXPECT_THAT(*mark.value, Not(HasSubstr("hush"))) << name;
      }
    }
  }
  EXPECT_THAT(to_json(*read), HasSubstr("\"hush"));
}

TEST_F(Privacy, ElementsAndBoundsLeaveWithTheirColumnOnly) {
  const auto reading = read_shape(database_.target(), {.include_values = {"people.tags", "people.span"}});
  ASSERT_TRUE(reading.ok()) << to_string(reading.errors().front());
  const auto& columns = reading->shape.tables.at(0).statistics.columns;
  const auto& shown = columns.at("tags").elements;
  ASSERT_TRUE(shown.has_value());
  EXPECT_TRUE(
      std::any_of(shown->common.begin(), shown->common.end(), [](const auto& mark) { return mark.value == "hush"; }));
  const auto& hidden = columns.at("words").elements;
  ASSERT_TRUE(hidden.has_value());
  ASSERT_FALSE(hidden->common.empty());
  for (const auto& mark : hidden->common) {
    EXPECT_FALSE(mark.value.has_value());
    EXPECT_GE(mark.length, 4u);
    EXPECT_GT(mark.frequency, 0);
  }
  const auto& span = columns.at("span").ranges;  // from PostgreSQL 17 on
  if (span) {
    EXPECT_EQ(span->lower.at(0), kSecretNumber);
  }
}

TEST_F(Privacy, AColumnThatDoesNotExistIsAMistake) {
  const auto reading = read_shape(database_.target(), {.include_values = {"people.plaim", "other.thing"}});
  ASSERT_FALSE(reading.ok());
  ASSERT_EQ(reading.errors().size(), 2u);
  EXPECT_THAT(reading.errors()[0].hint, HasSubstr("did you mean 'people.plain'?"));
}

}  // namespace
}  // namespace pgrehearse::profile
