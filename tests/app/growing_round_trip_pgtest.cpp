// The round trip at ten times the rows: the shape of a small shop, scaled, beside a shop that SQL made ten times as
// large.
#include <gtest/gtest.h>

#include "generators/growth.hpp"
#include "harness/populate/catalog.hpp"
#include "tests/app/round_trip.hpp"

namespace pgrehearse::app {
namespace {

constexpr int kGrowth = 10;

// ANALYZE reads 90,000 rows then, most of the shop's tables: what is compared are the tables, more than two samples.
constexpr const char* kTarget = "SET default_statistics_target = 300";

std::string rows_at(int size) {
  return std::regex_replace(round_trip::file("growing_rows.sql"), std::regex(":size"), std::to_string(size));
}

void make_shop(postgres::Session& session, int size) {
  session.query(round_trip::file("round_trip_schema.sql"));
  session.query(rows_at(size));
  session.query(kTarget);
  session.query("VACUUM (FREEZE, ANALYZE)");
}

round_trip::Statistics statistics_of(const postgres::Target& target) {
  auto reading = profile::read_shape(target, {.all_values = true, .sample = true});
  return reading ? profile::statistics_of(reading->shape) : round_trip::Statistics{};
}

// Rows of a larger table have other keys. So what points at them is compared as private values are: by its common
// values' shares and their places in the order.
round_trip::Statistics without_references(round_trip::Statistics statistics) {
  for (auto& table : statistics)
    for (auto& [name, column] : table.columns)
      if (name.ends_with("_id") || name == "referrer")
        for (auto& mark : column.marks) mark.value.reset();
  return statistics;
}

TEST(GrowingRoundTrip, KeepsStatisticsAndPlansAtTenTimesTheRows) {
  using testing::ScratchDatabase;
  ScratchDatabase small, large, generated;
  make_shop(*small.session(), 1);
  make_shop(*large.session(), kGrowth);
  generated.session()->query(round_trip::file("round_trip_schema.sql"));
  round_trip::fill(generated.target(), statistics_of(small.target()), 1, kGrowth);
  generated.session()->query(std::string(kTarget) + "; ANALYZE");

  auto wanted = statistics_of(large.target());
  auto found = profile::read_statistics(generated.target(), wanted);
  auto catalog = populate::read_catalog(*generated.session());
  ASSERT_TRUE(found && catalog);
  EXPECT_GE(round_trip::share_met(without_references(wanted), without_references(*found)), 0.94);
  EXPECT_GE(round_trip::equal_plans(*large.session(), *generated.session()), round_trip::kQueries.size() - 1);

  // What is said of rows at another scale: that they are as they should be, and that a real shop of the size would be.
  for (const auto& shop : {*found, wanted}) {
    const auto [expected, made] = generators::at_same_size(statistics_of(small.target()), shop, catalog->shape);
    EXPECT_GE(round_trip::share_met(expected, made), 0.92);
  }
}

}  // namespace
}  // namespace pgrehearse::app
