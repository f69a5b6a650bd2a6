// What the catalogs of a real server become.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/profile/shape_file.hpp"
#include "harness/profile/statistics_reader.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::profile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Reading reading(const testing::ScratchDatabase& database, const ReadOptions& options = {}) {
  auto read = read_shape(database.target(), options);
  EXPECT_TRUE(read.ok()) << to_string(read.errors().front());
  // Whatever is read can be written and read again.
  const auto again = from_json(to_json(read->shape), "shape.json");
  EXPECT_TRUE(again.ok()) << to_string(again.errors().front());
  return std::move(read).value();
}

const Table& table(const Reading& read, const std::string& name) {
  const auto found = std::find_if(read.shape.tables.begin(), read.shape.tables.end(),
                                  [&](const Table& each) { return each.statistics.name == name; });
  EXPECT_NE(found, read.shape.tables.end()) << name;
  return *found;
}

std::vector<std::string> values(const generators::ColumnStatistics& column) {
  std::vector<std::string> all;
  for (const auto& mark : column.marks) all.push_back(mark.value.value_or("-"));
  return all;
}

std::vector<int> lengths(const generators::ColumnStatistics& column) {
  std::vector<int> all;
  for (const auto& mark : column.marks) all.push_back(static_cast<int>(mark.length));
  return all;
}

TEST(StatisticsReader, FindsFiguresOfTablesAndColumns) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (id int PRIMARY KEY, half text, size smallint) WITH (fillfactor = 80, autovacuum_enabled = off);
    CREATE INDEX t_half ON t (half) WITH (fillfactor = 60);
    INSERT INTO t SELECT i, CASE WHEN i % 2 = 0 THEN repeat('a', 10) END, i % 4 FROM generate_series(1, 2000) i;
    ANALYZE t)");
  const Reading read = reading(database);
  const Table& t = table(read, "t");
  EXPECT_EQ(t.statistics.rows, 2000u);
  EXPECT_GT(t.statistics.heap_bytes, 50'000u);
  EXPECT_GT(t.statistics.index_bytes, 50'000u);
  EXPECT_EQ(t.fillfactor, 80);
  ASSERT_EQ(t.indexes.size(), 2u);
  EXPECT_EQ(t.indexes[0].fillfactor, 60);
  EXPECT_THAT(t.indexes[1].columns, ElementsAre("id"));
  EXPECT_TRUE(t.indexes[1].unique);
  const auto& columns = t.statistics.columns;
  EXPECT_EQ(columns.at("id").distinct, -1);
  EXPECT_EQ(columns.at("id").correlation, 1);
  EXPECT_EQ(columns.at("half").null_fraction, 0.5);
  EXPECT_EQ(columns.at("half").type, "text");
  EXPECT_EQ(columns.at("half").distinct, 1);
  EXPECT_EQ(columns.at("half").average_width, 11);
  EXPECT_THAT(values(columns.at("size")), ElementsAre("0", "1", "2", "3"));
  EXPECT_EQ(columns.at("size").marks[0].frequency, 0.25);
  EXPECT_THAT(read.notices, IsEmpty());
}

// The order of text is the column's collation's, of enums their declaration's: only the server knows either.
TEST(StatisticsReader, SortsAsTheTypeDoes) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TYPE level AS ENUM ('zero', 'low', 'high');
    CREATE TABLE t (level level, amount numeric, code char(8) COLLATE "C", bytes bytea, at timestamptz);
    INSERT INTO t SELECT (ARRAY['zero', 'low', 'high'])[1 + i % 3]::level, (ARRAY[9, 10, 100])[1 + i % 3],
                         (ARRAY['b', 'B', 'bbbb'])[1 + i % 3], decode((ARRAY['00', 'ffffff', '0102'])[1 + i % 3], 'hex'),
                         '2024-01-01 00:00+00'::timestamptz + (i % 3) * interval '1 h' FROM generate_series(1, 900) i;
    ANALYZE t)");
  const auto session = database.session();
  session->query("ALTER DATABASE " + postgres::quote_identifier(database.target().database) +
                 " SET TimeZone = 'Asia/Tokyo'");
  const Reading read = reading(database, {.include_values = {"public.t.code"}});
  const auto& columns = table(read, "t").statistics.columns;
  EXPECT_THAT(values(columns.at("level")), ElementsAre("zero", "low", "high"));
  EXPECT_THAT(values(columns.at("amount")), ElementsAre("9", "10", "100"));
  EXPECT_THAT(values(columns.at("code")), ElementsAre("B       ", "b       ", "bbbb    "));
  EXPECT_THAT(lengths(columns.at("bytes")), ElementsAre(1, 2, 3));
  EXPECT_THAT(values(columns.at("at")),
              ElementsAre("2024-01-01 00:00:00+00", "2024-01-01 01:00:00+00", "2024-01-01 02:00:00+00"))
      << "in UTC, whatever the database's time zone is";
}

