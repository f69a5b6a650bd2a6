// The report on how near generated rows come to what was asked for.
#include "harness/profile/fidelity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/profile/marks.hpp"

namespace pgrehearse::profile {
namespace {

using generators::ColumnStatistics;
using generators::Mark;
using generators::TableStatistics;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TableStatistics table(const ColumnStatistics& column, std::uint64_t rows = 10'000) {
  TableStatistics made;
  made.schema = "public";
  made.name = "t";
  made.rows = rows;
  made.columns["c"] = column;
  return made;
}

ColumnFidelity compared(const ColumnStatistics& target, const ColumnStatistics& achieved,
                        std::uint64_t target_rows = 10'000, std::uint64_t rows = 10'000) {
  const auto fidelity = compare({table(target, target_rows)}, {table(achieved, rows)});
  EXPECT_EQ(fidelity.tables.size(), 1u);
  EXPECT_EQ(fidelity.tables.at(0).columns.size(), 1u);
  return fidelity.tables.at(0).columns.at(0);
}

// A fifth are 50, the rest is spread evenly from 0 to 100.
ColumnStatistics numbers() {
  ColumnStatistics column;
  column.type = "integer";
  column.null_fraction = 0;
  column.distinct = 100;
  column.average_width = 4;
  column.correlation = 0.5;
  column.marks = {known("0"), known("25"), known("50", 0.2), known("50"), known("75"), known("100")};
  return column;
}

ColumnStatistics texts() {
  ColumnStatistics column;
  column.type = "text";
  column.distinct = -0.5;
  column.average_width = 12;
  column.correlation = 0;
  column.marks = {hidden(4), hidden(10, 0.25), hidden(6), hidden(12, 0.125), hidden(20)};
  return column;
}

TEST(Fidelity, IsCompleteForTheSameStatistics) {
  for (const auto& column : {numbers(), texts()}) {
    const auto result = compared(column, column);
    EXPECT_THAT(result.missed, IsEmpty()) << result.name;
    EXPECT_EQ(result.distinct_ratio, 1);
    EXPECT_EQ(result.common, 0);
    EXPECT_EQ(result.distribution, 0);
    EXPECT_EQ(result.correlation, 0);
    EXPECT_EQ(result.width_ratio, 1);
  }
  EXPECT_TRUE(compared(numbers(), numbers()).by_value);
  EXPECT_EQ(compared(numbers(), numbers()).measures, 6);
  EXPECT_FALSE(compared(texts(), texts()).by_value);
  EXPECT_EQ(compared(texts(), texts()).measures, 7);
}

TEST(Fidelity, MeasuresWhatDiffers) {
  ColumnStatistics other = numbers();
  other.null_fraction = 0.1;
  other.distinct = 50;
  other.average_width = 6;
  other.correlation = 0;
  other.marks[2].frequency = 0.3;
  const auto result = compared(numbers(), other);
  EXPECT_DOUBLE_EQ(result.null_fraction, 0.1);
  EXPECT_EQ(result.distinct_ratio, 0.5);
  EXPECT_DOUBLE_EQ(result.common.value(), 0.05);
  EXPECT_EQ(result.correlation, 0.5);
  EXPECT_EQ(result.width_ratio, 1.5);
  EXPECT_THAT(result.missed,
              ElementsAre("null_fraction", "distinct", "common", "distribution", "correlation", "width"));
}

// The greatest gap between the two lines: an even spread over 0 to 100 against one over 20 to 120.
TEST(Fidelity, ComparesDistributionsByValue) {
  ColumnStatistics asked, shifted;
  asked.type = shifted.type = "numeric(10,2)";
  asked.average_width = shifted.average_width = 5;
  asked.marks = {known("0"), known("50.00"), known("100")};
  shifted.marks = {known("20"), known("70"), known("120")};
  EXPECT_DOUBLE_EQ(compared(asked, shifted).distribution.value(), 0.2);
  ColumnStatistics finer = asked;
  finer.marks = {known("0"), known("25"), known("50"), known("75"), known("100")};
  EXPECT_DOUBLE_EQ(compared(asked, finer).distribution.value(), 0) << "more bounds of the same spread";
  ColumnStatistics one_value = asked;
  one_value.marks = {known("50", 1)};
  EXPECT_DOUBLE_EQ(compared(asked, one_value).distribution.value(), 0.5);
}

TEST(Fidelity, ComparesTimesAndTruthValuesToo) {
  ColumnStatistics asked, later;
  asked.type = later.type = "timestamp with time zone";
  asked.average_width = later.average_width = 8;
  asked.marks = {known("2024-01-01 00:00:00+00"), known("2024-01-11 00:00:00+00")};
  later.marks = {known("2024-01-02 00:00:00+00"), known("2024-01-12 00:00:00+00")};
  EXPECT_NEAR(compared(asked, later).distribution.value(), 0.1, 1e-9);
  ColumnStatistics truth, lies;
  truth.type = lies.type = "boolean";
  truth.average_width = lies.average_width = 1;
  truth.marks = {known("f", 0.25), known("t", 0.75)};
  lies.marks = {known("f", 0.5), known("t", 0.5)};
  EXPECT_DOUBLE_EQ(compared(truth, lies).distribution.value(), 0.25);
  EXPECT_DOUBLE_EQ(compared(truth, lies).common.value(), 0.25);
}

// Labels of an enum have no position that could be told here: compared where both have a common value.
TEST(Fidelity, ComparesOrderedWordsAtCommonValues) {
  ColumnStatistics asked, other;
  asked.type = other.type = "mood";
  asked.average_width = other.average_width = 4;
  asked.marks = {known("sad", 0.5), known("calm", 0.25), known("glad", 0.25)};
  other.marks = {known("sad", 0.25), known("calm", 0.5), known("glad", 0.25)};
  EXPECT_DOUBLE_EQ(compared(asked, other).distribution.value(), 0.25);
  EXPECT_DOUBLE_EQ(compared(asked, other).common.value(), 0.25);
}

// ANALYZE lists a value or does not by luck where many are about as frequent.
TEST(Fidelity, ForgivesAValueThatOneSideDoesNotListAsFarAsItsLeastShareGoes) {
  ColumnStatistics asked = numbers(), other = numbers();
  asked.marks = {known("1", 0.3), known("2", 0.1)};
  other.marks = {known("1", 0.3), known("3", 0.1)};
  EXPECT_DOUBLE_EQ(compared(asked, other).common.value(), 0);
  other.marks = {known("1", 0.3), known("3", 0.02)};
  EXPECT_DOUBLE_EQ(compared(asked, other).common.value(), 0.04);
}

TEST(Fidelity, ComparesPrivateValuesByShareRankAndLength) {
  ColumnStatistics other = texts();
  other.marks = {hidden(4), hidden(10, 0.125), hidden(6), hidden(12, 0.25), hidden(20)};
  const auto swapped = compared(texts(), other);
  EXPECT_EQ(swapped.common, 0) << "the same shares";
  EXPECT_GT(swapped.distribution.value(), 0.1) << "in another order";
  ColumnStatistics longer = texts();
  for (Mark& mark : longer.marks) mark.length += 50;
  const auto stretched = compared(texts(), longer);
  EXPECT_EQ(stretched.distribution, 0);
  EXPECT_EQ(stretched.length, 1);
  EXPECT_THAT(stretched.missed, ElementsAre("length"));
}

// The generated side knows its values; what was asked for does not.
TEST(Fidelity, ComparesKnownWithPrivateValues) {
  ColumnStatistics made = texts();
  made.marks = {known("aaaa"), known("bbbbbbbbb\u00e9", 0.25), known("cccccc"), known("dddddddddddd", 0.125),
                known("eeeeeeeeeeeeeeeeeeee")};
  const auto result = compared(texts(), made);
  EXPECT_FALSE(result.by_value);
  EXPECT_EQ(result.length, 0);
  EXPECT_THAT(result.missed, IsEmpty());
}

// A ratio grows with the table, a number stays; more different values than rows there cannot be.
ColumnStatistics tags() {
  ColumnStatistics column;
  column.type = "text[]";
  column.average_width = 40;
  column.elements = {{known("a", 0.5), known("b", 0.3), known("c", 0.2)}, {0, 1, 1, 2, 4}, 1.5, {}};
  return column;
}

TEST(Fidelity, ComparesElementsByValueOrShare) {
  ColumnStatistics other = tags();
  EXPECT_EQ(compared(tags(), other).elements, 0);
  EXPECT_EQ(compared(tags(), other).element_count, 0);
  std::swap(other.elements->common[0].frequency, other.elements->common[2].frequency);
  auto off = compared(tags(), other);
  EXPECT_NEAR(off.elements.value(), 0.3, 1e-9);
  EXPECT_THAT(off.missed, ElementsAre("elements"));
  for (Mark& mark : other.elements->common) mark.value.reset();
  EXPECT_NEAR(compared(tags(), other).elements.value(), 0, 1e-9) << "in falling order they are the same";
  other = tags();
  other.elements->common.push_back(known("d", 0.15));
  EXPECT_EQ(compared(tags(), other).elements, 0) << "less than the least that the other side lists";
  other.elements->counts = {1, 1, 2, 3, 4};
  off = compared(tags(), other);
  EXPECT_NEAR(off.element_count.value(), 0.25, 1e-9) << "half as many have up to one, or up to two";
  EXPECT_THAT(off.missed, ElementsAre("element_count"));
}

TEST(Fidelity, ComparesLengthsAndBoundsOfRanges) {
  ColumnStatistics stays;
  stays.type = "daterange";
  stays.average_width = 14;
  stays.ranges = {0.1, 0.2, {1, 2, 7}, {"2024-01-01", "2024-02-01", "2024-03-01"}, {"2024-01-03", "2024-02-01", ""}};
  ColumnStatistics other = stays;
  EXPECT_EQ(compared(stays, other).ranges, 0);
  other.ranges->empty_fraction = 0.2;
  EXPECT_NEAR(compared(stays, other).ranges.value(), 0.1, 1e-9);
  other = stays;
  other.ranges->unbounded_fraction = 0;
  EXPECT_NEAR(compared(stays, other).ranges.value(), 0.2, 1e-9);
  other = stays;
  other.ranges->upper[2] = "2024-03-05";
  EXPECT_NEAR(compared(stays, other).ranges.value(), 0.25, 1e-9);
  other.ranges->lower.clear();
  other.ranges->upper.clear();
  EXPECT_EQ(compared(stays, other).ranges, 0) << "private bounds are not compared";
  other.ranges.reset();
  EXPECT_FALSE(compared(stays, other).ranges.has_value());
}

TEST(Fidelity, ExpectsDistinctValuesByTheGeneratedRows) {
  ColumnStatistics ratio = texts(), number = texts(), small = texts();
  ratio.distinct = -0.5;
  number.distinct = 5000;
  EXPECT_EQ(compared(ratio, number, 1000, 10'000).distinct_ratio, 1);
  small.distinct = -1;
  EXPECT_EQ(compared(number, small, 1'000'000, 1000).distinct_ratio, 1);
  ColumnStatistics unknown = texts();
  unknown.distinct = 0;
  EXPECT_FALSE(compared(unknown, number).distinct_ratio.has_value());
}

TEST(Fidelity, LeavesOutWhatNobodyKnows) {
  ColumnStatistics unknown;
  unknown.type = "text";
  ColumnStatistics retyped = texts();
  retyped.type = "integer";
  EXPECT_THAT(compare({table(texts())}, {table(retyped)}).tables.at(0).columns, IsEmpty());
  const auto fidelity = compare({table(unknown)}, {table(texts())});
  EXPECT_THAT(fidelity.tables.at(0).columns, IsEmpty());
  EXPECT_EQ(fidelity.tables.at(0).score(), 1);
  EXPECT_THAT(compare({table(texts())}, {table(texts(), 0)}).tables, IsEmpty()) << "an empty table";
  EXPECT_THAT(compare({table(texts())}, {}).tables, IsEmpty());
  EXPECT_THAT(fidelity_text({}), HasSubstr("nothing to compare"));
}

TEST(Fidelity, IsScoredAndTold) {
  TableStatistics target = table(numbers()), achieved = target;
  target.columns["d"] = achieved.columns["d"] = texts();
  achieved.columns["c"].correlation = -0.5;
  achieved.columns["c"].average_width = 8;
  const auto fidelity = compare({target}, {achieved}, 0.5);
  EXPECT_EQ(fidelity.tables.at(0).rows_asked, 5000u);
  EXPECT_DOUBLE_EQ(fidelity.tables.at(0).score(), 11.0 / 13);
  EXPECT_EQ(fidelity.tables.at(0).columns_met(), 1u);
  EXPECT_THAT(summary_lines(fidelity),
              ElementsAre("public.t: the rows meet 84 % of the shape's measures; off in c (correlation, width)"));
  const auto json = nlohmann::json::parse(fidelity_json(fidelity));
  EXPECT_EQ(json.at("format"), "pgrehearse-fidelity/1");
  const auto& column = json.at("tables").at(0).at("columns").at(0);
  EXPECT_EQ(column.at("width_ratio"), 2);
  EXPECT_TRUE(column.at("length").is_null());
  EXPECT_EQ(column.at("missed"), (nlohmann::json{"correlation", "width"}));
  EXPECT_THAT(fidelity_text(fidelity), HasSubstr("public.t: 85 % of 13 measures met, 1 of 2 columns in all"));
}

}  // namespace
}  // namespace pgrehearse::profile
