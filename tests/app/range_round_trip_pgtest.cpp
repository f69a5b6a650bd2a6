// The round trip of ranges and multiranges, on a PostgreSQL that shows the statistics of them: 17 or newer, from the
// folder $PGREHEARSE_TEST_MAJORS (see `./dev majors`).
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/provision/local_cluster.hpp"
#include "tests/app/round_trip.hpp"

namespace pgrehearse::app {
namespace {

constexpr const char* kStays = R"(
    CREATE TABLE stays (id bigint PRIMARY KEY, nights daterange, during tstzrange, seats int4range,
                        closed int4multirange, hours tstzmultirange);)";

// In order, without an end, empty, and of one to six ranges.
constexpr const char* kStayRows = R"(
    SELECT setseed(0.3);
    INSERT INTO stays SELECT n,
      daterange(date '2024-01-01' + (n / 60)::int, date '2024-01-01' + (n / 60)::int + 1 + (20 * power(random(), 3))::int),
      CASE WHEN random() < 0.8 THEN tstzrange(at, CASE WHEN random() < 0.7
                                                       THEN at + (1 + 1000 * power(random(), 3)) * interval '1 minute' END) END,
      CASE WHEN random() < 0.9 THEN int4range((1000 * random())::int, (1000 + 500 * random())::int) ELSE 'empty' END,
      (SELECT range_agg(int4range(n::int + 10 * i, n::int + 10 * i + 1 + i)) FROM generate_series(1, 1 + (n % 6)::int) i),
      (SELECT range_agg(tstzrange(day, day + interval '8 hours'))
         FROM generate_series(at, at + (n % 3) * interval '1 day', interval '1 day') day)
    FROM (SELECT n, timestamptz '2024-01-01' + n * interval '5 min' AS at FROM generate_series(1, 10000) n) numbers;
    VACUUM (FREEZE, ANALYZE))";

TEST(RangeRoundTrip, KeepsLengthsEmptyOnesAndWidths) {
  const char* majors = std::getenv("PGREHEARSE_TEST_MAJORS");
  provision::ServerOptions options;
  options.server.postgres_bin = std::string(majors != nullptr ? majors : "") + "/17/native/bin";
  if (!std::filesystem::exists(options.server.postgres_bin + "/postgres"))
    GTEST_SKIP() << "no PostgreSQL 17 here: " << options.server.postgres_bin;
  const auto cluster = provision::LocalCluster::start(options);
  ASSERT_TRUE(cluster) << to_string(cluster.errors().front());
  ASSERT_TRUE((*cluster)->create("original"));
  const auto original = postgres::Session::open((*cluster)->target("original"));
  (*original)->query(kStays);
  std::string rows = kStayRows;
  const std::size_t vacuum = rows.find("VACUUM");
  (*original)->query(rows.substr(0, vacuum));
  (*original)->query(rows.substr(vacuum));
  for (const bool known : {false, true}) {
    const auto reading = profile::read_shape((*cluster)->target("original"), {.all_values = known, .sample = true});
    ASSERT_TRUE(reading);
    const auto wanted = profile::statistics_of(reading->shape);
    const std::string name = known ? "known" : "private";
    ASSERT_TRUE((*cluster)->create(name));
    const auto generated = postgres::Session::open((*cluster)->target(name));
    (*generated)->query(kStays);
    round_trip::fill((*cluster)->target(name), wanted, 1);
    const auto found = profile::read_statistics((*cluster)->target(name), wanted);
    ASSERT_TRUE(found);
    profile::Limits limits;
    limits.ranges = 0.08;  // what bounds and lengths have to do with each other is known of their variances alone
    const auto fidelity = profile::compare(wanted, *found, 1, limits);
    ASSERT_EQ(fidelity.tables.size(), 1u);
    EXPECT_EQ(fidelity.tables[0].columns_met(), 6u) << name << '\n' << profile::fidelity_text(fidelity);
    for (const auto& column : fidelity.tables[0].columns)
      EXPECT_EQ(column.ranges.has_value(), column.name != "id") << column.name;
  }
}

}  // namespace
}  // namespace pgrehearse::app