TEST(StatisticsReader, MergesCommonValuesIntoTheHistogram) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (n int, name text);
    INSERT INTO t SELECT CASE WHEN i % 2 = 0 THEN 500 ELSE i END, 'näme ' || i FROM generate_series(1, 2000) i;
    ANALYZE t)");
  const Reading read = reading(database);
  const auto& n = table(read, "t").statistics.columns.at("n");
  ASSERT_EQ(n.marks.size(), 102u);
  EXPECT_EQ(n.marks.front().value, "1");
  EXPECT_EQ(n.marks.back().value, "1999");
  const auto common = std::find_if(n.marks.begin(), n.marks.end(), [](const auto& mark) { return mark.common(); });
  EXPECT_EQ(common->value, "500");
  EXPECT_LT(std::stoi((common - 1)->value.value()), 500);
  EXPECT_GT(std::stoi((common + 1)->value.value()), 500);
  const auto& name = table(read, "t").statistics.columns.at("name");
  EXPECT_FALSE(name.marks.front().value.has_value());
  EXPECT_EQ(name.marks.front().length, 7u) << "'näme 1' is the least, in bytes";
}

TEST(StatisticsReader, ReadsElementsOfArrays) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (numbers int[], tags text[]);
    INSERT INTO t SELECT CASE WHEN i % 2 = 0 THEN ARRAY[7, NULL] ELSE ARRAY[7, 8, 9] END,
                         ARRAY['a', 'bß'] FROM generate_series(1, 1000) i;
    ANALYZE t)");
  const Reading read = reading(database);
  const auto& numbers = table(read, "t").statistics.columns.at("numbers").elements;
  ASSERT_TRUE(numbers.has_value());
  ASSERT_EQ(numbers->common.size(), 3u);
  EXPECT_EQ(numbers->common[0].value, "7");
  EXPECT_EQ(numbers->common[0].frequency, 1);
  EXPECT_EQ(numbers->common[1].frequency, 0.5);
  EXPECT_EQ(numbers->null_elements, 0.5);
  EXPECT_EQ(numbers->average_count, 2);
  EXPECT_EQ(numbers->counts.front(), 1);
  EXPECT_EQ(numbers->counts.back(), 3);
  const auto& tags = table(read, "t").statistics.columns.at("tags").elements;
  ASSERT_TRUE(tags.has_value());
  EXPECT_FALSE(tags->common.at(0).value.has_value());
  EXPECT_EQ(tags->common.at(1).length, 3u) << "bytes, of two letters";
}

TEST(StatisticsReader, ReadsBoundsOfRangesWhereTheServerShowsThem) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (stay daterange, stays datemultirange);
    INSERT INTO t SELECT r, CASE WHEN isempty(r) THEN '{}' ELSE datemultirange(r) END
    FROM (SELECT CASE WHEN i % 4 = 0 THEN 'empty' WHEN i % 4 = 1 THEN daterange('2024-01-01', NULL)
                      ELSE daterange('2024-01-01'::date + i, '2024-01-04'::date + i) END AS r
          FROM generate_series(1, 1000) i) s;
    ANALYZE t)");
  const Reading hidden = reading(database), shown = reading(database, {.include_values = {"t.stay", "t.stays"}});
  if (shown.shape.origin.major < 17) {
    EXPECT_FALSE(table(shown, "t").statistics.columns.at("stay").ranges) << "pg_stats has them from 17 on";
    return;
  }
  for (const char* name : {"stay", "stays"}) {
    const auto& ranges = table(shown, "t").statistics.columns.at(name).ranges;
    ASSERT_TRUE(ranges.has_value()) << name;
    EXPECT_NEAR(ranges->empty_fraction, 0.25, 1e-6);
    EXPECT_NEAR(ranges->unbounded_fraction, 1.0 / 3, 0.02);
    EXPECT_EQ(ranges->lengths.front(), 3);
    EXPECT_EQ(ranges->lengths.back(), 3);
    EXPECT_EQ(ranges->lower.front(), "2024-01-01");
    EXPECT_EQ(ranges->upper.back(), "") << "no bound";
    const auto& less = table(hidden, "t").statistics.columns.at(name).ranges;
    EXPECT_EQ(less->lengths, ranges->lengths);
    EXPECT_THAT(less->lower, IsEmpty());
    EXPECT_THAT(less->upper, IsEmpty());
  }
}

