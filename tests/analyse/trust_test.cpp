// Whether the sender's own lateness is told.
#include "harness/analyse/trust.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analyse/analysed.hpp"
#include "tests/analyse/stories.hpp"

namespace pgrehearse::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> notices_with(double late_ms, const scenario::Gates& limits) {
  testing::Story story = testing::clean_run();
  story.delivery(0.1, late_ms);
  return analysed(story, limits).notices;
}

TEST(LateSending, IsToldAboveATenthOfTheLimitForStalls) {
  scenario::Gates limits;
  limits.max_stall = base::from_ms(500);
  EXPECT_THAT(notices_with(49, limits), IsEmpty());
  EXPECT_THAT(notices_with(60, limits),
              ElementsAre(AllOf(HasSubstr("traffic pass: pgrehearse itself sent operations up to 60.0 ms late"),
                                HasSubstr("limit of 500 ms"))));
}

TEST(LateSending, IsHeldAgainstTheStricterLimit) {
  scenario::Gates limits;
  limits.response_p99 = base::from_ms(20);
  EXPECT_THAT(notices_with(3, limits), ElementsAre(HasSubstr("limit of 20.0 ms")));
  limits.max_stall.reset();
  limits.response_p99.reset();
  EXPECT_THAT(notices_with(3000, limits), IsEmpty()) << "no limit that it could spoil";
}

}  // namespace
}  // namespace pgrehearse::analyse
