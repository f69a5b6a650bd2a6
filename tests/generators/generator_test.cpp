// Determinism, what users may say of a column, limits, and errors.
#include "generators/hints.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TableShape mixed(std::uint64_t rows) {
  TableShape shape =
      table("mixed", rows,
            {serial("id"), column("user_id", type_of(Kind::int8)), column("email", varchar(60)),
             column("price", type_of(Kind::numeric), false), column("created_at", type_of(Kind::timestamptz)),
             column("note", type_of(Kind::text), false), column("doc", type_of(Kind::jsonb), false)});
  shape.keys = {key({0}, true), key({2})};
  shape.foreign_keys = {reference({1}, 0, {0})};
  return shape;
}

std::string rows_of(const Generator& generator, std::uint64_t first, std::uint64_t count) {
  std::string bytes;
  generator.encode(1, first, count, bytes);
  return bytes;
}

TEST(Determinism, SameSeedSameRows) {
  EXPECT_EQ(rows_of(planned({users(100), mixed(1000)}), 0, 1000), rows_of(planned({users(100), mixed(1000)}), 0, 1000));
  EXPECT_NE(rows_of(planned({users(100), mixed(1000)}, 1), 0, 1000),
            rows_of(planned({users(100), mixed(1000)}, 2), 0, 1000));
}

TEST(Determinism, AnySliceEqualsThatSliceOfTheWhole) {
  Generator generator = planned({users(100), mixed(1000)});
  std::string whole = rows_of(generator, 0, 1000), parts;
  for (std::uint64_t first = 0; first < 1000; first += 7)
    generator.encode(1, first, std::min<std::uint64_t>(7, 1000 - first), parts);
  EXPECT_EQ(parts, whole);
  EXPECT_THAT(whole, EndsWith(rows_of(generator, 990, 10)));
}

TEST(Determinism, TablesDoNotDependOnTheirNeighbours) {
  EXPECT_EQ(rows_of(planned({users(100), mixed(500), users(3)}), 0, 500),
            rows_of(planned({users(100), mixed(500)}), 0, 500));
}

std::vector<std::string> values(const Column& column, std::uint64_t rows = 2000) {
  Generator generator = planned({table("t", rows, {column})});
  std::vector<std::string> all;
  for (std::uint64_t row = 0; row < rows; ++row) all.push_back(generator.text(0, row, 0).value_or("NULL"));
  return all;
}

Column overridden(Column made, Override override_) {
  made.override_ = std::move(override_);
  return made;
}

TEST(Overrides, Ranges) {
  Override range;
  range.minimum = "-3";
  range.maximum = "4";
  auto all = values(overridden(column("n", type_of(Kind::int4)), range));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()),
            (std::set<std::string>{"-3", "-2", "-1", "0", "1", "2", "3", "4"}));
  range.minimum = "2020-02-28";
  range.maximum = "2020-03-01";
  all = values(overridden(column("day", type_of(Kind::date)), range));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()),
            (std::set<std::string>{"2020-02-28", "2020-02-29", "2020-03-01"}));
}

TEST(Overrides, PatternsNullsAndDistinct) {
  Override pattern;
  pattern.pattern = "DE##-??*";
  for (const auto& value : values(overridden(column("iban", type_of(Kind::text)), pattern)))
    EXPECT_THAT(value, MatchesRegex("DE[0-9][0-9]-[a-z][a-z][a-z0-9]"));
  Override sparse;
  sparse.null_fraction = 0.5;
  sparse.distinct = 20;
  auto all = values(overridden(column("city", type_of(Kind::text), false), sparse));
  EXPECT_NEAR(static_cast<double>(std::count(all.begin(), all.end(), "NULL")), 1000, 100);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 21u);
}

