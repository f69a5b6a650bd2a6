// Held against series that were measured: five migrations at 100k to 10M rows (seconds; index on an integer, index on
// a text, validation of a foreign key, rewrite by a new column, backfill in batches), the last being the truth.
#include "harness/analyse/estimate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/analyse/fit.hpp"
#include "tests/analyse/analysed.hpp"
#include "tests/analyse/stories.hpp"

namespace pgrehearse::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Series {
  const char* name;
  double s100k, s300k, s1m, s3m, s10m;
  // Errors of the published fits on 100k to 1M, in percent of the 10M measurement.
  double linear, n_log_n, power;
};
const Series measured[] = {
    {"idx_int", .029, .083, .289, .867, 3.92, -28, -15, -27},
    {"idx_text", .060, .221, 1.13, 3.0, 15.57, -38, -25, 32},
    {"fk", .011, .039, .318, 1.02, 5.58, -66, -59, 43},
    {"rewrite", .082, .222, .780, 2.25, 13.32, -44, -34, -46},
    {"backfill", .277, .826, 2.59, 7.82, 32.99, -20, -7, -26},
};

StatementSeries series_of(const Series& s) {
  StatementSeries series{"up", "up.sql", 1, s.name, true, {}};
  for (const auto& [rows, seconds] : {std::pair{1e5, s.s100k}, {3e5, s.s300k}, {1e6, s.s1m}}) {
    series.points.push_back({rows, seconds * 1000, seconds * 1000, 100 * rows, {}, {}, 0, false});
  }
  return series;
}

TEST(Fit, ReproducesTheMeasuredErrorsOfEachCurve) {
  for (const Series& s : measured) {
    const std::vector<SizeTime> points{{1e5, s.s100k}, {3e5, s.s300k}, {1e6, s.s1m}};
    const auto error = [&](double predicted) { return 100 * (predicted / s.s10m - 1); };
    EXPECT_NEAR(error(at_linear(fit_linear(points), 1e7)), s.linear, 1) << s.name;
    EXPECT_NEAR(error(at_n_log_n(fit_n_log_n(points), 1e7)), s.n_log_n, 1) << s.name;
  }
}

TEST(Fit, FindsTheExponent) {
  EXPECT_NEAR(fit_exponent({{1e5, .060}, {3e5, .221}, {1e6, 1.13}}), 1.27, 0.01);
  EXPECT_NEAR(fit_exponent({{10, 3}, {100, 3}, {1000, 3}}), 0, 1e-9);
  EXPECT_EQ(fit_exponent({{10, 3}, {10, 4}}), 0);
}

TEST(Fit, NeverFallsWithTheRows) {
  const Line falling = fit_linear({{10, 5}, {100, 4}, {1000, 1}});
  EXPECT_EQ(falling.b, 0);
  EXPECT_GT(falling.a, 0);
}

TEST(Estimate, TheTruthLiesInsideTheInterval) {
  for (const Series& s : measured) {
    const auto estimate = estimate_statement(series_of(s), 1e7);
    ASSERT_TRUE(estimate.duration_ms) << s.name;
    EXPECT_LE(estimate.duration_ms->low, s.s10m * 1000) << s.name;
    EXPECT_GE(estimate.duration_ms->high, s.s10m * 1000) << s.name;
    EXPECT_LE(estimate.duration_ms->low, estimate.duration_ms->central);
    EXPECT_LE(estimate.duration_ms->central, estimate.duration_ms->high);
  }
}

TEST(Estimate, WalGrowsLinearly) { EXPECT_NEAR(*estimate_statement(series_of(measured[3]), 1e7).wal_bytes, 1e9, 1); }

TEST(Estimate, RepetitionsCountByTheirMedian) {
  StatementSeries clean = series_of(measured[0]), noisy = clean;
  noisy.points.push_back({1e6, 289 * 5, 289, 1e8, {}, {}, 0, false});
  noisy.points.push_back({1e6, 289, 289, 1e8, {}, {}, 0, false});
  EXPECT_NEAR(estimate_statement(noisy, 1e7).duration_ms->central, estimate_statement(clean, 1e7).duration_ms->central,
              1e-6);
}

TEST(Estimate, AChangeOfTheCatalogAloneStaysAsItIs) {
  StatementSeries series{"up", "up.sql", 1, "ALTER TABLE t ADD COLUMN n int", false, {}};
  series.points = {
      {1e5, 3, 3, 2000, {}, {}, 0, false}, {3e5, 2, 2, 2000, {}, {}, 0, false}, {1e6, 3, 3, 9000, {}, {}, 0, false}};
  EXPECT_NEAR(estimate_statement(series, 1e7).duration_ms->high, 6, 1e-9);
  for (Measured& point : series.points) point.wal_bytes = point.rows * 100;
  EXPECT_GT(estimate_statement(series, 1e7).duration_ms->high, 50) << "WAL per row: it touches rows";
}

