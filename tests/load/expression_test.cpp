#include "harness/load/expression.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

namespace pgrehearse::load {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string_view> variable_names{"n",   "x",     "text",         "nothing", "word",
                                                   "yes", "unset", "default_seed", "empty"};

std::vector<Variable> variables() {
  std::vector<Variable> all(variable_names.size());
  all[0].set(std::int64_t{7});
  all[1].set(2.5);
  all[2].set_text("12");
  all[3].set(Value());
  all[4].set_text("abc");
  all[5].set_text("Y");
  all[7].set(std::int64_t{5432});
  all[8].set_text("");
  return all;
}

Expression::Parsed parse_expression(std::string_view text) {
  return Expression::parse(text, 0, [](std::string_view name, std::size_t) {
    return static_cast<std::size_t>(std::find(variable_names.begin(), variable_names.end(), name) -
                                    variable_names.begin());
  });
}

Value evaluate(std::string_view text, std::uint64_t seed = 1) {
  const auto parsed = parse_expression(text);
  if (!parsed.expression) {
    ADD_FAILURE() << text << ": " << to_string(parsed.expression.errors()[0]);
    return {};
  }
  auto all = variables();
  Prng random(seed);
  Evaluation evaluation{all, random};
  return parsed.expression->evaluate(evaluation);
}

// As pgbench writes it.
std::string text(std::string_view expression) {
  std::array<char, longest_value_text> written;
  write_text(evaluate(expression), written);
  return written.data();
}

struct Case {
  const char* expression;
  const char* value;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.expression; }

class Expressions : public ::testing::TestWithParam<Case> {};

TEST_P(Expressions, HaveTheirValue) { EXPECT_EQ(text(GetParam().expression), GetParam().value); }

INSTANTIATE_TEST_SUITE_P(Precedence, Expressions,
                         ::testing::Values(Case{"1 + 2 * 3", "7"}, Case{"(1 + 2) * 3", "9"}, Case{"10 - 4 - 3", "3"},
                                           Case{"-2 * -3", "6"}, Case{"7 % 4 + 100 / 10 / 2", "8"}, Case{"- - 5", "5"},
                                           Case{"+:n", "7"}, Case{"~1 + 2", "-4"}, Case{"2 * ~3 + 4", "-16"},
                                           Case{"~1 | 8", "-2"}, Case{"1 | 2 # 3 & 6", "0"}, Case{"1 << 2 + 1", "8"},
                                           Case{"1 + 1 < 3", "true"}, Case{"NOT 1 = 2", "true"},
                                           Case{"NOT TRUE OR TRUE", "true"}, Case{"TRUE OR FALSE AND FALSE", "true"},
                                           Case{"1 = 2 IS NULL", "false"}, Case{"NOT NULL IS NULL", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Types, Expressions,
    ::testing::Values(Case{"7 / 2", "3"}, Case{"7 / 2.0", "3.5"}, Case{"-7 / 2", "-3"}, Case{"-7 % 2", "-1"},
                      Case{":x * 2", "5"}, Case{"int(2.5)", "2"}, Case{"int(3.5)", "4"}, Case{"double(3) / 2", "1.5"},
                      Case{":text + 1", "13"}, Case{"1e3", "1000"}, Case{"1. + .5e-1", "1.05"},
                      Case{"1 / 3.0", "0.333333333333333"}, Case{"1.0 / 0", "Infinity"}, Case{"-1.0 / 0", "-Infinity"},
                      Case{"0.0 / 0 = 0.0 / 0", "false"}, Case{"sqrt(-1.0) <> 0", "true"},
                      Case{"-9223372036854775808", "-9223372036854775808"}, Case{"5.7 % 3", "0"}, Case{"7 % -1", "0"},
                      Case{"17 # 5", "20"}, Case{"1 << 65", "2"}, Case{"-8 >> 1", "-4"}, Case{"1 = 1.0", "true"},
                      Case{"abs(-9223372036854775808)", "-9223372036854775808"}));

INSTANTIATE_TEST_SUITE_P(Null, Expressions,
                         ::testing::Values(Case{"NULL + 1", "NULL"}, Case{"NULL = NULL", "NULL"},
                                           Case{"NULL IS NULL", "true"}, Case{":nothing ISNULL", "true"},
                                           Case{":n NOTNULL", "true"}, Case{"1 IS TRUE", "false"},
                                           Case{"TRUE IS NOT FALSE", "true"}, Case{"NULL IS NOT TRUE", "true"},
                                           Case{"NULL AND FALSE", "NULL"}, Case{"FALSE AND NULL", "false"},
                                           Case{"TRUE AND NULL", "NULL"}, Case{"TRUE OR NULL", "true"},
                                           Case{"NULL OR TRUE", "NULL"}, Case{"NOT NULL", "NULL"},
                                           Case{"least(1, NULL)", "NULL"}, Case{"debug(NULL) IS NULL", "true"},
                                           Case{"1 IS NULL IS NOT NULL", "true"}));

INSTANTIATE_TEST_SUITE_P(Lazy, Expressions,
                         ::testing::Values(Case{"CASE WHEN 1 = 1 THEN 5 ELSE 1 / 0 END", "5"},
                                           Case{"CASE WHEN 0 THEN 1 / 0 END", "NULL"},
                                           Case{"case when null then 1 when 2.0 then 3 else 4 end", "3"},
                                           Case{"TRUE OR 1 / 0 = 1", "true"}, Case{"FALSE AND 1 / 0 = 1", "false"},
                                           Case{"CASE WHEN :yes THEN 1 END", "1"},
                                           Case{"case when false then 0 when 1-1 <> 0 then 1 else 38 end", "38"}));

// The values of PostgreSQL's own pgbench, from its documentation and tests.
INSTANTIATE_TEST_SUITE_P(
    Functions, Expressions,
    ::testing::Values(Case{"ABS(-3)", "3"}, Case{"abs(-2.5)", "2.5"}, Case{"least(3, 1, 2)", "1"},
                      Case{"greatest(3, :n, 2)", "7"}, Case{"greatest(3, 2.5)", "3"}, Case{"min(3, 1) + max(5)", "6"},
                      Case{"sqrt(16) + ln(exp(1)) + pow(2, 3)", "13"}, Case{"power(-2, -3)", "-0.125"},
                      Case{"mod(7, 4)", "3"}, Case{"mod(7.6, 4)", "0"}, Case{"pi()", "3.14159265358979"},
                      Case{"hash(10, 5432)", "-5817877081768721676"},
                      Case{"hash_fnv1a(10, 5432)", "-7793829335365542153"},
                      Case{"hash(10) = hash_murmur2(10, :default_seed)", "true"},
                      Case{"permute(0, 2, 5431) * 2 + permute(1, 2, 5431)", "1"},
                      Case{"permute(9223372036854775796, 9223372036854775797, 5432)", "520382784483822430"},
                      Case{"permute(9223372036854775790, 9223372036854775797, 5432)", "4542876852200565125"},
                      Case{"permute(5, 1)", "0"}, Case{"permute(1, 10) = permute(11, 10, :default_seed)", "true"},
                      Case{"least(, 2, 1)", "1"}));

struct Draw {
  const char* text;
  std::int64_t low, high;
};
void PrintTo(const Draw& draw, std::ostream* out) { *out << draw.text; }

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

INSTANTIATE_TEST_SUITE_P(All, RandomFunctions,
                         ::testing::Values(Draw{"random(-3, 3)", -3, 3}, Draw{"random(5, 5)", 5, 5},
                                           Draw{"random_exponential(1, 8, 2.0)", 1, 8},
                                           Draw{"random_gaussian(1, 8, 2.0)", 1, 8},
                                           Draw{"random_zipfian(1, 8, 1.1)", 1, 8},
                                           Draw{"random_zipfian(1, 1, 2)", 1, 1}));

struct Mistake {
  const char* text;
  std::size_t offset;
  const char* message;
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.text; }

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreFoundWherePgbenchPoints) {
  const auto [text, offset, message] = GetParam();
  const auto parsed = parse_expression(text);
  ASSERT_FALSE(parsed.expression) << text;
  EXPECT_EQ(parsed.error_offset, offset);
  EXPECT_THAT(parsed.expression.errors()[0].message, HasSubstr(message));
}

INSTANTIATE_TEST_SUITE_P(
    All, Mistakes,
    ::testing::Values(Mistake{"1 +\n", 3, "syntax error"}, Mistake{"1 2", 2, "syntax error"},
                      Mistake{"rand(1, 2)", 3, "unexpected function name (rand)"},
                      Mistake{"random(1)", 8, "unexpected number of arguments (random)"},
                      Mistake{"least()", 6, "at least one argument expected (least)"},
                      Mistake{"hash()", 5, "unexpected number of arguments (hash)"}, Mistake{"10ms", 3, "syntax error"},
                      Mistake{"'a'", 0, "unexpected character (')"}, Mistake{"1 < 2 < 3", 6, "syntax error"},
                      Mistake{"1 IS 2", 5, "syntax error"}, Mistake{"9223372036854775808", 18, "syntax error"},
                      Mistake{"99223372036854775808", 19, "bigint constant overflow (99223372036854775808)"},
                      Mistake{"1E309", 4, "double constant overflow (1E309)"},
                      Mistake{"CASE TRUE THEN 1 END", 8, "syntax error"},
                      Mistake{"1 \\ 2", 2, "unexpected character (\\)"}));

TEST(Expression, EndsWithItsLine) {
  const auto parsed = parse_expression("1 + \\\n 2 \\\r\n * 3\nSELECT");
  ASSERT_TRUE(parsed.expression);
  EXPECT_EQ(parsed.end, 17u);
}

TEST(Expression, DeepNestingIsAMistakeNotACrash) {
  EXPECT_FALSE(parse_expression(std::string(100'000, '(')).expression);
  EXPECT_FALSE(parse_expression(std::string(100'000, '-') + "1").expression);
  std::string sum = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  EXPECT_FALSE(parse_expression(sum).expression);
}

struct RunFailure {
  const char* text;
  const char* sqlstate;
  const char* message;
};
void PrintTo(const RunFailure& failure, std::ostream* out) { *out << failure.text; }

class RunFailures : public ::testing::TestWithParam<RunFailure> {};

TEST_P(RunFailures, AreTold) {
  try {
    evaluate(GetParam().text);
    FAIL() << GetParam().text;
  } catch (const ScriptFailure& failure) {
    EXPECT_EQ(failure.sqlstate, GetParam().sqlstate);
    EXPECT_EQ(failure.message, GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RunFailures,
    ::testing::Values(
        RunFailure{"1 / 0", "22012", "division by zero"}, RunFailure{"1.5 % 0", "22012", "division by zero"},
        RunFailure{"9223372036854775807 + 1", "22003", "bigint add out of range"},
        RunFailure{"-9223372036854775807 - 2", "22003", "bigint sub out of range"},
        RunFailure{"4611686018427387904 * 2", "22003", "bigint mul out of range"},
        RunFailure{"-9223372036854775808 / -1", "22003", "bigint div out of range"},
        RunFailure{"int(1e30)", "22003", "double to int overflow for 1000000000000000019884624838656.000000"},
        RunFailure{"int(ln(0))", "22003", "double to int overflow for -Infinity"},
        RunFailure{"random(2, 1)", "22023", "empty range given to random"},
        RunFailure{"random(-9223372036854775807, 9223372036854775807)", "22023", "random range is too large"},
        RunFailure{"random_zipfian(1, 2, 0)", "22023",
                   "zipfian parameter must be in range [1.001, 1000] (not 0.000000)"},
        RunFailure{"random_gaussian(1, 2, 1.9)", "22023",
                   "gaussian parameter must be at least 2.000000 (not 1.900000)"},
        RunFailure{"random_exponential(1, 2, 0)", "22023",
                   "exponential parameter must be greater than zero (not 0.000000)"},
        RunFailure{"permute(0, 0)", "22023", "permute size parameter must be greater than zero"},
        RunFailure{":unset + 1", "42P02", "undefined variable \"unset\""},
        RunFailure{":word + 1", "22P02", "malformed variable \"word\" value: \"abc\""},
        RunFailure{":empty + 1", "22P02", "malformed variable \"empty\" value: \"\""},
        RunFailure{"TRUE + 1", "42804", "cannot coerce boolean to int"},
        RunFailure{"ln(TRUE)", "42804", "cannot coerce boolean to double"},
        RunFailure{"NOT 0.0", "42804", "cannot coerce double to boolean"},
        RunFailure{"1 AND TRUE", "42804", "cannot coerce int to boolean"},
        RunFailure{"least(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16)", "54023",
                   "too many function arguments, maximum is 16"}));

}  // namespace
}  // namespace pgrehearse::load
