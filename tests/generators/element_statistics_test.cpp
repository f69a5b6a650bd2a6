// Arrays and text vectors with the elements that statistics ask for.
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "generators/array_text.hpp"
#include "generators/element_counts.hpp"
#include "generators/element_draw.hpp"
#include "generators/statistical_values.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr int kArrays = 20'000;

struct ArrayColumn {
  Type type;
  ColumnStatistics statistics;
  Limits limits;

  StatisticalValues make() const {
    Wanted wanted{"tags", &type, &limits, nullptr, false, kArrays, base::Seed{5}};
    auto made = make_statistical_values({wanted, statistics, statistics.null_fraction});
    EXPECT_TRUE(made.has_value());
    return std::move(*made);
  }
};

Type array_of(Type element) {
  Type type = type_of(Kind::array, element.name + "[]", 1007);
  type.element = std::make_shared<Type>(std::move(element));
  return type;
}

// What rows hold, as ANALYZE would count it.
struct Counted {
  std::map<std::string, double> shares;  // of rows with the element
  std::map<std::size_t, double> counts;  // of different elements
  std::set<std::string> arrays;
  double nulls = 0, repeated = 0;  // with a null element; with an element twice
};

Counted count(const StatisticalValues& made) {
  Counted counted;
  for (int row = 0; row < kArrays; ++row) {
    std::string text;
    made.values->text(made.distribution->number((row + 0.5) / kArrays), text);
    counted.arrays.insert(text);
    auto elements = parse_array(text, ',');
    EXPECT_TRUE(elements.has_value()) << text;
    std::set<std::string> different;
    bool null = false;
    for (const auto& element : *elements) element ? void(different.insert(*element)) : void(null = true);
    for (const std::string& element : different) counted.shares[element] += 1.0 / kArrays;
    counted.counts[different.size()] += 1.0 / kArrays;
    counted.repeated += different.size() + (null ? 1 : 0) < elements->size() ? 1.0 / kArrays : 0;
    counted.nulls += null ? 1.0 / kArrays : 0;
  }
  return counted;
}

TEST(ArrayText, IsReadAsTheServerPrintsIt) {
  using Elements = ArrayElements;
  EXPECT_EQ(parse_array("{}", ','), Elements());
  EXPECT_EQ(parse_array("{1,NULL,3}", ','), (Elements{"1", std::nullopt, "3"}));
  EXPECT_EQ(parse_array(R"({"a, b","say \"x\"","NULL",""})", ','), (Elements{"a, b", "say \"x\"", "NULL", ""}));
  EXPECT_EQ(parse_array("{a,b;c}", ';'), (Elements{"a,b", "c"}));
  for (const char* other : {"", "{1", "{{1},{2}}", "[0:1]={1,2}", "{\"a}", "{1}x"})
    EXPECT_FALSE(parse_array(other, ','));
}

TEST(ElementDraw, PutsEachElementIntoItsShareOfSets) {
  std::vector<Stretch> stretches;
  const std::vector<double> wanted{0.9, 0.5, 0.5, 0.2, 0.9};  // the last one: of 90 elements, a hundredth each
  for (std::size_t i = 0; i < wanted.size(); ++i)
    stretches.push_back({i, i, true, true, kNowhere, wanted[i] / 3, 1, 1});
  stretches.back().values = 90;
  const auto elements = std::make_shared<Distribution>(stretches);
  const ElementDraw draw(elements, wanted, {{1, 0.2}, {2, 0.2}, {4, 0.6}});
  std::map<std::uint64_t, double> found;
  for (std::uint64_t row = 0; row < kArrays; ++row) {
    std::vector<std::uint64_t> set;
    draw.add(base::Seed{3}, row, row % 5 == 0 ? 1 : row % 5 == 1 ? 2 : 4, set);
    EXPECT_EQ(std::set(set.begin(), set.end()).size(), set.size());
    for (std::uint64_t element : set) found[element] += 1.0 / kArrays;
  }
  for (std::uint64_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i], wanted[i], 0.03) << i;
  EXPECT_NEAR(found[40], 0.01, 0.005);
}

