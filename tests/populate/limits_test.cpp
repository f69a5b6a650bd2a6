#include "harness/populate/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::populate {
namespace {

using generators::Column;
using generators::Kind;
using sql::CheckTerm;
using Subject = CheckTerm::Subject;
using Relation = CheckTerm::Relation;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

Column column(Kind kind) {
  Column column;
  column.type.kind = kind;
  return column;
}

CheckTerm term(Relation relation, std::vector<std::string> values, Subject subject = Subject::value) {
  return {"c", subject, relation, std::move(values)};
}

TEST(Narrow, MakesStrictBoundsOfWholeNumbersInclusive) {
  Column c = column(Kind::int4);
  narrow(c, term(Relation::greater, {"0"}));
  narrow(c, term(Relation::less, {"10.5"}));
  EXPECT_EQ(c.limits.minimum, 1);
  EXPECT_EQ(c.limits.maximum, 10);
}

TEST(Narrow, StepsByTheScaleOfNumeric) {
  Column c = column(Kind::numeric);
  c.type.scale = 3;
  narrow(c, term(Relation::greater, {"0"}));
  narrow(c, term(Relation::less_equal, {"1"}));
  EXPECT_DOUBLE_EQ(*c.limits.minimum, 0.001);
  EXPECT_EQ(c.limits.maximum, 1);
}

TEST(Narrow, KeepsTheTighterBound) {
  Column c = column(Kind::int8);
  for (const char* low : {"5", "3", "7"}) narrow(c, term(Relation::greater_equal, {low}));
  EXPECT_EQ(c.limits.minimum, 7);
}

TEST(Narrow, IntersectsLists) {
  Column c = column(Kind::text);
  narrow(c, term(Relation::one_of, {"a", "b", "c"}));
  narrow(c, term(Relation::one_of, {"b", "c", "d"}));
  EXPECT_THAT(c.limits.allowed, ElementsAre("b", "c"));
}

TEST(Narrow, ReadsLengths) {
  Column c = column(Kind::text);
  narrow(c, term(Relation::greater, {"2"}, Subject::characters));
  narrow(c, term(Relation::less_equal, {"40"}, Subject::characters));
  EXPECT_EQ(c.limits.length_minimum, 3);
  EXPECT_EQ(c.limits.length_maximum, 40);
  Column bytes = column(Kind::bytea);
  narrow(bytes, term(Relation::one_of, {"32"}, Subject::bytes));
  EXPECT_EQ(bytes.limits.length_minimum, 32);
  EXPECT_EQ(bytes.limits.length_maximum, 32);
}

TEST(Narrow, TellsPatternsFromLike) {
  Column c = column(Kind::text);
  narrow(c, term(Relation::like, {"a%"}));
  EXPECT_EQ(c.limits.pattern, "a%");
  EXPECT_TRUE(c.limits.like);
}

TEST(Narrow, LeavesTextAloneThatIsComparedByOrder) {
  Column c = column(Kind::text);
  narrow(c, term(Relation::greater, {"5"}));
  EXPECT_FALSE(c.limits.minimum);
  narrow(c, term(Relation::not_null, {}));
  EXPECT_TRUE(c.not_null);
}

TEST(Narrow, StepsAsideOfAnExcludedValue) {
  Column c = column(Kind::int4);
  narrow(c, term(Relation::not_equal, {"0"}));
  EXPECT_EQ(c.limits.minimum, 1);
  Column negative = column(Kind::int4);
  negative.limits.maximum = -1;
  narrow(negative, term(Relation::not_equal, {"0"}));
  EXPECT_FALSE(negative.limits.minimum);
  Column text = column(Kind::text);
  narrow(text, term(Relation::not_equal, {""}));
  EXPECT_EQ(text.limits.length_minimum, 1);
}

TEST(Hull, SpansRangesThatAllAlternativesHave) {
  const auto terms = hull({{term(Relation::greater_equal, {"0"}), term(Relation::less, {"100"})},
                           {term(Relation::greater_equal, {"100"}), term(Relation::less, {"900"})}});
  EXPECT_THAT(terms, UnorderedElementsAre(term(Relation::greater_equal, {"0"}), term(Relation::less, {"900"})));
}

TEST(Hull, LeavesOpenWhatOneAlternativeLeavesOpen) {
  const auto terms = hull({{term(Relation::greater_equal, {"0"})}, {term(Relation::less, {"0"})}});
  EXPECT_TRUE(terms.empty());
}

TEST(Hull, UnitesLists) {
  const auto terms = hull({{term(Relation::not_null, {}), term(Relation::one_of, {"de", "fr"})},
                           {term(Relation::not_null, {}), term(Relation::one_of, {"us"})}});
  EXPECT_THAT(terms, UnorderedElementsAre(term(Relation::not_null, {}), term(Relation::one_of, {"de", "fr", "us"})));
}

}  // namespace
}  // namespace pgrehearse::populate