TEST(Limits, NumbersDatesAndLengths) {
  Column age = column("n", type_of(Kind::int4));
  age.limits.minimum = 5'000'000;
  for (const auto& value : values(age)) EXPECT_GE(std::stoi(value), 5'000'000);
  Column price = column("ratio", type_of(Kind::float8));
  price.limits.minimum = 0;
  price.limits.maximum = 0.5;
  for (const auto& value : values(price)) EXPECT_LE(std::stod(value), 0.5);
  Column day = column("day", type_of(Kind::date));
  day.limits.latest = "2010-01-01";
  for (const auto& value : values(day)) EXPECT_LE(value, "2010-01-01");
  Column text = column("description", varchar(300));
  text.limits.length_minimum = 100;
  text.limits.length_maximum = 120;
  for (const auto& value : values(text)) EXPECT_TRUE(value.size() >= 100 && value.size() <= 120) << value;
  Column email = column("email", varchar(15));
  for (const auto& value : values(email)) EXPECT_LE(value.size(), 15u);
}

TEST(Limits, ListsAndPatterns) {
  Column state = column("state", type_of(Kind::text));
  state.limits.allowed = {"open", "closed"};
  for (const auto& value : values(state)) EXPECT_TRUE(value == "open" || value == "closed") << value;
  Column like = column("sku", varchar(12));
  like.limits.pattern = "A_-%";
  like.limits.like = true;
  for (const auto& value : values(like)) EXPECT_THAT(value, MatchesRegex("A.-[a-z]*"));
}

struct RegexCase {
  const char *pattern, *expected;  // the latter in the syntax of gtest
  int shortest = 0, longest = 100;
};
void PrintTo(const RegexCase& one, std::ostream* out) { *out << one.pattern; }

class RegexPattern : public ::testing::TestWithParam<RegexCase> {};

