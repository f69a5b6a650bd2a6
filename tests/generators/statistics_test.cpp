// Generated rows show the statistics that they were made from: known columns are analyzed, rows are generated from what
// was found, and analyzed in turn.

#include <set>

#include "generators/normal.hpp"
#include "generators/physical_order.hpp"
#include "generators/uuid.hpp"
#include "tests/generators/originals.hpp"
#include "tests/generators/written_rows.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kOriginals = 200'000;

// A column as some application might have made it: pure, like generated ones.
struct Original {
  std::string name;
  Type type;
  Rows row;
  bool secret = false;  // its values do not leave
  bool unique = false;
};

std::string word(std::uint64_t number) {
  std::string text;
  std::uint64_t bits = base::mix64(number);
  for (std::size_t length = 3 + bits % 20; text.size() < length; bits = base::mix64(bits))
    text += static_cast<char>('a' + bits % 26);
  return text;
}

std::string timestamp(double second) {
  std::string text;
  append_quantity({Kind::timestamp, 0}, static_cast<std::int64_t>(second) * 1'000'000, text);
  return text;
}

std::vector<Original> originals(std::uint64_t rows = kOriginals) {
  Type integer = testing::integer(), bigint = testing::bigint(), text = testing::text(),
       numeric = type_of(Kind::numeric, "numeric(10,2)", 1700);
  numeric.precision = 10;
  numeric.scale = 2;
  auto status = [](std::uint64_t row) { return std::to_string(zipf(noise(row, 1), 6, 1.5) * 10); };
  auto clustered = [=](std::uint64_t row) { return std::to_string(jumbled(row, 0.3, rows) * 285 / rows); };
  auto skewed = [](std::uint64_t row) { return std::to_string(zipf(noise(row, 2), 20'000, 1.05) * 37 % 20'011); };
  auto names = [](std::uint64_t row) { return word(zipf(noise(row, 3), 30'000, 0.8)); };
  auto events = [=](std::uint64_t row) {
    return timestamp(6e8 +
                     20 * std::floor(static_cast<double>(row) + 0.05 * static_cast<double>(rows) * noise(row, 7)));
  };
  auto prices = [](std::uint64_t row) {
    return fmt::format("{:.2f}", std::exp(3 + 1.2 * normal_quantile(noise(row, 5) * 0.9998 + 0.0001)));
  };
  auto flag = [](std::uint64_t row) { return std::string(noise(row, 6) < 0.13 ? "t" : "f"); };
  auto sorted_flag = [=](std::uint64_t row) { return std::string(jumbled(row, 0.5, rows) < rows / 3 ? "t" : "f"); };
  auto mood = [](std::uint64_t row) {
    return std::vector<std::string>{"glad", "sad", "mad"}[zipf(noise(row, 8), 3, 1.2)];
  };
  auto uuid = [](std::uint64_t row) {
    char made[36];
    write_uuid(uuid_bytes({5}, zipf(noise(row, 9), 4'000, 0.5)), made);
    return std::string(made, 36);
  };
  auto key = [=](std::uint64_t row) { return std::to_string(1000 + 3 * Windowed({1}, rows, 0.9).at(row)); };
  auto code = [](std::uint64_t row) { return word(row) + "-" + std::to_string(row); };
  auto days = [=](std::uint64_t row) {
    std::string date;
    append_quantity({Kind::date, 0}, 7000 + static_cast<std::int64_t>(row * 1333 / rows), date);
    return date;
  };
  auto notes = [=](std::uint64_t row) {
    return (word(row) + word(row + rows) + word(row + 2 * rows)).substr(0, 10 + zipf(noise(row, 11), 50, 0.4));
  };
  auto groups = [=](std::uint64_t row) { return std::to_string(5000 + Windowed({3}, rows, 0.6).at(row) / 8); };
  return {
      {"status", integer, with_nulls(0.3, status)},
      {"clustered", integer, clustered},
      {"skewed", bigint, with_nulls(0.02, skewed)},
      {"names", text, names},
      {"secret_names", text, with_nulls(0.1, names), true},
      {"events", type_of(Kind::timestamp, "timestamp", 1114), events},
      {"prices", numeric, with_nulls(0.2, prices)},
      {"flag", type_of(Kind::boolean, "boolean", 16), with_nulls(0.25, flag)},
      {"sorted_flag", type_of(Kind::boolean, "boolean", 16), sorted_flag},
      {"mood", enumeration({"sad", "glad", "mad"}), mood},
      {"uuid", testing::uuid(), uuid, true},
      {"days", type_of(Kind::date, "date", 1082), days},
      {"notes", text, with_nulls(0.5, notes)},
      {"groups_of_eight", integer, groups},
      {"key", bigint, key, false, true},
      {"code", text, code, false, true},
      {"secret_code", text, code, true, true},
  };
}

class MeetsStatistics : public ::testing::TestWithParam<std::tuple<std::string, std::uint64_t>> {
 protected:
  ColumnStatistics wanted() const { return analyze(original().type, kOriginals, original().row); }
  static Original original(std::uint64_t rows = kOriginals) {
    const std::vector<Original> all = originals(rows);
    return *std::find_if(all.begin(), all.end(),
                         [](const Original& each) { return each.name == std::get<0>(GetParam()); });
  }
  std::uint64_t rows() const { return kOriginals * std::get<1>(GetParam()); }

  Generator generator(ColumnStatistics statistics) const {
    if (original().secret)
      for (Mark& mark : statistics.marks) mark.value.reset();
    Column made = column(original().name, original().type, false);
    made.statistics = std::make_shared<ColumnStatistics>(statistics);
    TableShape shape = table("t", rows(), {made});
    if (original().unique) shape.keys = {key({0}, true)};
    return planned({shape});
  }
};

TEST_P(MeetsStatistics, AfterAnalyze) {
  ColumnStatistics statistics = wanted();
  Generator made = generator(statistics);
  ASSERT_EQ(made.rows(0), rows());
  expect_written_as_said(made, 0, original().type);
  ColumnStatistics found = analyze(
      original().type, rows(), [&](std::uint64_t row) { return made.text(0, row, 0); }, 2);
  Differences differ = compare(original().type, statistics, found, static_cast<double>(rows()), !original().secret);
  SCOPED_TRACE(fmt::format("distinct {} for {}, correlation {} for {}", found.distinct, statistics.distinct,
                           found.correlation.value_or(0), statistics.correlation.value_or(0)));
  EXPECT_LT(differ.nulls, 0.01);
  if (rows() > kOriginals && statistics.distinct < 0) {
    // Of the same rows ANALYZE estimates another share of different values, the smaller the share that it reads; and
    // the less it reads, the more chance there is in that.
    auto mean_distinct = [&](const Rows& row) {
      double sum = 0;
      for (std::uint64_t sample : {3, 5, 7, 9}) sum += analyze(original().type, rows(), row, sample).distinct;
      return sum / 4;
    };
    double made_so = mean_distinct([&](std::uint64_t row) { return made.text(0, row, 0); });
    EXPECT_NEAR(made_so / mean_distinct(original(rows()).row), 1, 0.1);
  } else {
    EXPECT_LT(differ.distinct, 0.05);
  }
  EXPECT_LT(differ.common, 0.025);
  // Where more rows need more different values, these reach farther.
  Kind kind = original().type.kind;
  bool reaches_farther = rows() > kOriginals && statistics.distinct < 0 && (kind == Kind::int4 || kind == Kind::int8);
  EXPECT_LT(reaches_farther ? 0 : differ.distribution, 0.015);
  EXPECT_LT(differ.correlation, 0.02);
  EXPECT_LT(differ.width, 0.03);
}

// What is made of the statistics of 20,000 texts of the type that stay private, in as many rows as asked for.
template <class Text>
std::set<std::string> made_in_private(int length, std::uint64_t rows, Text text) {
  Type type = type_of(Kind::text, fmt::format("character varying({})", length), 1043);
  type.length = length;
  ColumnStatistics statistics = analyze(type, 20'000, text);
  for (Mark& mark : statistics.marks) mark.value.reset();
  Column made = column("code", type, false);
  made.statistics = std::make_shared<ColumnStatistics>(statistics);
  const Generator generator = planned({table("t", rows, {made})});
  std::set<std::string> seen;
  for (std::uint64_t row = 0; row < rows; ++row) seen.insert(generator.text(0, row, 0).value_or(""));
  return seen;
}

// A code of one letter, such as a rating: as many as there are digits that any collation orders, and some more.
// Of so few rows ANALYZE reads all, and chance alone would make a correlation of 0.05.
TEST(SmallTables, HaveTheCorrelationThatWasFound) {
  constexpr std::uint64_t rows = 400;
  for (std::uint64_t nth = 0; nth < 10; ++nth) {
    const Rows original = [&](std::uint64_t row) {
      const double number = nth % 2 == 0 ? 1e6 : 30;  // different ones, and few
      return std::to_string(static_cast<int>(noise(jumbled(row, 0.9, rows), 20 + nth) * number + row * number / 500));
    };
    const Column column = described("x", integer(), rows, original);
    Generator made = planned({table("t", rows, {column})});
    ColumnStatistics found = analyze(integer(), rows, [&](std::uint64_t row) { return made.text(0, row, 0); });
    EXPECT_NEAR(*found.correlation, *column.statistics->correlation, 0.012) << "column " << nth;
  }
}

TEST(PrivateTexts, AreOneMoreWhereOneThatCameOnceIsListedNowhere) {
  constexpr std::uint64_t rows = 10'000;
  Column column = testing::column("damage", text(), true);
  ColumnStatistics statistics;
  statistics.rows = rows;
  statistics.distinct = 4;
  statistics.average_width = 7;
  for (double share : {0.5, 0.3, 0.1999}) statistics.marks.push_back({std::nullopt, 6, share});
  column.statistics = std::make_shared<ColumnStatistics>(statistics);
  EXPECT_EQ(tuples(planned({table("strikes", rows, {column})}), 0, {0}, rows).size(), 4u);
}

TEST(PrivateTexts, StayWithinTheLengthOfTheirType) {
  for (std::uint64_t letters : {2, 12, 35, 36, 40}) {
    const auto letter = [&](std::uint64_t row) { return std::string(1, static_cast<char>('0' + row % letters)); };
    const auto seen = made_in_private(1, 2'000, letter);
    for (const std::string& value : seen) EXPECT_LE(value.size(), 1u) << value << " of " << letters;
    if (letters <= 36) {
      EXPECT_EQ(seen.size(), letters);
    }
  }
}

// Country codes: the histogram has too many bounds for each to have a code within two letters.
TEST(PrivateTexts, OfTwoLettersAreAsManyAsProductions) {
  const base::Seed chance{7};
  const auto country = [&](std::uint64_t row) {
    const std::uint64_t number = chance.below(row, 676);
    return std::string{static_cast<char>('a' + number / 26), static_cast<char>('a' + number % 26)};
  };
  const auto seen = made_in_private(2, 20'000, country);
  EXPECT_NEAR(static_cast<double>(seen.size()), 676, 676 * 0.02);
  EXPECT_EQ(seen.begin()->size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(AtItsSizeAndTenTimesIt, MeetsStatistics,
                         ::testing::Combine(::testing::ValuesIn(names_of(originals())), ::testing::Values(1, 10)),
                         [](const auto& info) {
                           return fmt::format("{}_times_{}", std::get<0>(info.param), std::get<1>(info.param));
                         });

}  // namespace
}  // namespace pgrehearse::generators::testing
