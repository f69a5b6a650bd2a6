#include "harness/load/expression.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace pgrehearse::load {
namespace {

using ::testing::HasSubstr;

// Variables: :n is 7, :x is 2.5, :text is "12", :nothing is NULL, :word is "abc".
const std::vector<Value> variables{std::int64_t{7}, 2.5, std::string("12"), Value(), std::string("abc")};

base::Result<Expression> parse(std::string_view text) {
  return Expression::parse(text, {"script.sql", 3, 10}, [](std::string_view name) -> std::optional<std::size_t> {
    const std::vector<std::string_view> names{"n", "x", "text", "nothing", "word"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return i;
    }
    return {};
  });
}

Value evaluate(std::string_view text, std::uint64_t seed = 1) {
  const auto expression = parse(text);
  if (!expression) {
    ADD_FAILURE() << text << ": " << to_string(expression.errors()[0]);
    return {};
  }
  base::RandomStream random{base::Seed{seed}};
  return expression->evaluate(variables, random);
}

std::int64_t whole(std::string_view text) { return std::get<std::int64_t>(evaluate(text)); }
double real(std::string_view text) { return std::get<double>(evaluate(text)); }

TEST(Expression, FollowsPrecedence) {
  EXPECT_EQ(whole("1 + 2 * 3"), 7);
  EXPECT_EQ(whole("(1 + 2) * 3"), 9);
  EXPECT_EQ(whole("10 - 4 - 3"), 3);
  EXPECT_EQ(whole("-2 * -3"), 6);
  EXPECT_EQ(whole("7 % 4 + 100 / 10 / 2"), 8);
  EXPECT_EQ(whole("- - 5"), 5);
  EXPECT_EQ(whole("+:n"), 7);
}

TEST(Expression, KeepsWholeNumbersWholeAndSpreadsDoubles) {
  EXPECT_EQ(whole("7 / 2"), 3);
  EXPECT_DOUBLE_EQ(real("7 / 2.0"), 3.5);
  EXPECT_DOUBLE_EQ(real(":x * 2"), 5);
  EXPECT_EQ(whole("int(2.5)"), 2) << "as rint() rounds";
  EXPECT_DOUBLE_EQ(real("double(3) / 2"), 1.5);
  EXPECT_EQ(whole(":text + 1"), 13) << "values from tables come as text";
  EXPECT_DOUBLE_EQ(real("1e3"), 1000);
}

TEST(Expression, KnowsFunctionsInAnyCase) {
  EXPECT_EQ(whole("ABS(-3)"), 3);
  EXPECT_EQ(whole("least(3, 1, 2)"), 1);
  EXPECT_EQ(whole("greatest(3, :n, 2)"), 7);
  EXPECT_EQ(whole("min(3, 1) + max(5)"), 6);
  EXPECT_DOUBLE_EQ(real("sqrt(16) + ln(exp(1)) + pow(2, 3)"), 13);
  EXPECT_EQ(whole("mod(7, 4)"), 3);
}

struct Draw {
  const char* text;
  std::int64_t low, high;
};

class RandomFunctions : public ::testing::TestWithParam<Draw> {};

TEST_P(RandomFunctions, StayInRangeReachTheEndsAndRepeat) {
  const auto [text, low, high] = GetParam();
  std::int64_t least = high, most = low;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const auto drawn = std::get<std::int64_t>(evaluate(text, seed));
    ASSERT_GE(drawn, low);
    ASSERT_LE(drawn, high);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  EXPECT_EQ(least, low);
  EXPECT_EQ(most, high);
  EXPECT_EQ(evaluate(text, 5), evaluate(text, 5));
}

INSTANTIATE_TEST_SUITE_P(
    All, RandomFunctions,
    ::testing::Values(Draw{"random(-3, 3)", -3, 3}, Draw{"random(5, 5)", 5, 5},
                      Draw{"random_exponential(1, 8, 2.0)", 1, 8}, Draw{"random_gaussian(1, 8, 2.0)", 1, 8},
                      Draw{"random_zipfian(1, 8, 1.1)", 1, 8}, Draw{"random_zipfian(1, 1, 2)", 1, 1},
                      Draw{"random_zipfian(0, 9, 0.5)", 0, 9}, Draw{"random_zipfian(0, 9, 1)", 0, 9}));

TEST(Expression, ZipfianFollowsItsLaw) {
  const auto expression = parse("random_zipfian(1, 1000, 1.2)");
  base::RandomStream random{base::Seed{3}};
  double harmonic = 0;
  for (int k = 1; k <= 1000; ++k) harmonic += std::pow(k, -1.2);
  std::vector<int> drawn(1001);
  for (int i = 0; i < 200'000; ++i)
    ++drawn[static_cast<std::size_t>(std::get<std::int64_t>(expression->evaluate({}, random)))];
  for (int k : {1, 2, 5, 20}) {
    const double expected = 200'000 * std::pow(k, -1.2) / harmonic;
    EXPECT_NEAR(drawn[static_cast<std::size_t>(k)], expected, 5 * std::sqrt(expected)) << k;
  }
}

struct Mistake {
  const char* text;
  int column;  // 10 is the first
  const char* message;
};

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreFoundWhereTheyStand) {
  const auto [text, column, message] = GetParam();
  const auto expression = parse(text);
  ASSERT_FALSE(expression) << text;
  EXPECT_EQ(expression.errors()[0].place.column, column);
  EXPECT_EQ(expression.errors()[0].place.line, 3);
  EXPECT_THAT(expression.errors()[0].message, HasSubstr(message));
}

INSTANTIATE_TEST_SUITE_P(All, Mistakes,
                         ::testing::Values(Mistake{"1 +", 13, "ends too early"}, Mistake{"1 2", 12, "should end"},
                                           Mistake{"(1", 12, "closing parenthesis"},
                                           Mistake{"2 * :unknown", 14, "':unknown'"},
                                           Mistake{"rand(1, 2)", 10, "unknown function 'rand'"},
                                           Mistake{"random(1)", 10, "takes 2"},
                                           Mistake{"1 + abs", 14, "needs parentheses"},
                                           Mistake{"10ms", 10, "not a number"}, Mistake{"random(1 2)", 19, "comma"},
                                           Mistake{"'a'", 10, "not the start"}, Mistake{"", 10, "ends too early"}));

TEST(Expression, DeepNestingIsAMistakeNotACrash) {
  EXPECT_FALSE(parse(std::string(100'000, '(')));
  EXPECT_FALSE(parse(std::string(100'000, '-') + "1"));
}

struct RunFailure {
  const char* text;
  const char* sqlstate;
};

class RunFailures : public ::testing::TestWithParam<RunFailure> {};

TEST_P(RunFailures, HaveTheirSqlstate) {
  try {
    evaluate(GetParam().text);
    ADD_FAILURE() << GetParam().text << " did not fail";
  } catch (const ScriptFailure& failure) {
    EXPECT_EQ(failure.sqlstate, GetParam().sqlstate);
    EXPECT_FALSE(failure.message.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, RunFailures,
                         ::testing::Values(RunFailure{"1 / 0", "22012"}, RunFailure{"1.5 % 0", "22012"},
                                           RunFailure{"9223372036854775807 + 1", "22003"},
                                           RunFailure{"-9223372036854775807 - 2", "22003"},
                                           RunFailure{"4611686018427387904 * 2", "22003"},
                                           RunFailure{"(-9223372036854775807 - 1) / -1", "22003"},
                                           RunFailure{"int(1e30)", "22003"}, RunFailure{"random(2, 1)", "22023"},
                                           RunFailure{"random_zipfian(1, 2, 0)", "22023"},
                                           RunFailure{"random_gaussian(1, 2, 1.9)", "22023"},
                                           RunFailure{":nothing + 1", "22004"}, RunFailure{":word + 1", "22P02"}));

}  // namespace
}  // namespace pgrehearse::load