// Up to six of 200 numbers, of which the first ones are frequent; as some application might have stored them.
std::vector<std::vector<int>> original() {
  std::vector<std::vector<int>> rows;
  for (std::uint64_t row = 0; row < kArrays; ++row) {
    std::set<int> set;
    for (std::uint64_t i = 0, size = base::Seed{1}.below(row, 7); i < size; ++i)
      set.insert(1000 + static_cast<int>(200 * std::pow(base::Seed{2}.derive(i).unit(row), 3)));
    rows.emplace_back(set.begin(), set.end());
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

// What ANALYZE would find in all of the rows. `listed`: the share above which an element is listed as common.
template <class Element>
ArrayColumn arrays_of(Type element, const std::vector<std::vector<Element>>& rows, double listed, double width) {
  using Row = std::vector<Element>;
  ArrayColumn column;
  column.type = array_of(std::move(element));
  column.statistics.rows = kArrays;
  column.statistics.average_width = width;
  std::map<Row, double> arrays;
  std::map<std::string, double> elements;
  std::vector<double> counts;
  for (const Row& row : rows) {
    arrays[row] += 1.0 / kArrays;
    for (const Element& each : row) elements[fmt::format("{}", each)] += 1.0 / kArrays;
    counts.push_back(static_cast<double>(row.size()));
  }
  column.statistics.distinct = static_cast<double>(arrays.size());
  constexpr double common = 0.001;
  auto mark = [](const Row& row, double share) {
    std::string text = fmt::format("{{{}}}", fmt::join(row, ","));
    return Mark{text, static_cast<std::uint32_t>(text.size()), share};
  };
  std::vector<Row> others;
  for (const Row& row : rows)
    if (arrays[row] <= common) others.push_back(row);
  std::map<Row, std::vector<Mark>> marks;
  for (const auto& [row, share] : arrays)
    if (share > common) marks[row].push_back(mark(row, share));
  constexpr std::size_t buckets = 100;
  for (std::size_t i = 0; i <= buckets; ++i) {
    const Row& row = others[i * (others.size() - 1) / buckets];
    marks[row].push_back(mark(row, 0));
  }
  for (const auto& [row, all] : marks)
    column.statistics.marks.insert(column.statistics.marks.end(), all.begin(), all.end());
  column.statistics.elements = ElementStatistics{};
  for (const auto& [each, share] : elements)
    if (share > listed)
      column.statistics.elements->common.push_back({each, static_cast<std::uint32_t>(each.size()), share});
  std::sort(counts.begin(), counts.end());
  for (std::size_t i = 0; i <= buckets; ++i)
    column.statistics.elements->counts.push_back(counts[i * (counts.size() - 1) / buckets]);
  for (double count : counts) column.statistics.elements->average_count += count / kArrays;
  return column;
}

ArrayColumn arrays_of_numbers() { return arrays_of(integer(), original(), 0, 33); }

void make_private(ArrayColumn& column) {
  for (auto* marks : {&column.statistics.marks, &column.statistics.elements->common})
    for (Mark& mark : *marks) mark.value.reset();
}

// Without the values.
ArrayColumn arrays_of_texts() {
  ArrayColumn column = arrays_of_numbers();
  column.type = array_of(text());
  make_private(column);
  return column;
}

// What packages provide: most a name of their own, and a fifth of those also an editor, whose name is first in none;
// some the same plugin, others the same two short names.
ArrayColumn arrays_of_names() {
  std::vector<std::vector<std::string>> rows;
  for (std::uint64_t row = 0; row < kArrays; ++row) {
    const double chance = base::Seed{1}.unit(row);
    if (chance < 0.1)
      rows.push_back({"zz-plugin"});
    else if (chance < 0.25)
      rows.push_back({"aa", "zz"});
    else
      rows.push_back({fmt::format("{:06x}-dev", base::Seed{2}.bits(row) >> 40)});
    if (chance > 0.85) rows.back().push_back("8-editor");
  }
  std::sort(rows.begin(), rows.end());
  return arrays_of(text(), rows, 1.5 / kArrays, 40);
}

std::vector<double> falling(const std::map<std::string, double>& shares) {
  std::vector<double> all;
  for (const auto& [element, share] : shares) all.push_back(share);
  std::sort(all.rbegin(), all.rend());
  return all;
}

void expect_counts(const ArrayColumn& column, const Counted& found) {
  std::map<std::size_t, double> wanted;
  for (const auto& row : original()) wanted[row.size()] += 1.0 / kArrays;
  for (auto [size, share] : wanted)
    EXPECT_NEAR(found.counts.contains(size) ? found.counts.at(size) : 0, share, 0.02) << size;
  EXPECT_NEAR(static_cast<double>(found.arrays.size()) / column.statistics.distinct, 1, 0.15);
}

TEST(ArrayStatistics, AreThoseOfTheRows) {
  const ArrayColumn column = arrays_of_numbers();
  const Counted found = count(column.make());
  double off = 0, all = 0;
  for (const Mark& mark : column.statistics.elements->common) {
    off += std::abs(mark.frequency - (found.shares.contains(*mark.value) ? found.shares.at(*mark.value) : 0));
    all += 2 * mark.frequency;
  }
  EXPECT_LT(off / all, 0.04);
  expect_counts(column, found);
}

TEST(ArrayStatistics, AreThoseOfPrivateElements) {
  const ArrayColumn column = arrays_of_texts();
  const Counted found = count(column.make());
  std::map<std::string, double> wanted;
  const ArrayColumn known = arrays_of_numbers();
  for (const Mark& mark : known.statistics.elements->common) wanted[*mark.value] = mark.frequency;
  const auto a = falling(wanted), b = falling(found.shares);
  double off = 0, all = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    off += std::abs(a[i] - (i < b.size() ? b[i] : 0));
    all += 2 * a[i];
  }
  EXPECT_LT(off / all, 0.04);
  for (const auto& [element, share] : found.shares) EXPECT_EQ(element.size(), 4u);
  expect_counts(column, found);
}

// The statistics list what came up twice at least; all the others came up once.
TEST(ArrayStatistics, RareElementsStayRare) {
  const ArrayColumn column = arrays_of_names();
  const Counted found = count(column.make());
  EXPECT_NEAR(found.shares.at("8-editor"), 0.15, 0.02);
  EXPECT_NEAR(found.shares.at("zz-plugin"), 0.1, 0.02);
  std::size_t again = 0;
  for (const auto& [element, share] : found.shares) again += share > 1.5 / kArrays ? 1 : 0;
  EXPECT_LT(again, 3 * column.statistics.elements->common.size());
  EXPECT_NEAR(static_cast<double>(found.arrays.size()) / column.statistics.distinct, 1, 0.05);
}

// The mean over all rows, of arrays that are not compressed: a header of 1 or 4 bytes, 20 more before the elements, and
// each element with a header of 4 bytes, rounded up to 4.
double mean_width(const StatisticalValues& made) {
  double sum = 0;
  for (int row = 0; row < kArrays; ++row) {
    std::string text;
    made.values->text(made.distribution->number((row + 0.5) / kArrays), text);
    double width = 20;
    const auto elements = parse_array(text, ',');
    for (const auto& element : *elements) width += std::ceil((4.0 + element->size()) / 4) * 4;
    sum += width + (width > 126 ? 4 : 1);
  }
  return sum / kArrays;
}

// Common elements are short; how long the others are follows from how wide arrays are.
TEST(ArrayStatistics, RareElementsAreAsLongAsTheWidthOfArraysSays) {
  const ArrayColumn narrow = arrays_of_names();
  ArrayColumn wide = narrow;
  wide.statistics.average_width = 90;
  const Counted usual = count(narrow.make());
  for (bool values : {true, false}) {
    if (!values) make_private(wide);
    const StatisticalValues made = wide.make();
    EXPECT_NEAR(mean_width(made) / 90, 1, 0.02);
    const Counted found = count(made);
    EXPECT_EQ(found.repeated, 0);
    for (auto [size, share] : usual.counts) EXPECT_NEAR(found.counts.at(size), share, 0.02) << size;
  }
}

// Nine rows of ten have one element, some of the others very many, which the last quantile alone does not say.
TEST(ElementCounts, HaveTheMeanThatIsAsked) {
  ElementStatistics statistics;
  statistics.counts = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 101};
  statistics.average_count = 2.5;
  const ElementCounts counts(statistics);
  double mean = 0;
  for (int i = 0; i < kArrays; ++i) mean += static_cast<double>(counts.at((i + 0.5) / kArrays)) / kArrays;
  EXPECT_NEAR(mean, 2.5, 0.05);
  EXPECT_EQ(counts.at(0.9), 1u);
  EXPECT_EQ(counts.at(1), 101u);
}

