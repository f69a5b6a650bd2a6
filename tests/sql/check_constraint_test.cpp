#include "harness/sql/check_constraint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::sql {
namespace {

using Subject = CheckTerm::Subject;
using Relation = CheckTerm::Relation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Case {
  const char* expression;
  std::vector<CheckTerm> terms;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.expression; }

CheckTerm value(const char* column, Relation relation, std::vector<std::string> values = {}) {
  return {column, Subject::value, relation, std::move(values)};
}
CheckTerm of(Subject subject, const char* column, Relation relation, std::vector<std::string> values) {
  return {column, subject, relation, std::move(values)};
}

class CheckForms : public ::testing::TestWithParam<Case> {};

TEST_P(CheckForms, AreRead) {
  const auto check = read_check(GetParam().expression);
  ASSERT_TRUE(check) << base::to_string(check.errors()[0]);
  EXPECT_EQ(check->terms, GetParam().terms) << GetParam().expression;
}

// Most of these are what pg_get_expr() of PostgreSQL 15 prints.
INSTANTIATE_TEST_SUITE_P(
    Comparisons, CheckForms,
    ::testing::Values(Case{"(price > (0)::numeric)", {value("price", Relation::greater, {"0"})}},
                      Case{"(price >= 0.5)", {value("price", Relation::greater_equal, {"0.5"})}},
                      Case{"(0 < price)", {value("price", Relation::greater, {"0"})}},
                      Case{"(name <> ''::text)", {value("name", Relation::not_equal, {""})}},
                      Case{"(0 <> amount)", {value("amount", Relation::not_equal, {"0"})}},
                      Case{"(t > '-1'::integer)", {value("t", Relation::greater, {"-1"})}},
                      Case{"(t >= -40)", {value("t", Relation::greater_equal, {"-40"})}},
                      Case{"((rate >= (0)::numeric) AND (rate <= (1)::numeric))",
                           {value("rate", Relation::greater_equal, {"0"}), value("rate", Relation::less_equal, {"1"})}},
                      Case{
                          "rate BETWEEN 1 AND 10",
                          {value("rate", Relation::greater_equal, {"1"}), value("rate", Relation::less_equal, {"10"})}},
                      Case{"(d < '2030-01-01'::date)", {value("d", Relation::less, {"2030-01-01"})}},
                      Case{"(\"Odd name\" > 1)", {value("Odd name", Relation::greater, {"1"})}},
                      Case{"(VALUE > 0)", {value("value", Relation::greater, {"0"})}}));

INSTANTIATE_TEST_SUITE_P(
    Lists, CheckForms,
    ::testing::Values(
        Case{"(state = ANY (ARRAY['a'::text, 'b'::text]))", {value("state", Relation::one_of, {"a", "b"})}},
        Case{"((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
             {value("state", Relation::one_of, {"a", "b"})}},
        Case{"level IN (1, 2, 3)", {value("level", Relation::one_of, {"1", "2", "3"})}},
        Case{"(variant = 1)", {value("variant", Relation::one_of, {"1"})}},
        Case{"((state = 'a'::text) OR (state = 'b'::text))", {value("state", Relation::one_of, {"a", "b"})}},
        Case{"((state = 'it''s'::text) OR (state IS NULL))", {value("state", Relation::one_of, {"it's"})}},
        Case{"agreed", {value("agreed", Relation::one_of, {"true"})}},
        Case{"(NOT deleted)", {value("deleted", Relation::one_of, {"false"})}},
        Case{"(deleted IS FALSE)",
             {value("deleted", Relation::one_of, {"false"}), value("deleted", Relation::not_null)}}));

INSTANTIATE_TEST_SUITE_P(
    LengthsAndPatterns, CheckForms,
    ::testing::Values(
        Case{"(char_length((name)::text) <= 40)", {of(Subject::characters, "name", Relation::less_equal, {"40"})}},
        Case{"(length(btrim(name)) > 0)", {of(Subject::characters, "name", Relation::greater, {"0"})}},
        Case{"(octet_length(key) = 32)", {of(Subject::bytes, "key", Relation::one_of, {"32"})}},
        Case{"(cardinality(tags) <= 5)", {of(Subject::elements, "tags", Relation::less_equal, {"5"})}},
        Case{"(array_length(tags, 1) > 0)", {of(Subject::elements, "tags", Relation::greater, {"0"})}},
        Case{"(code ~ '^[A-Z]{3}$'::text)", {value("code", Relation::matches, {"^[A-Z]{3}$"})}},
        Case{"((email)::text ~* '^[a-z]+@x$'::text)", {value("email", Relation::matches, {"^[a-z]+@x$"})}},
        Case{"(url ~~ 'https://%'::text)", {value("url", Relation::like, {"https://%"})}},
        Case{"url LIKE 'https://%'", {value("url", Relation::like, {"https://%"})}}));

INSTANTIATE_TEST_SUITE_P(
    Mixtures, CheckForms,
    ::testing::Values(Case{"(name IS NOT NULL)", {value("name", Relation::not_null)}},
                      Case{"((age > 17) OR (age IS NULL))", {value("age", Relation::greater, {"17"})}},
                      Case{"(user_id <> friend_id)", {value("user_id", Relation::differs_from, {"friend_id"})}},
                      Case{"(starts < ends)", {value("starts", Relation::below, {"ends"})}},
                      Case{"(ends >= starts)", {value("starts", Relation::below, {"ends"})}},
                      // What is not understood is left out, and what stands beside it by AND is kept.
                      Case{"((a > 0) AND (a <> (b + 1)))", {value("a", Relation::greater, {"0"})}},
                      Case{"((a > 0) AND ((b IS NULL) <> (c IS NULL)))", {value("a", Relation::greater, {"0"})}}));

INSTANTIATE_TEST_SUITE_P(NotUnderstood, CheckForms,
                         ::testing::Values(Case{"(starts < (ends - 1))", {}}, Case{"((a > 0) OR (b > 0))", {}},
                                           Case{"((a > 0) OR (b IS NULL))", {}},
                                           Case{"((a IS NULL) <> (b IS NULL))", {}}, Case{"(born <= CURRENT_DATE)", {}},
                                           Case{"(state <> ALL (ARRAY['a'::text]))", {}}, Case{"(NOT (a > 1))", {}},
                                           Case{"(a = NULL::integer)", {}}, Case{"(name !~~ '%x'::text)", {}},
                                           Case{"is_fine(a, 1)", {}}, Case{"num_nonnulls(a, b) = 1", {}}));

TEST(ReadCheck, NamesColumnsAndConstantsOfAnyExpression) {
  const auto check =
      read_check("(((kind = 'x'::text) AND (a IS NULL)) OR ((kind = 'y'::text) AND (a > (5)::numeric(4,1))))");
  ASSERT_TRUE(check);
  EXPECT_THAT(check->columns, ElementsAre("kind", "a"));
  EXPECT_THAT(check->constants,
              ElementsAre(CheckExpression::Constant{"kind", "x"}, CheckExpression::Constant{"kind", "y"},
                          CheckExpression::Constant{"a", "5"}));
  EXPECT_THAT(check->terms, IsEmpty());
}

TEST(ReadCheck, GivesConstantsToTheColumnsBesideThem) {
  const auto check = read_check("((is_fine(a, 7) OR ((b + 2) > c)) AND (d IS TRUE) AND (e = false))");
  ASSERT_TRUE(check);
  EXPECT_THAT(check->columns, ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(check->constants, ::testing::Contains(CheckExpression::Constant{"b", "2"}));
  EXPECT_THAT(check->constants, ::testing::Contains(CheckExpression::Constant{"a", "7"}));
  EXPECT_THAT(check->constants, ::testing::Not(::testing::Contains(CheckExpression::Constant{"c", "2"})));
  for (const auto& constant : check->constants) EXPECT_NE(constant.text, "false");
}

// Their text is cut out of the source: parentheses in strings and names are none.
TEST(ReadCheck, FindsWhatAColumnMustEqual) {
  const auto equations = [](const char* expression) {
    std::vector<std::string> found;
    const auto check = read_check(expression);
    for (const auto& [column, text] : check->equations) found.push_back(column + ":" + text);
    return found;
  };
  EXPECT_THAT(equations("((net + tax) = gross)"), ElementsAre("gross:(net + tax) "));
  EXPECT_THAT(equations("(area = (w * h))"), ElementsAre("area: (w * h)"));
  EXPECT_THAT(equations("((a > 0) AND (full_name = ((first || ' ) ('::text) || last)) AND (b < 5))"),
              ElementsAre("full_name: ((first || ' ) ('::text) || last)"));
  EXPECT_THAT(equations("(\"odd(\" = (x + 1))"), ElementsAre("odd(: (x + 1)"));
  EXPECT_THAT(equations("(a = b)"), IsEmpty());
  EXPECT_THAT(equations("(a = 5)"), IsEmpty());
  EXPECT_THAT(equations("(a = (a + b))"), IsEmpty());
}

TEST(ReadCheck, RefusesWhatIsNoExpression) {
  EXPECT_FALSE(read_check(""));
  const auto check = read_check("a >");
  ASSERT_FALSE(check);
  EXPECT_THAT(check.errors()[0].message, ::testing::HasSubstr("a >"));
}

}  // namespace
}  // namespace pgrehearse::sql
