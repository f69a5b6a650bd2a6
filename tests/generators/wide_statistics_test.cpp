// Texts that are stored apart, lengths that the user decides, and ranges.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "generators/statistical_values.hpp"
#include "generators/text_lengths.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr int kWide = 10'000;

struct WideColumn {
  Type type = text();
  ColumnStatistics statistics;
  Limits limits;
  Override user;

  StatisticalValues make() const {
    Wanted wanted{"body", &type, &limits, user.length ? &user : nullptr, false, kWide, base::Seed{5}};
    auto made = make_statistical_values({wanted, statistics, 0});
    EXPECT_TRUE(made.has_value());
    return std::move(*made);
  }
  std::vector<std::string> rows() const {
    const StatisticalValues made = make();
    std::vector<std::string> texts;
    for (int row = 0; row < kWide; ++row) {
      texts.emplace_back();
      made.values->text(made.distribution->number(base::Seed{7}.unit(static_cast<std::uint64_t>(row))), texts.back());
    }
    return texts;
  }
};

WideColumn texts() {
  WideColumn column;
  column.statistics.distinct = -1;
  column.statistics.average_width = 201;
  column.statistics.marks = {{{}, 100, 0}, {{}, 200, 0}, {{}, 200, 0}, {{}, 300, 0}};
  return column;
}

// How much of a text is none of its most frequent blocks of eight letters.
double random_share(const std::string& text) {
  std::map<std::string, std::size_t> blocks;
  for (std::size_t i = 0; i + 8 <= text.size(); ++i) ++blocks[text.substr(i, 8)];
  std::size_t once = 0;
  for (const auto& [block, count] : blocks) once += count == 1 ? 1 : 0;
  return static_cast<double>(once) / static_cast<double>(text.size());
}