TEST(Estimate, RefusesWithTheReason) {
  const auto reasons = [](StatementSeries series, double target) {
    const auto estimate = estimate_statement(series, target);
    EXPECT_FALSE(estimate.duration_ms);
    return estimate.refusals;
  };
  StatementSeries series = series_of(measured[0]);
  EXPECT_THAT(reasons(series, 6e7), ElementsAre(HasSubstr("not estimated because target is 60 times the largest "
                                                          "rehearsed size")));
  auto disturbed = series;
  disturbed.points[1].foreign_cpu_share = 0.4;
  EXPECT_THAT(reasons(disturbed, 1e7), ElementsAre(HasSubstr("other programs used the machine")));
  auto checkpoints = series;
  checkpoints.points[0].checkpoints = 0;
  checkpoints.points[2].checkpoints = 2;
  EXPECT_THAT(reasons(checkpoints, 1e7), ElementsAre(HasSubstr("checkpoints during it differ")));
  auto workers = series;
  workers.points[1].parallel_workers = 1;
  workers.points[2].parallel_workers = 2;
  EXPECT_THAT(reasons(workers, 1e7), ElementsAre(HasSubstr("parallel workers differ")));
  auto failing = series;
  failing.points[2].failed = true;
  EXPECT_THAT(reasons(failing, 1e7), ElementsAre(HasSubstr("it fails at 1M rows")));
  series.points.pop_back();
  EXPECT_THAT(reasons(series, 5e6), ElementsAre(HasSubstr("2 sizes")));
}

TEST(Estimate, LeavesOutTheSizesThatRanInAnotherWayWhenEnoughAreAlike) {
  StatementSeries series = series_of(measured[0]);
  const auto curve = estimate_statement(series, 5e6).duration_ms;
  for (Measured& point : series.points) point.parallel_workers = 2;
  series.points.push_back({3e4, 500, 500, 3e6, {}, 0, 0, false});
  series.points.push_back({1e4, 2, 2, 1e6, {}, {}, 0, false});
  const auto estimate = estimate_statement(series, 5e6);
  EXPECT_THAT(estimate.notes, ElementsAre("30k rows left out: other parallel workers than at 1M rows"));
  series.points.pop_back();
  EXPECT_NEAR(estimate_statement(series, 5e6).duration_ms->central, curve->central, 1e-9);
}

TEST(Estimate, OneRepetitionThatMetACheckpointIsNoOtherWay) {
  StatementSeries series = series_of(measured[0]);
  for (int repetition = 0; repetition < 3; ++repetition) {
    for (const double rows : {1e5, 3e5, 1e6}) series.points.push_back({rows, rows / 1e4, 1, 1, 0, {}, 0, false});
  }
  series.points.back().checkpoints = 1;
  EXPECT_THAT(estimate_statement(series, 5e6).refusals, IsEmpty());
  EXPECT_THAT(estimate_statement(series, 5e6).notes, IsEmpty());
}

// One run at `rows`: up rewrites in time with the rows, then waits in the same transaction; down is instant.
Analysis rehearsed(double rows, int checkpoints = 0) {
  testing::Story story;
  const double ms = rows / 1000;
  story.pass("quiet", {{"up", 2 * ms + 10}, {"after_up", 10}, {"down", 10}});
  auto first = story.statement("up", "ALTER TABLE users ADD COLUMN s float8 DEFAULT random()", 0, ms);
  auto second = story.statement("up", "UPDATE users SET s = 1", ms, 2 * ms);
  first.locks = {story.lock("AccessExclusiveLock", "public.users", 0, 2 * ms)};
  second.locks = {story.lock("ExclusiveLock", "public.users", ms, 2 * ms)};
  first.rewrites = {"public.users"};
  first.wal_bytes = second.wal_bytes = static_cast<std::uint64_t>(100 * rows);
  second.checkpoints = checkpoints;
  auto down = story.statement("down", "ALTER TABLE users DROP COLUMN s", 2 * ms + 21, 2 * ms + 24);
  down.wal_bytes = 0;
  story.append(first).append(second).append(down);
  return analysed(story);
}

TEST(Estimate, SumsUpAndDownAndTheLocksWithoutCountingTwice) {
  const Analysis small = rehearsed(1e5), middle = rehearsed(3e5), large = rehearsed(1e6);
  const Estimate result = estimate({{1e5, &small}, {3e5, &middle}, {1e6, &large}}, 1e7);
  ASSERT_EQ(result.statements.size(), 3u);
  EXPECT_THAT(result.refusals, IsEmpty());
  EXPECT_THAT(result.sizes, ElementsAre(1e5, 3e5, 1e6));
  EXPECT_NEAR(result.up_ms->low, 20000, 300);
  EXPECT_NEAR(result.down_ms->high, 6, 1e-6);
  EXPECT_NEAR(result.held_ms->low, 20000, 300) << "the two locks overlap";
  EXPECT_NEAR(*result.wal_bytes, 2e9, 1e3);
  Analysis failing = rehearsed(1e6);
  failing.passes[0].statements[1].statement.sqlstate = "57014";
  const Estimate partial = estimate({{1e5, &small}, {3e5, &middle}, {1e6, &failing}}, 1e7);
  EXPECT_FALSE(partial.up_ms) << "the other statement of up alone is no sum";
  EXPECT_TRUE(partial.down_ms);
  const Analysis unlike = rehearsed(1e6, 2);
  const Estimate checkpointed = estimate({{1e5, &small}, {3e5, &middle}, {1e6, &unlike}}, 1e7);
  EXPECT_FALSE(checkpointed.up_ms || checkpointed.held_ms) << "as the record says";
  EXPECT_THAT(checkpointed.refusals, ElementsAre(HasSubstr("7/up.sql:1: not estimated because checkpoints during it")));
  const Estimate refused = estimate({{1e5, &small}, {3e5, &middle}, {1e6, &large}}, 1e9);
  EXPECT_FALSE(refused.up_ms);
  EXPECT_THAT(refused.refusals.front(), HasSubstr("7/up.sql:1: not estimated because"));
}

}  // namespace
}  // namespace pgrehearse::analyse