TEST(StatisticsReader, ReadsExtendedStatistics) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (country text, city text, n int);
    INSERT INTO t SELECT CASE WHEN i % 4 < 2 THEN 'ch' ELSE 'fra' END, (ARRAY['Bern', 'Chur', 'Paris', NULL])[1 + i % 4],
                         i % 2 FROM generate_series(1, 4000) i;
    CREATE STATISTICS places (ndistinct, dependencies, mcv) ON city, country, n FROM t;
    CREATE STATISTICS of_expressions (ndistinct, mcv) ON (n + 1), country, n FROM t;
    ANALYZE t)");
  const Reading read = reading(database, {.include_values = {"t.country"}});
  const auto& joint = table(read, "t").statistics.joint;
  ASSERT_EQ(joint.size(), 2u);
  EXPECT_TRUE(joint[0].common.empty()) << "combinations with expressions are of no use for columns";
  EXPECT_EQ(joint[0].distinct.size(), 1u);
  const auto& places = joint[1];
  EXPECT_THAT(places.columns, ElementsAre("country", "city", "n"));
  EXPECT_EQ(places.distinct.at({"country", "city", "n"}), 4);
  EXPECT_EQ(places.distinct.at({"country", "n"}), 4);
  const auto depends = std::find_if(places.dependencies.begin(), places.dependencies.end(), [](const auto& each) {
    return each.from == std::vector<std::string>{"city"} && each.to == "country";
  });
  ASSERT_NE(depends, places.dependencies.end());
  EXPECT_EQ(depends->degree, 1);
  ASSERT_EQ(places.common.size(), 4u);
  const auto& city = table(read, "t").statistics.columns.at("city");
  for (const auto& combination : places.common) {
    EXPECT_EQ(combination.frequency, 0.25);
    EXPECT_THAT(combination.values.at(0)->value.value(), ::testing::AnyOf("ch", "fra"));
    const auto& at = combination.values.at(1);
    if (!at) continue;  // the NULL
    EXPECT_FALSE(at->value.has_value());
    EXPECT_EQ(city.marks.at(at->place.value()).length, at->length);
  }
}

TEST(StatisticsReader, TakesAPartitionedTableAsOne) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(R"(
    CREATE TABLE t (id int, at date) PARTITION BY RANGE (at);
    CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
    CREATE TABLE t2 PARTITION OF t FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
    CREATE INDEX ON t (id);
    INSERT INTO t SELECT i, '2024-01-01'::date + i % 2 * 31 FROM generate_series(1, 1000) i;
    INSERT INTO t SELECT i, '2024-01-02' FROM generate_series(1, 1000) i;
    ANALYZE t1; ANALYZE t2)");
  const Reading part = reading(database);
  ASSERT_EQ(part.shape.tables.size(), 1u);
  EXPECT_EQ(table(part, "t").statistics.rows, 2000u);
  EXPECT_THAT(part.notices, Contains(HasSubstr("statistics are those of its largest partition, t1")));
  session->query("ANALYZE t");
  const Reading whole = reading(database);
  EXPECT_THAT(whole.notices, IsEmpty());
  EXPECT_EQ(table(whole, "t").statistics.columns.at("at").marks.size(), 3u);
  EXPECT_GT(table(whole, "t").indexes.at(0).bytes, 8192u);
}

TEST(StatisticsReader, SaysWhatItCannotSee) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(R"(
    CREATE TABLE never (id int);
    CREATE TABLE hidden (id int, secret text);
    CREATE TABLE guarded (id int);
    ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
    INSERT INTO never SELECT generate_series(1, 1000);
    INSERT INTO hidden SELECT i, 's' FROM generate_series(1, 1000) i;
    CREATE STATISTICS of_hidden ON id, secret FROM hidden;
    ANALYZE hidden, guarded;
    DROP ROLE IF EXISTS profile_reader;
    CREATE ROLE profile_reader LOGIN PASSWORD 'reader';
    GRANT SELECT (id) ON hidden TO profile_reader;
    GRANT SELECT ON never, guarded TO profile_reader)");
  postgres::Target target = database.target();
  target.user = "profile_reader";
  target.password = "reader";
  const auto read = read_shape(target, {});
  session->query("DROP OWNED BY profile_reader; DROP ROLE profile_reader");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front());
  EXPECT_THAT(read->notices, Contains(HasSubstr("public.never: no statistics of id: run ANALYZE")));
  EXPECT_THAT(read->notices, Contains(HasSubstr("public.hidden: no statistics of secret: this role may not SELECT")));
  EXPECT_THAT(read->notices, Contains(HasSubstr("public.guarded: row security hides")));
  EXPECT_THAT(read->notices, Contains(HasSubstr("public.hidden: 1 of 1 extended statistics")));
  EXPECT_EQ(table(*read, "hidden").statistics.columns.at("id").distinct, -1);
}

