#include "harness/observe/difference_text.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::observe {
namespace {

TEST(Skeleton, IsTheSameForSpellingsOfTheSame) {
  EXPECT_EQ(skeleton("CURRENT_TIMESTAMP"), skeleton("now()"));
  EXPECT_EQ(skeleton("(CURRENT_TIMESTAMP + '1 day'::interval)"), skeleton("(now() + '1 day'::interval)"));
  EXPECT_EQ(skeleton("CHECK (((a > 0) AND (b > 0)))"), skeleton("CHECK ((a > 0 AND b > 0))"));
  EXPECT_EQ(skeleton("SELECT '2026-11-20 23:57:19.145123'::timestamp without time zone AS t"),
            skeleton("SELECT '2026-11-21 00:11:00.5'::timestamp without time zone AS t"));
}

TEST(Skeleton, KeepsWhatMeansSomethingElse) {
  EXPECT_NE(skeleton("CURRENT_TIMESTAMP"), skeleton("CURRENT_DATE"));
  EXPECT_NE(skeleton("a > 0"), skeleton("a > 1"));
  EXPECT_NE(skeleton("'(a)'::text"), skeleton("'a'::text"));
  EXPECT_NE(skeleton("not null"), skeleton("notnull"));
  EXPECT_NE(skeleton("'2026-11-20 00:00:00'::timestamp"), skeleton("'2026-11-21 00:00:00'::timestamp"));
  EXPECT_NE(skeleton("MY_CURRENT_TIMESTAMP"), skeleton("MY_now()"));
}

TEST(Excerpts, KeepShortTextsWhole) {
  const auto [was, is] = excerpts("a\n  b ", "a c");
  EXPECT_EQ(was, "a b");
  EXPECT_EQ(is, "a c");
}

TEST(Excerpts, ShowTheFirstDifferenceOfLongTexts) {
  const std::string same(300, 'x');
  const auto [was, is] = excerpts(same + "OLD" + same, same + "NEW" + same);
  EXPECT_LT(was.size(), 130u);
  EXPECT_NE(was.find("OLD"), std::string::npos);
  EXPECT_NE(is.find("NEW"), std::string::npos);
  EXPECT_EQ(was.substr(0, 4), "...x");
}

TEST(Phase, IsNamedForPeople) {
  EXPECT_EQ(after_phase("down"), "after down");
  EXPECT_EQ(after_phase("up_again"), "after the second up");
}

}  // namespace
}  // namespace pgrehearse::observe
