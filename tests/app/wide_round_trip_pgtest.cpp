// The round trip of rows that are too wide for their pages: what is compressed in them, and what is stored apart.
#include <gtest/gtest.h>

#include "tests/app/round_trip.hpp"

namespace pgrehearse::app {
namespace {

constexpr const char* kSchema = R"(
    CREATE TABLE pages (id bigint PRIMARY KEY, even text, noise text, image bytea, settings jsonb, prose text);)";

// Of text that repeats, that does not, that is never wide by itself, a document with as much structure as text, and of
// text that compresses by a third when it is long.
constexpr const char* kRows = R"(
    SELECT setseed(0.3);
    CREATE FUNCTION noise(n bigint, length int) RETURNS text IMMUTABLE LANGUAGE sql AS
      $$SELECT left(string_agg(md5(n || '.' || i), ''), length) FROM generate_series(0, length / 32) i$$;
    INSERT INTO pages SELECT n,
      CASE WHEN random() < 0.8 THEN repeat(noise(n, 20) || ' ', 1 + (200 * power(random(), 3))::int) END,
      CASE WHEN random() < 0.3 THEN noise(-n, (3000 * power(random(), 2))::int) END,
      CASE WHEN random() < 0.4 THEN decode(noise(n, 2 * (1500 * random())::int), 'hex') END,
      (SELECT jsonb_build_object('id', n, 'seats', jsonb_agg(i * n % 1000), 'name', noise(n, 300))
         FROM generate_series(1, 1 + (60 * power(random(), 3))::int + n * 0) i),
      CASE WHEN random() < 0.5 THEN (SELECT string_agg(noise(n + i, 40) || ' and so on and so forth, ', '')
         FROM generate_series(1, 1 + (90 * power(random(), 3))::int + n * 0) i) END
    FROM generate_series(1, 12000) n;
    DROP FUNCTION noise;)";

// Rows that are inserted one by one use what is left of a page for another; those of COPY do not. So the rows are
// measured, not the pages.
double row_bytes(postgres::Session& session) {
  return session.query("SELECT avg(pg_column_size(pages.*))::float8 FROM pages").number(0, 0);
}
double toast_bytes(postgres::Session& session) {
  return session.query("SELECT pg_relation_size(reltoastrelid)::float8 FROM pg_class WHERE relname = 'pages'")
      .number(0, 0);
}

// Rows that SQL makes are profiled, and generated from that.
void expect_kept(const std::string& schema, const std::string& rows) {
  const testing::ScratchDatabase original, generated;
  original.session()->query(schema + rows);
  original.session()->query("VACUUM (FREEZE, ANALYZE)");
  const auto reading = profile::read_shape(original.target(), {.sample = true});
  ASSERT_TRUE(reading);
  const auto wanted = profile::statistics_of(reading->shape);
  generated.session()->query(schema);
  round_trip::fill(generated.target(), wanted, 1);
  const auto found = profile::read_statistics(generated.target(), wanted);
  ASSERT_TRUE(found);
  const auto fidelity = profile::compare(wanted, *found);
  for (const auto& column : fidelity.tables.at(0).columns)
    EXPECT_NEAR(column.width_ratio.value_or(1), 1, 0.07) << column.name << '\n' << profile::fidelity_text(fidelity);
  EXPECT_NEAR(row_bytes(*generated.session()) / row_bytes(*original.session()), 1, 0.03);
  EXPECT_NEAR(toast_bytes(*generated.session()) / toast_bytes(*original.session()), 1, 0.1);
}

TEST(WideRoundTrip, KeepsWhatIsCompressedAndStoredApart) { expect_kept(kSchema, kRows); }

// Which of them is compressed, and which stored apart, depends on how long the other one is.
TEST(WideRoundTrip, KeepsColumnsThatAreWideInTheSameRows) {
  expect_kept("CREATE TABLE pages (id bigint PRIMARY KEY, body text, html text);", R"(
    SELECT setseed(0.3);
    CREATE FUNCTION words(n bigint, length int) RETURNS text IMMUTABLE LANGUAGE sql AS
      $$SELECT left(string_agg(left(md5(n || '.' || i), 3 + i % 6) || CASE i % 3 WHEN 0 THEN ' and of the ' ELSE ' ' END,
                               ''), length) FROM generate_series(0, length / 6) i$$;
    INSERT INTO pages SELECT n, body, '<p>' || replace(body, ' and of the ', ' and of the </p><p class="x">') || '</p>'
    FROM (SELECT n, words(n, (500 + 19500 * power(random(), 3))::int) AS body FROM generate_series(1, 6000) n) s;
    DROP FUNCTION words;)");
}

}  // namespace
}  // namespace pgrehearse::app