// Of private ones only the lengths are known: two short names are no longer than a long one.
TEST(ArrayStatistics, ShortArraysHaveAsManyElementsAsTheCountsSay) {
  std::vector<std::vector<std::string>> rows;
  for (std::uint64_t row = 0; row < kArrays; ++row) {
    const double chance = base::Seed{1}.unit(row);
    auto name = [&](int seed) { return fmt::format("{:06x}-dev", base::Seed{2}.derive(seed).bits(row) >> 40); };
    rows.push_back(chance < 0.1   ? std::vector<std::string>{"zz-plugin"}
                   : chance < 0.5 ? std::vector<std::string>{"aa", "zz"}
                                  : std::vector{name(1), name(2)});
  }
  std::sort(rows.begin(), rows.end());
  ArrayColumn column = arrays_of(text(), rows, 1.5 / kArrays, 45);
  make_private(column);
  const Counted found = count(column.make());
  EXPECT_NEAR(found.counts.at(1), 0.1, 0.03);
  EXPECT_NEAR(found.counts.at(2), 0.9, 0.03);
}

TEST(ArrayStatistics, KeepTheOrderOfArrays) {
  const StatisticalValues made = arrays_of_numbers().make();
  const auto rows = original();
  for (std::size_t i = kArrays / 50; i < kArrays; i += kArrays / 50) {
    std::string text;
    made.values->text(made.distribution->number(static_cast<double>(i) / kArrays), text);
    const auto elements = parse_array(text, ',');
    const int wanted = rows[i].empty() ? 0 : rows[i].front(),
              found = elements->empty() ? 0 : std::stoi(**elements->begin());
    EXPECT_NEAR(found, wanted, 5) << text;
  }
}