TEST(StatisticsReader, SamplesWidthsAndChildren) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE child (parent_id int REFERENCES parent, note text);
    INSERT INTO parent SELECT generate_series(1, 1000);
    INSERT INTO child SELECT i, repeat('x', i) FROM generate_series(1, 500) i, generate_series(1, CASE WHEN i <= 5 THEN 50 ELSE 2 END);
    ANALYZE)");
  const Reading without = reading(database);
  EXPECT_TRUE(table(without, "child").statistics.fan_outs.empty());
  EXPECT_TRUE(table(without, "child").statistics.columns.at("note").widths.empty());
  const Reading read = reading(database, {.sample = true});
  const auto& child = table(read, "child").statistics;
  const auto& fan_out = child.fan_outs.at("child_parent_id_fkey");
  EXPECT_EQ(fan_out.parents_with_children, 0.5);
  EXPECT_EQ(fan_out.children.front(), 2);
  EXPECT_EQ(fan_out.children.back(), 50);
  EXPECT_EQ(fan_out.children.size(), 101u);
  const auto& widths = child.columns.at("note").widths;
  ASSERT_EQ(widths.size(), 101u);
  EXPECT_EQ(widths.front(), 1u);
  EXPECT_EQ(widths.back(), 500u);
  EXPECT_TRUE(std::is_sorted(widths.begin(), widths.end()));
  EXPECT_FALSE(child.columns.at("note").stored_share) << "none is that wide";
}

TEST(StatisticsReader, SamplesHowWellWideValuesCompress) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (even text, noise text);
    ALTER TABLE t ALTER noise SET STORAGE EXTERNAL;
    INSERT INTO t SELECT repeat('x', 5000), repeat('y', 5000) FROM generate_series(1, 200);
    ANALYZE t)");
  const Reading read = reading(database, {.sample = true});
  const auto& columns = table(read, "t").statistics.columns;
  EXPECT_LT(columns.at("even").stored_share.value(), 0.1);
  EXPECT_EQ(columns.at("noise").stored_share, 1);
}

// Neither value is wide, the rows are: the wider one is compressed. And the sizes of documents, compressed or not.
TEST(StatisticsReader, SamplesWhatIsCompressedInWideRows) {
  const testing::ScratchDatabase database;
  database.session()->query(R"(
    CREATE TABLE t (wider text, narrower text, short jsonb, long jsonb);
    INSERT INTO t SELECT repeat('x', 1500), repeat('y', 1000), '{"a": 1}', NULL FROM generate_series(1, 200);
    INSERT INTO t (long) SELECT jsonb_build_object('a', repeat('z', 9000)) FROM generate_series(1, 200);
    ANALYZE t)");
  const Reading read = reading(database, {.sample = true});
  const auto& columns = table(read, "t").statistics.columns;
  EXPECT_LT(columns.at("wider").stored_share.value_or(1), 0.1);
  EXPECT_FALSE(columns.at("narrower").stored_share) << "nobody had to compress it";
  EXPECT_FALSE(columns.at("wider").plain_share) << "as long as it is";
  EXPECT_NEAR(columns.at("short").plain_share.value_or(0), 25.0 / 8, 0.01);
  EXPECT_FALSE(columns.at("long").plain_share) << "all are compressed";
}

TEST(StatisticsReader, LeavesOutExtensionsAndTemporaryTables) {
  const testing::ScratchDatabase database;
  const auto session = database.session();
  session->query(
      "CREATE TEMP TABLE passing (id int); CREATE TABLE stays (id int); CREATE SEQUENCE s INCREMENT 5;"
      "SELECT nextval('s')");
  const Reading read = reading(database);
  ASSERT_EQ(read.shape.tables.size(), 1u);
  ASSERT_EQ(read.shape.sequences.size(), 1u);
  EXPECT_EQ(read.shape.sequences[0].increment, 5);
  EXPECT_EQ(read.shape.sequences[0].last_value, 1);
  EXPECT_GE(read.shape.origin.major, 14);
  EXPECT_THAT(read.shape.origin.locale, Not(IsEmpty()));
}

}  // namespace
}  // namespace pgrehearse::profile
