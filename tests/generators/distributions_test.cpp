// The user's distributions against what theory says of them, at fixed seeds.
#include <cmath>
#include <map>
#include <numeric>

#include "generators/distribution_picks.hpp"
#include "generators/hints.hpp"
#include "generators/values.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kDrawn = 200'000;
constexpr base::Seed kSeed{7};

// ---- Zipf
// ------------------------------------------------------------------------------------------------------------

class ZipfRanks : public ::testing::TestWithParam<double> {};

TEST_P(ZipfRanks, ComeAsOftenAsTheLawSays) {
  constexpr std::uint64_t size = 1000;
  Zipf zipf(kSeed, GetParam(), size);
  std::vector<double> counts(size);
  for (std::uint64_t row = 0; row < kDrawn; ++row) {
    std::uint64_t rank = zipf.at(row);
    ASSERT_LT(rank, size);
    ++counts[rank];
  }
  double harmonic = 0;
  for (std::uint64_t k = 1; k <= size; ++k) harmonic += std::pow(k, -GetParam());
  double chi_square = 0;
  for (std::uint64_t k = 1; k <= size; ++k) {
    double expected = kDrawn * std::pow(k, -GetParam()) / harmonic;
    if (expected >= 5) chi_square += (counts[k - 1] - expected) * (counts[k - 1] - expected) / expected;
  }
  // 999 degrees of freedom at most: mean 999, standard deviation 45.
  EXPECT_LT(chi_square, 999 + 4 * 45);
}

INSTANTIATE_TEST_SUITE_P(Exponents, ZipfRanks, ::testing::Values(0.2, 0.8, 1.0, 1.1, 2.0));

TEST(ZipfLaw, HoldsAtItsEdges) {
  EXPECT_EQ(Zipf(kSeed, 1.5, 1).at(3), 0u);
  Zipf steep(kSeed, 10, kPlenty);
  std::uint64_t firsts = 0;
  for (std::uint64_t row = 0; row < 10'000; ++row) firsts += steep.at(row) == 0 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(firsts), 9990, 20);  // 1 / zeta(10) = 0.999
  EXPECT_EQ(Zipf(kSeed, 1, 100).at(5), Zipf(kSeed, 1, 100).at(5));
}

// ---- normal and log-normal
// --------------------------------------------------------------------------------------------

std::vector<double> sorted_numbers(const Generator& generator, std::size_t column) {
  std::vector<double> numbers;
  for (std::uint64_t row = 0; row < generator.rows(0); ++row)
    if (auto text = generator.text(0, row, column)) numbers.push_back(std::stod(*text));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}
double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size()))];
}

Generator with(Column column, std::uint64_t rows = kDrawn) { return planned({table("t", rows, {std::move(column)})}); }
Column of(Kind kind, std::string name, const Override& wanted) {
  Column made = column(std::move(name), type_of(kind, std::string(name)));
  made.override_ = wanted;
  return made;
}

TEST(Normal, HasItsMomentsAndQuantiles) {
  Override wanted;
  wanted.normal = {{50.0, 12.5}};
  for (Kind kind : {Kind::float8, Kind::int4, Kind::numeric}) {
    auto numbers = sorted_numbers(with(of(kind, "x", wanted)), 0);
    double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / kDrawn;
    double square = 0;
    for (double number : numbers) square += (number - mean) * (number - mean);
    EXPECT_NEAR(mean, 50, 0.12);
    EXPECT_NEAR(std::sqrt(square / kDrawn), 12.5, 0.1);
    EXPECT_NEAR(quantile(numbers, 0.8413), 62.5, 0.6);
    EXPECT_NEAR(quantile(numbers, 0.0228), 25, 0.6);
  }
}