TEST_P(RegexPattern, GivesTextThatMatches) {
  Column made = column("text", varchar(GetParam().longest));
  made.limits.pattern = GetParam().pattern;
  made.limits.length_minimum = GetParam().shortest;
  for (const auto& value : values(made, 300)) {
    EXPECT_THAT(value, MatchesRegex(GetParam().expected));
    EXPECT_TRUE(static_cast<int>(value.size()) >= GetParam().shortest &&
                static_cast<int>(value.size()) <= GetParam().longest)
        << value;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RegexPattern,
                         ::testing::Values(RegexCase{"^[a-z0-9_-]{3,16}$", "[a-z0-9_-]{3,16}"},
                                           RegexCase{"^#[0-9a-fA-F]{6}$", "#[0-9a-fA-F]{6}"},
                                           RegexCase{"^\\d+(\\.\\d+)?$", "[0-9]+(\\.[0-9]+)?"},
                                           RegexCase{"^[^@]+@[^@]+\\.[a-z]{2,}$", "[^@]+@[^@]+\\.[a-z]{2,}", 0, 30},
                                           RegexCase{"^(?:foo|ba[rz])+$", "(foo|ba[rz])+"},
                                           RegexCase{"^[[:alpha:]][[:alnum:]]*$", "[a-zA-Z][a-zA-Z0-9]*"},
                                           RegexCase{"^[0-9]+$", "[0-9]{12}", 12, 12},
                                           RegexCase{"^[a-z]*$", "[a-z]{0,3}", 0, 3},
                                           RegexCase{"^\\+?[1-9][0-9]{1,14}$", "\\+?[1-9][0-9]{1,14}", 0, 16}));

TEST(Hints, ReadWordsOfNames) {
  EXPECT_EQ(style_of("email_hash"), Style::hex);
  EXPECT_EQ(style_of("contactEmail"), Style::email);
  EXPECT_EQ(style_of("first_name"), Style::given_name);
  EXPECT_EQ(style_of("emailed"), Style::label);
  EXPECT_TRUE(says("unit_price", {"price"}));
  EXPECT_FALSE(says("pricey", {"price"}));
}

TEST(Hints, TimesOfEventsGrowWithTheRows) {
  auto all = values(column("created_at", type_of(Kind::timestamptz)));
  EXPECT_LT(all[100], all[1000]);
  EXPECT_LT(all[1000], all[1900]);
}

TEST(TextFormat, StandsInWhereATypeHasNoKnownEncoding) {
  Column exotic = column("exotic", type_of(Kind::other, "isbn"));
  exotic.override_.emplace();
  exotic.override_->values = {"a\\b\tc"};
  TableShape shape = table("t", 2, {serial("id"), exotic, column("never", type_of(Kind::other, "isbn"), false)});
  Generator generator = planned({shape});
  EXPECT_FALSE(generator.binary(0));
  std::string rows;
  generator.encode(0, 0, 2, rows);
  EXPECT_EQ(rows, "1\ta\\\\b\\tc\t\\N\n2\ta\\\\b\\tc\t\\N\n");
  EXPECT_THAT(generator.notices(),
              ElementsAre(HasSubstr("column never is left NULL: no values are known for type isbn")));
}

TEST(GeneratedColumns, AreNotWritten) {
  Column made = column("total", type_of(Kind::int4));
  made.generated = true;
  Generator generator = planned({table("t", 5, {serial("id"), made, column("n", type_of(Kind::int4))})});
  EXPECT_THAT(generator.written_columns(0), ElementsAre(0, 2));
  EXPECT_EQ(generator.text(0, 0, 1), std::nullopt);
}

TEST(Errors, OfAllTablesComeTogetherAndNameTheWayOut) {
  TableShape a = table("a", 5, {column("shape", type_of(Kind::other, "geometry"))});
  TableShape b = table(
      "b", 5,
      {column("code", type_of(Kind::text)), column("n", type_of(Kind::int4)), column("mood", enumeration({"x"}))});
  b.columns[0].limits.pattern = "^(?=.*[0-9]).*$";
  b.columns[1].limits.minimum = 10;
  b.columns[1].limits.maximum = 5;
  b.columns[2].limits.allowed = {"y"};
  base::Errors errors = errors_of({a, b});
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_THAT(errors[0].message, HasSubstr("public.a: column shape: no values are known for type geometry"));
  EXPECT_THAT(errors[0].hint, HasSubstr("(tables: a: columns: shape: in the scenario)"));
  EXPECT_THAT(errors[1].message, HasSubstr("look-around"));
  EXPECT_THAT(errors[2].message, AllOf(HasSubstr("public.b: column n: "), HasSubstr("not below 10, not above 5")));
  EXPECT_THAT(errors[3].message, HasSubstr("\"y\" is no value of type mood"));
}

TEST(Errors, OfTablesWithoutRowsDoNotMatter) {
  EXPECT_TRUE(errors_of({table("a", 0, {column("shape", type_of(Kind::other, "geometry"))})}).empty());
}

TEST(Errors, OverridesThatDoNotSuitTheType) {
  Override pattern, range, weights;
  pattern.pattern = "##";
  range.minimum = "a";
  weights.values = {"1", "2"};
  weights.weights = {1};
  base::Errors errors = errors_of({table("a", 5,
                                         {overridden(column("x", type_of(Kind::int4, "integer")), pattern),
                                          overridden(column("y", type_of(Kind::text, "text")), range),
                                          overridden(column("z", type_of(Kind::int4)), weights)})});
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_THAT(errors[0].message, HasSubstr("column x: a pattern makes text, not integer"));
  EXPECT_THAT(errors[1].message, HasSubstr("column y: text has no minimum and maximum"));
  EXPECT_THAT(errors[2].message, HasSubstr("column z: 1 weights for 2 values"));
}

TEST(Overrides, ListedTwiceCountsOnceInAKey) {
  Override list;
  list.values = {"1", "2", "2", "3"};
  TableShape shape = table("t", 10, {overridden(column("n", type_of(Kind::int4)), list)});
  shape.keys = {key({0})};
  Generator generator = planned({shape});
  EXPECT_EQ(generator.rows(0), 3u);
  EXPECT_EQ(tuples(generator, 0, {0}, 3).size(), 3u);
}

TEST(Errors, OverridesThatCannotBeReadCarryTheirPlace) {
  Override range;
  range.minimum = "soon";
  range.maximum = "later";
  range.place = {"scenario.yaml", 12, 5};
  base::Errors errors =
      errors_of({table("a", 5, {overridden(column("at", type_of(Kind::timestamp, "timestamp")), range)})});
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].place.line, 12);
  EXPECT_THAT(errors[0].message, HasSubstr("\"soon\" cannot be read as timestamp"));
}

}  // namespace
}  // namespace pgrehearse::generators::testing