TEST(ArrayStatistics, HoldWithinLimitsOfLength) {
  ArrayColumn column = arrays_of_numbers();
  column.statistics.marks.clear();
  column.limits.length_minimum = 2;
  column.limits.length_maximum = 3;
  for (auto [size, share] : count(column.make()).counts) {
    EXPECT_GE(size, 2u);
    EXPECT_LE(size, 3u);
  }
}

TEST(ArrayStatistics, BinaryAndTextAreTheSameArray) {
  ArrayColumn column = arrays_of_numbers();
  column.statistics.elements->null_elements = 0.25;
  const StatisticalValues made = column.make();
  EXPECT_NEAR(count(made).nulls, 0.25, 0.01);
  ASSERT_TRUE(made.values->has_binary());
  for (std::uint64_t number = 1; number < made.distribution->size(); number += 97) {
    std::string text;
    made.values->text(number, text);
    const auto elements = parse_array(text, ',');
    const std::string binary = encoded([&](Output& out) { made.values->binary(number, out); });
    std::size_t bytes = 12 + (elements->empty() ? 0 : 8);
    for (const auto& element : *elements) bytes += element ? 8 : 4;
    EXPECT_EQ(binary.size(), bytes) << text;
  }
}

TEST(TextVectorStatistics, HoldTheLexemes) {
  ArrayColumn column;
  column.type = type_of(Kind::tsvector, "tsvector", 3614);
  column.statistics.average_width = 60;
  column.statistics.distinct = -1;
  ElementStatistics elements;
  elements.common = {{"aa", 0, 0.01}, {"of", 0, 0.8},   {"zz", 0, 0.01},
                     {"the", 0, 0.9}, {"lock", 0, 0.1}, {"table", 0, 0.3}};
  column.statistics.elements = elements;
  const StatisticalValues made = column.make();
  std::map<std::string, double> found;
  double width = 0;
  for (int row = 0; row < kArrays; ++row) {
    std::string text;
    std::uint64_t number = made.distribution->number(base::Seed{9}.unit(static_cast<std::uint64_t>(row)));
    made.values->text(number, text);
    for (const char* lexeme : {"of", "the", "lock", "table"})
      found[lexeme] += text.find("'" + std::string(lexeme) + "':") != text.npos ? 1.0 / kArrays : 0;
    // As sent: a null byte behind each lexeme, two bytes for the number of positions and for each.
    width += static_cast<double>(encoded([&](Output& out) { made.values->binary(number, out); }).size()) / kArrays;
  }
  EXPECT_NEAR(found["the"], 0.9, 0.08);
  EXPECT_NEAR(found["of"], 0.8, 0.05);
  EXPECT_NEAR(found["table"], 0.3, 0.04);
  EXPECT_NEAR(found["lock"], 0.1, 0.02);
  EXPECT_NEAR(width, 48, 5);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