TEST(WideTexts, AreAsHardToCompressAsTheSampledOnes) {
  for (double share : {0.02, 0.5, 1.0}) {
    WideColumn column = texts();
    column.statistics.widths = {3'000, 4'000, 5'000};
    column.statistics.stored_share = share;
    EXPECT_NEAR(random_share(column.rows().front()), share, 0.15) << share;
  }
}

// pglz leaves alone what saves less than a quarter.
TEST(WideTexts, ThatCompressALittleAreTheLongerOnes) {
  WideColumn column = texts();
  column.statistics.widths = {2'000, 3'000, 4'000, 5'000};
  column.statistics.stored_share = 0.82;  // half of the bytes save 35 %
  auto rows = column.rows();
  rows.resize(100);
  for (const std::string& text : rows)
    EXPECT_NEAR(random_share(text), text.size() <= 4'005 ? 1 : 0.55, 0.15) << text.size();
}

// A mark of the sample is enough: others in the row may be wide.
TEST(WideTexts, CompressThoughNoneIsWideByItself) {
  WideColumn column = texts();
  column.statistics.widths = {900, 1'000, 1'100};
  column.statistics.stored_share = 0.03;
  EXPECT_LT(random_share(column.rows().front()), 0.1);
}

// Four bytes for each name and each value, twelve for each number in a list, by three of text.
TEST(WideDocuments, AreAsWideByTheirTextAsTheSampledOnes) {
  WideColumn column = texts();
  column.type = type_of(Kind::jsonb, "jsonb", 3802);
  column.statistics.widths = {400, 500, 600};
  column.statistics.stored_share = 1;  // so that lengths stay as they are
  for (auto [share, numbers] : {std::pair{1.0, 0.0}, {1.3, 14.9}, {2.0, 53.8}}) {
    column.statistics.plain_share = share;
    double found = 0;
    for (const std::string& text : column.rows()) {
      EXPECT_NEAR(static_cast<double>(text.size()), 500, 101);
      const std::size_t from = text.find('[') + 1, to = text.find(']');
      ASSERT_NE(to, std::string::npos) << text;
      found += static_cast<double>((to - from + 2) / 3) / kWide;
    }
    EXPECT_NEAR(found, numbers, 1.5) << share;
  }
}

// jsonb puts objects with fewer keys first, and arrays with fewer entries: {"late": false, "delay": 7} beside others.
TEST(ShortDocuments, StandInTheOrderOfTheirNumbersWithLongerOnes) {
  WideColumn column = texts();
  column.type = type_of(Kind::jsonb, "jsonb", 3802);
  column.statistics.distinct = 300;
  column.statistics.marks = {{{}, 27, 0}, {{}, 29, 0.1}, {{}, 29, 0}, {{}, 40, 0}, {{}, 27, 0}};
  for (const double width : {44.0, 60.0, 80.0}) {
    column.statistics.average_width = width;
    const StatisticalValues made = column.make();
    const std::regex form(R"re(\{"id": \[(\d+)(\.0+)?, ("[a-z ]*"|\["[a-z ]*"(, 1)+\])\]\})re");
    std::uint64_t before = 0;
    for (std::uint64_t number = 0; number < made.distribution->size(); ++number) {
      std::string text;
      made.values->text(number, text);
      std::smatch parts;
      ASSERT_TRUE(std::regex_match(text, parts, form)) << text;
      ASSERT_TRUE(number == 0 || std::stoull(parts[1]) > before) << text;
      before = std::stoull(parts[1]);
    }
  }
}

TEST(WideTexts, FillToastWhereNobodySampledThem) {
  WideColumn column = texts();
  column.statistics.apart = 300;  // bytes a row
  column.statistics.average_width = 180;
  double apart = 0, width = 0;
  for (const std::string& text : column.rows()) {
    const bool wide = text.size() > 2'032;
    apart += (wide ? 0.6 * static_cast<double>(text.size()) : 0) / kWide;
    width += (wide ? 18 : stored_width(static_cast<double>(text.size()))) / kWide;
  }
  EXPECT_NEAR(apart, 300, 60);
  EXPECT_NEAR(width, 180, 6);
}

TEST(WideTexts, SampledLengthsOfCommonValuesAreTheirs) {
  WideColumn column = texts();
  column.statistics.distinct = -0.5;
  column.statistics.average_width = 100;
  column.statistics.marks = {{{}, 10, 0.5}, {{}, 100, 0}, {{}, 200, 0}};
  column.statistics.widths = {10, 10, 10, 200, 200};
  int between = 0, shorter = 0;
  for (const std::string& text : column.rows()) {
    shorter += text.size() <= 12 ? 1 : 0;
    between += text.size() > 12 && text.size() < 150 ? 1 : 0;
  }
  EXPECT_NEAR(shorter, 0.5 * kWide, 0.05 * kWide) << "the common one alone";
  EXPECT_LT(between, 0.3 * kWide);
}

TEST(Lengths, OfTheUserWinOverStatistics) {
  WideColumn column = texts();
  column.statistics.marks = {{"a short one", 0, 0.3}, {std::string(400, 'k'), 0, 0}, {std::string(400, 'x'), 0, 0}};
  column.user.length = Override::Length{20, 40};
  column.limits.length_minimum = 20;
  column.limits.length_maximum = 40;
  for (const std::string& text : column.rows()) {
    EXPECT_GE(text.size(), 20u);
    EXPECT_LE(text.size(), 40u);
  }
}

struct Bounds {
  bool empty = false;
  std::optional<int> lower, upper;
};

Bounds bounds_of(const std::string& text) {
  Bounds bounds;
  bounds.empty = text == "empty";
  if (bounds.empty) return bounds;
  const std::size_t comma = text.find(',');
  if (text.starts_with("[\"")) bounds.lower = std::stoi(text.substr(2));
  if (text[comma + 1] == '"') bounds.upper = std::stoi(text.substr(comma + 2));
  return bounds;
}

WideColumn stays() {
  WideColumn column;
  column.type = type_of(Kind::int4range, "int4range", 3904);
  column.statistics.distinct = -1;
  column.statistics.average_width = 14;
  column.statistics.ranges = RangeStatistics{0.1, 0.25, {5, 10, 15}, {"100", "150", "200"}, {"110", "160", "210", ""}};
  return column;
}

TEST(RangeStatistics, AreThoseOfTheRows) {
  double empty = 0, unbounded = 0, least = 1'000, most = 0, lengths = 0, bounded = 0;
  for (const std::string& text : stays().rows()) {
    const Bounds bounds = bounds_of(text);
    empty += bounds.empty ? 1 : 0;
    if (bounds.empty) continue;
    ASSERT_TRUE(bounds.lower) << text;
    least = std::min<double>(least, *bounds.lower);
    most = std::max<double>(most, *bounds.lower);
    unbounded += bounds.upper ? 0 : 1;
    if (!bounds.upper) continue;
    lengths += *bounds.upper - *bounds.lower;
    ++bounded;
  }
  EXPECT_NEAR(empty / kWide, 0.1, 0.01);
  EXPECT_NEAR(unbounded / (kWide - empty), 0.25, 0.02);
  EXPECT_NEAR(lengths / bounded, 10, 0.5);
  EXPECT_NEAR(least, 100, 2);
  EXPECT_NEAR(most, 200, 2);
}

TEST(RangeStatistics, KeepLengthsWhereBoundsArePrivate) {
  WideColumn column = stays();
  column.statistics.ranges->lower.clear();
  column.statistics.ranges->upper.clear();
  double unbounded = 0, some = 0;
  for (const std::string& text : column.rows()) {
    const Bounds bounds = bounds_of(text);
    if (bounds.empty) continue;
    ++some;
    unbounded += bounds.upper ? 0 : 1;
    if (!bounds.upper) continue;
    EXPECT_GE(*bounds.upper - *bounds.lower, 5);
    EXPECT_LE(*bounds.upper - *bounds.lower, 15);
  }
  EXPECT_NEAR(unbounded / some, 0.25, 0.02);
}

TEST(RangeStatistics, BinaryFormsHaveWhatTheTextHas) {
  WideColumn multi = stays();
  multi.type.element = std::make_shared<Type>(multi.type);
  multi.type.kind = Kind::multirange;
  const StatisticalValues one = stays().make(), many = multi.make();
  for (std::uint64_t number = 0; number < 50; ++number) {
    std::string text, both;
    one.values->text(number, text);
    many.values->text(number, both);
    EXPECT_EQ(both, text == "empty" ? "{}" : "{" + text + "}");
    const Bounds bounds = bounds_of(text);
    const std::size_t size = 1 + (bounds.lower ? 8u : 0u) + (bounds.upper ? 8u : 0u);
    EXPECT_EQ(encoded([&](Output& out) { one.values->binary(number, out); }).size(), size) << text;
    EXPECT_EQ(encoded([&](Output& out) { many.values->binary(number, out); }).size(), bounds.empty ? 4 : 4 + 4 + size)
        << text;
  }
}

WideColumn many_stays() {
  WideColumn multi = stays();
  multi.type.element = std::make_shared<Type>(multi.type);
  multi.type.kind = Kind::multirange;
  multi.statistics.ranges->empty_fraction = multi.statistics.ranges->unbounded_fraction = 0;
  multi.statistics.ranges->upper.pop_back();
  return multi;
}

// One int4range in a multirange takes 21 bytes in a row, each further one about 13.
TEST(RangeStatistics, MultirangesHaveAsManyRangesAsTheirWidthAsksFor) {
  WideColumn multi = many_stays();
  for (bool known : {true, false}) {
    if (!known) multi.statistics.ranges.reset();
    for (auto [width, pieces] : {std::pair{21.0, 1.0}, {41.0, 2.5}}) {
      multi.statistics.average_width = width;
      double ranges = 0;
      for (const std::string& text : multi.rows())
        ranges += static_cast<double>(std::count(text.begin(), text.end(), '['));
      EXPECT_NEAR(ranges / kWide, pieces, 0.25) << known << width;
    }
  }
}

// So that the server merges none of them.
TEST(RangeStatistics, RangesOfAMultirangeLieApart) {
  WideColumn multi = many_stays();
  multi.statistics.average_width = 60;
  for (const std::string& text : multi.rows()) {
    std::vector<int> bounds;
    std::string digits = std::regex_replace(text, std::regex("[^0-9]+"), " ");
    for (std::stringstream stream(digits); stream >> bounds.emplace_back();) {
    }
    bounds.pop_back();
    ASSERT_EQ(bounds.size() % 2, 0u) << text;
    EXPECT_EQ(std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()), bounds.end()) << text;
    EXPECT_LE(bounds.back() - bounds.front(), 15) << text;
  }
}

}  // namespace
}  // namespace pgrehearse::generators::testing
