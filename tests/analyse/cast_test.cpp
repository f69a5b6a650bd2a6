// Who takes part beside the migration: does old code survive, and what did an adversary do by itself?
#include <gmock/gmock.h>

#include "harness/analyse/applications.hpp"
#include "harness/analyse/blame.hpp"
#include "tests/analyse/analysed.hpp"
#include "tests/analyse/cast_stories.hpp"

namespace pgrehearse::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using testing::Story;

const Gate* find_gate(const Analysis& analysis, const std::string& id) {
  for (const Gate& gate : analysis.gates) {
    if (gate.id == id) return &gate;
  }
  return nullptr;
}

TEST(Applications, OldCodeThatNamesTheRenamedColumnBreaks) {
  const Analysis analysis = analysed(testing::renamed_column());
  const auto& runs = analysis.passes[0].applications;
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].name, "old");
  EXPECT_EQ(runs[0].survives, false);
  EXPECT_THAT(runs[0].misfits, ElementsAre(Pair("42703", 150))) << "not the duplicates that are everywhere";
  ASSERT_TRUE(find_gate(analysis, "old_code_survives"));
  EXPECT_EQ(find_gate(analysis, "old_code_survives")->outcome, Verdict::fail);
  EXPECT_EQ(find_gate(analysis, "old_code_survives")->because,
            "traffic pass: 150 of 204 operations of the old code failed on the new schema: 150 of 42703 (undefined "
            "column); by phase: after up 150");
  EXPECT_EQ(analysis.headline.substr(0, 12), "Traffic pass");
}

TEST(Applications, NewCodeOnTheOldSchemaIsToldAndJudgedWhenAskedFor) {
  scenario::Gates gates;
  EXPECT_FALSE(find_gate(analysed(testing::renamed_column(), gates), "new_code_survives"));
  gates.new_code_survives = true;
  const Analysis analysis = analysed(testing::renamed_column(), gates);
  const ApplicationRun& run = analysis.passes[0].applications[1];
  EXPECT_EQ(run.survives, false);
  ASSERT_EQ(run.phases.size(), 2u) << "after up and down";
  EXPECT_TRUE(run.phases[0].own_schema);
  EXPECT_FALSE(run.phases[1].own_schema);
  EXPECT_THAT(find_gate(analysis, "new_code_survives")->because, HasSubstr("new code failed on the old schema"));
}

TEST(Applications, MisfitsAreNotCountedTwice) {
  Story story = testing::renamed_column();
  EXPECT_EQ(analysed(story).passes[0].phases[3].traffic->tally.failed, 1u);
  EXPECT_EQ(find_gate(analysed(story), "error_rate")->actual_number.value(), 0)
      << "the only error in up and down is one";
  EXPECT_THAT(find_gate(analysed(story), "error_rate")->because, Not(HasSubstr("42703")));
  testing::fail(story, "new:read", 3010, 3020, "40P01", 1);
  EXPECT_GT(find_gate(analysed(story), "error_rate")->actual_number.value(), 0) << "a deadlock is not the schema's";
}

TEST(Applications, CodeThatNeverMeetsTheOtherSchemaCannotBeJudged) {
  Story story = testing::renamed_column();
  testing::take_out(story, "new:read", 3010, 3020);
  scenario::Gates gates;
  gates.new_code_survives = true;
  const Analysis analysis = analysed(story, gates);
  EXPECT_EQ(analysis.passes[0].applications[1].survives, std::nullopt);
  EXPECT_EQ(find_gate(analysis, "new_code_survives")->outcome, Verdict::inconclusive);
}

TEST(Applications, ARunWithoutThemHasNoSuchGate) {
  EXPECT_FALSE(find_gate(analysed(testing::second_ddl()), "old_code_survives"));
}

TEST(Adversaries, AStallOfTheirOwnIsNotTheMigrations) {
  const Analysis analysis = analysed(testing::second_ddl());
  const Pass& pass = analysis.passes[0];
  ASSERT_EQ(pass.waits.size(), 1u);
  EXPECT_EQ(pass.waits[0].adversary, "second-ddl");
  EXPECT_EQ(pass.lock_waits.adversaries, 1u);
  EXPECT_EQ(pass.lock_waits.ordinary, 0u);
  ASSERT_EQ(pass.stalls.size(), 1u);
  EXPECT_EQ(pass.stalls[0].adversary, "second-ddl");
  EXPECT_FALSE(pass.stalls[0].statement);
  EXPECT_EQ(find_gate(analysis, "max_stall")->outcome, Verdict::pass);
  ASSERT_EQ(pass.adversaries.size(), 2u);
  EXPECT_EQ(pass.adversaries[0].blocked.operations, 1u);
  EXPECT_EQ(pass.adversaries[0].blocked.max, base::from_ms(1492));
}

TEST(Adversaries, DoorsAreCountedByRole) {
  const auto doors = analysed(testing::second_ddl()).passes[0].adversaries[1].doors;
  ASSERT_EQ(doors.size(), 2u);
  EXPECT_EQ(doors[0].role, "administrator");
  EXPECT_EQ(doors[0].tries, 2u);
  EXPECT_EQ(doors[0].refused, 0u);
  EXPECT_EQ(doors[0].slowest, base::from_ms(450));
  EXPECT_EQ(doors[1].role, "ordinary role");
  EXPECT_EQ(doors[1].refused, 1u);
}

// A DDL of theirs that waits itself stops those after it in the queue, as the migration would.
TEST(Adversaries, QueueingBehindOneThatWaitsIsItsDoing) {
  Story story;
  story.pass("adversary:x", {{"baseline", 1000}, {"up", 1000}});
  const std::vector<record::Statement> none;
  const std::vector<record::AdversaryStep> steps{{{}, "adversary:x", "reader", "holds", 900},
                                                 {{}, "adversary:x", "ddl", "asks", 901}};
  auto ddl = story.wait("", "AccessExclusiveLock", 100, 500, {900}, {901}, 901);
  ddl.application = "pgrehearse:adversary:ddl";
  const auto read = story.wait("read", "AccessShareLock", 120, 480, {900}, {901, 700});
  const std::vector<record::LockWait> waits{ddl, read};
  const Blame blame(none, waits, steps);
  EXPECT_EQ(blame.of(read).adversary, "ddl");
  EXPECT_THAT(blame.roots(read), ElementsAre("adversary reader"));
}

TEST(Adversaries, ProcessZeroIsAPreparedTransaction) {
  Story story;
  story.pass("adversary:x", {{"up", 1000}});
  const std::vector<record::Statement> none;
  const auto read = story.wait("read", "AccessShareLock", 120, 480, {0}, {700});
  const std::vector<record::LockWait> waits{read};
  const std::vector<record::AdversaryStep> nobody, steps{{{}, "adversary:x", "forgotten", "holds", 0}};
  EXPECT_THAT(Blame(none, waits, steps).roots(read), ElementsAre("adversary forgotten"));
  EXPECT_THAT(Blame(none, waits, nobody).roots(read), ElementsAre("a prepared transaction"));
  EXPECT_THAT(Blame(none, waits, nobody).of(read).adversary, IsEmpty());
}

}  // namespace
}  // namespace pgrehearse::analyse