TEST(Normal, StopsAtTheColumnsLimits) {
  Override wanted;
  wanted.normal = {{10.0, 100.0}};
  Column small = of(Kind::int2, "x", wanted);
  small.limits.minimum = 0;
  auto numbers = sorted_numbers(with(small, 10'000), 0);
  EXPECT_EQ(numbers.front(), 0);
  wanted.normal = {{0.0, 1e9}};
  numbers = sorted_numbers(with(of(Kind::int2, "x", wanted), 1000), 0);
  EXPECT_EQ(numbers.front(), -32767);
  EXPECT_EQ(numbers.back(), 32767);
}

TEST(LogNormal, HasItsQuantiles) {
  Override wanted;
  wanted.log_normal = {{40.0, 1.1}};
  auto numbers = sorted_numbers(with(of(Kind::numeric, "x", wanted)), 0);
  EXPECT_NEAR(quantile(numbers, 0.5), 40, 0.6);
  EXPECT_NEAR(quantile(numbers, 0.8413) / (40 * std::exp(1.1)), 1, 0.02);
  EXPECT_NEAR(quantile(numbers, 0.1587) / (40 * std::exp(-1.1)), 1, 0.02);
  EXPECT_GE(numbers.front(), 0);
  double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / kDrawn;
  EXPECT_NEAR(mean / (40 * std::exp(1.1 * 1.1 / 2)), 1, 0.02);
}

// ---- periods
// -----------------------------------------------------------------------------------------------------------

TEST(Period, FollowsTheDayAndTheWeek) {
  constexpr std::uint64_t hour = 3'600'000'000;
  constexpr std::uint64_t length = 24 * 7 * 10 * hour;
  Rhythm rhythm(kSeed, kDrawn, 0, length, 0.8, 0.4);  // ten weeks from a Saturday
  std::vector<double> by_hour(24), by_day(7);
  std::uint64_t before = 0;
  for (std::uint64_t row = 0; row < kDrawn; ++row) {
    std::uint64_t at = rhythm.at(row);
    ASSERT_LT(at, length);
    ASSERT_GE(at, before);  // in the order of the rows
    before = at;
    ++by_hour[at / hour % 24];
    ++by_day[at / hour / 24 % 7];
  }
  for (std::size_t h = 0; h < 24; ++h) {
    double rate = 1 + 0.8 * std::cos(2 * M_PI * (static_cast<double>(h) + 0.5 - 15) / 24);
    EXPECT_NEAR(by_hour[h] / (kDrawn / 24.0), rate, 0.05) << h;
  }
  for (std::size_t day = 0; day < 7; ++day) EXPECT_NEAR(by_day[day] / kDrawn, (day < 2 ? 0.6 : 1) / 6.2, 0.005) << day;
}

TEST(Period, IsLevelWithoutRhythm) {
  constexpr std::uint64_t length = 1'000'003;
  Rhythm rhythm(kSeed, 1000, 123'456'789'012'345, length, 0, 0);
  for (std::uint64_t row = 0; row < 1000; ++row)
    EXPECT_NEAR(static_cast<double>(rhythm.at(row)), (static_cast<double>(row) + 0.5) * length / 1000, length / 1000);
  EXPECT_LT(rhythm.at(5000), length);
}

TEST(Period, MakesDatesAndTimestamps) {
  Override wanted;
  wanted.period = {"2025-03-01", "2025-04-01", 0.5, 0.3};
  for (Kind kind : {Kind::date, Kind::timestamp, Kind::timestamptz}) {
    Generator generator = with(of(kind, "at", wanted), 10'000);
    EXPECT_TRUE(generator.text(0, 0, 0)->starts_with("2025-03-01"));
    EXPECT_TRUE(generator.text(0, 9'999, 0)->starts_with("2025-03-31"));
  }
}

// ---- sequences, kinds, lengths
// -------------------------------------------------------------------------------------------

TEST(Sequence, CountsFromItsStart) {
  Override wanted;
  wanted.sequence = {"100", -2.5};
  Generator numbers = with(of(Kind::numeric, "x", wanted), 10);
  EXPECT_EQ(numbers.text(0, 0, 0), "100.00");
  EXPECT_EQ(numbers.text(0, 9, 0), "77.50");
  wanted.sequence = {"2025-01-31", 1};
  EXPECT_EQ(with(of(Kind::date, "d", wanted), 10).text(0, 1, 0), "2025-02-01");
  wanted.sequence = {"2025-01-31 10:00:00", 90};
  EXPECT_EQ(with(of(Kind::timestamp, "d", wanted), 10).text(0, 2, 0), "2025-01-31 10:03:00");
}

TEST(Sequence, MayBeAKey) {
  Override wanted;
  wanted.sequence = {"5", 5};
  TableShape shape = table("t", 100, {of(Kind::int4, "x", wanted)});
  shape.keys = {key({0})};
  Generator generator = planned({shape});
  EXPECT_EQ(generator.text(0, 99, 0), "500");
}

TEST(Kinds, MakeTextsOfTheirLook) {
  Override wanted;
  for (const std::string& word : style_names()) {
    wanted.kind = word;
    Generator generator = with(of(Kind::text, "x", wanted), 100);
    EXPECT_FALSE(generator.text(0, 1, 0)->empty()) << word;
  }
  wanted.kind = "email";
  EXPECT_TRUE(with(of(Kind::text, "title", wanted), 5).text(0, 0, 0)->ends_with("@example.com"));
}

TEST(Length, BoundsTexts) {
  Override wanted;
  wanted.length = {20, 3000};
  Generator generator = with(of(Kind::text, "x", wanted), 2000);
  std::size_t longest = 0;
  for (std::uint64_t row = 0; row < 2000; ++row) {
    std::size_t size = generator.text(0, row, 0)->size();
    EXPECT_GE(size, 20u);
    EXPECT_LE(size, 3000u);
    longest = std::max(longest, size);
  }
  EXPECT_GT(longest, 2500u);
}

// ---- what cannot be
// -----------------------------------------------------------------------------------------------------

std::string mistake(Column column, bool unique = false, std::uint64_t rows = 1000) {
  TableShape shape = table("t", rows, {std::move(column)});
  if (unique) shape.keys = {key({0})};
  auto generator = Generator::plan({{shape}, kSeed});
  return generator ? "" : base::to_string(generator.errors().front());
}

TEST(Mistakes, NameTheColumnAndTheWayOut) {
  using ::testing::HasSubstr;
  Override normal, sequence, period, kind;
  normal.normal = {{1.0, 1.0}};
  sequence.sequence = {"1", 1};
  period.period = {"2025-02-01", "2025-01-01", 0.5, 0.5};
  kind.kind = "url";
  EXPECT_THAT(mistake(of(Kind::text, "x", normal)), HasSubstr("public.t: column x: `normal` makes numbers, not"));
  EXPECT_THAT(mistake(of(Kind::int4, "x", normal), true), HasSubstr("a key allows each value once"));
  EXPECT_THAT(mistake(of(Kind::int2, "x", sequence), false, 40'000), HasSubstr("after 32767 of 40000 rows"));
  EXPECT_THAT(mistake(of(Kind::date, "x", period)), HasSubstr("the period from 2025-02-01 to 2025-01-01 is empty"));
  EXPECT_THAT(mistake(of(Kind::int4, "x", kind)), HasSubstr("`kind` makes text, not"));
  period.period->to = "soon";
  EXPECT_THAT(mistake(of(Kind::date, "x", period)), HasSubstr("\"soon\" cannot be read as"));
}

// ---- Zipf of columns and of parents
// -----------------------------------------------------------------------------------

TEST(ZipfOfColumns, PrefersTheFirstOfAList) {
  Override wanted;
  wanted.values = {"a", "b", "c"};
  wanted.zipf = 1;
  Generator generator = with(of(Kind::text, "x", wanted), 11'000);
  std::map<std::string, int> counts;
  for (std::uint64_t row = 0; row < 11'000; ++row) ++counts[*generator.text(0, row, 0)];
  EXPECT_NEAR(counts["a"], 6000, 200);
  EXPECT_NEAR(counts["b"], 3000, 200);
  EXPECT_NEAR(counts["c"], 2000, 200);
}

TEST(ZipfOfColumns, SpreadsChildrenOverParents) {
  TableShape parents = table("parents", 1000, {serial("id")});
  parents.keys = {key({0}, true)};
  TableShape children = table("children", 50'000, {column("parent", type_of(Kind::int8))});
  children.foreign_keys = {reference({0}, 0, {0})};
  Override wanted;
  wanted.zipf = 1;
  children.columns[0].override_ = wanted;
  Generator generator = planned({parents, children});
  std::map<std::string, double> counts;
  for (std::uint64_t row = 0; row < 50'000; ++row) ++counts[*generator.text(1, row, 0)];
  double most = 0;
  for (const auto& [parent, count] : counts) most = std::max(most, count);
  EXPECT_NEAR(most / 50'000, 1 / 7.485, 0.006);  // the 1000th harmonic number
}

}  // namespace
}  // namespace pgrehearse::generators::testing
