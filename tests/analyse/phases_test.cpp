#include "harness/analyse/phases.hpp"

#include <gtest/gtest.h>

#include "harness/analyse/headline.hpp"
#include "tests/analyse/stories.hpp"

namespace pgrehearse::analyse {
namespace {

using testing::Story;

const Phase& named(const std::vector<Phase>& phases, const std::string& name) {
  for (const Phase& phase : phases) {
    if (phase.name == name) return phase;
  }
  throw std::runtime_error("no phase " + name);
}

TEST(Phases, WhatOutlivedTheBaselineIsChargedToTheMigrationAlone) {
  Story story;
  story.pass("traffic", {{"baseline", 1000}, {"up", 2000}, {"after_up", 1000}});
  story.traffic("read", 100, {{900, 3200}});
  const auto found = phases(split_passes(story.record()).front());
  const Traffic& baseline = *named(found, "baseline").traffic;
  const Traffic& up = *named(found, "up").traffic;
  const Traffic& after = *named(found, "after_up").traffic;
  EXPECT_EQ(baseline.tally.due, 100u);
  EXPECT_EQ(baseline.response.count(), 90u);
  EXPECT_LT(baseline.response.max(), base::from_ms(20));
  EXPECT_EQ(up.tally.due, 200u);
  EXPECT_EQ(up.response.count(), 210u) << "200 of its own and 10 carried in";
  EXPECT_GT(up.response.max(), base::from_ms(2290));
  EXPECT_EQ(after.response.count(), 100u + 210u) << "still in flight when the phase ended";
}

TEST(Phases, ScriptsAddUpToTheirPhase) {
  Story story = testing::clean_run();
  for (const PassEvents& events : split_passes(story.record())) {
    for (const Phase& phase : phases(events)) {
      if (!phase.traffic) continue;
      std::uint64_t due = 0;
      for (const ScriptTraffic& script : phase.scripts) due += script.traffic.tally.due;
      EXPECT_EQ(due, phase.traffic->tally.due);
      EXPECT_TRUE(phase.traffic->tally.adds_up());
    }
  }
}

TEST(Phases, ThePassesOfARunAreKeptApart) {
  Story story = testing::clean_run();
  const auto passes = split_passes(story.record());
  ASSERT_EQ(passes.size(), 2u);
  EXPECT_EQ(passes[0].name, "quiet");
  EXPECT_TRUE(passes[0].windows.empty());
  EXPECT_FALSE(phases(passes[0]).front().traffic);
  EXPECT_EQ(passes[1].statements.size(), 3u);
  EXPECT_EQ(passes[1].statements[0].start, base::from_ms(5002)) << "from the start of its own pass";
}

TEST(Phases, ABrokenOffPassLastsAsLongAsSomethingWasSeen) {
  Story story;
  story.append(record::PassStart{base::from_ms(100), "traffic", "db"});
  story.append(record::PhaseStart{base::from_ms(100), "traffic", "baseline"});
  record::Window window;
  window.pass = "traffic";
  window.start = base::from_ms(100);
  window.end = base::from_ms(300);
  story.record().windows.push_back(window);
  const auto passes = split_passes(story.record());
  EXPECT_FALSE(passes[0].ended);
  EXPECT_EQ(passes[0].phases[0].time.length(), base::from_ms(200));
}

TEST(Timeline, HasOnePointForAWindowOfAllScripts) {
  Story story = testing::volatile_default();
  const auto points = timeline(split_passes(story.record())[1]);
  ASSERT_GT(points.size(), 200u);
  for (std::size_t i = 1; i < points.size(); ++i)
    EXPECT_LE(points[i - 1].start + points[i - 1].length, points[i].start);
  EXPECT_EQ(points[0].due, 40u);
  EXPECT_LT(points[24].max, base::from_ms(100)) << "the last window of the baseline is calm";
  EXPECT_GT(points[25].max, base::from_ms(18000));
  std::uint64_t finished = 0;
  for (const TimelinePoint& point : points) finished += point.ok + point.failed;
  EXPECT_EQ(finished, 200u * 46331 / 1000 + 1) << "each operation once";
  EXPECT_LT(points[120].max, base::from_ms(1000)) << "after up: what was due then, not what ended then";
}

TEST(Timeline, WhatOutlivedTheBaselineShowsWhereTheMigrationBegins) {
  Story story;
  story.pass("traffic", {{"baseline", 1000}, {"up", 400}, {"after_up", 1000}});
  story.traffic("read", 10, {{950, 1390}});
  story.traffic("rare", 0.5, {{0, 1390}});
  const auto points = timeline(split_passes(story.record()).front());
  EXPECT_LT(points[4].max, base::from_ms(100));
  EXPECT_GT(points[5].max, base::from_ms(1390)) << "due at 0, still waiting when up began";
  EXPECT_LT(points[7].max, base::from_ms(100));
}

TEST(Phases, WhatFollowsTheLastPhaseIsNoPartOfThePass) {
  Story story;
  story.pass("traffic", {{"baseline", 1000}, {"up", 1000}}).traffic("read", 100);
  const auto before = phases(split_passes(story.record()).front());
  record::Window late = story.record().windows.back();
  late.start = story.at(2000);
  late.end = story.at(2200);
  story.record().windows.push_back(late);
  story.append(story.wait("read", "AccessShareLock", 2050, 300, {Story::migration_pid}, {700}))
      .stall("read", 2000, 400);
  story.append(record::Deadlock{story.at(2100), "", 700, "pgrehearse:traffic", ""});
  story.gap("traffic", 2000, 100, "stopping");
  const PassEvents events = split_passes(story.record()).front();
  EXPECT_TRUE(events.waits.empty() && events.deadlocks.empty() && events.stalls.empty());
  EXPECT_EQ(events.windows.size(), story.record().windows.size() - 1);
  EXPECT_EQ(phases(events).back().traffic->tally.due, before.back().traffic->tally.due);
}

TEST(Phases, WhatHappensInAnotherDatabaseIsNoPartOfThePass) {
  Story story;
  story.pass("traffic", {{"up", 1000}});
  auto wait = story.wait("read", "AccessShareLock", 100, 300, {Story::migration_pid}, {700});
  wait.database = "somebody_elses";
  story.append(wait);
  EXPECT_TRUE(split_passes(story.record()).front().waits.empty());
}

TEST(Window, IsATenthMoreRoundedUpToTwoDigits) {
  EXPECT_EQ(window_for(base::from_ms(18301)), base::from_ms(21000));
  EXPECT_EQ(window_for(base::from_ms(4)), base::from_ms(4.4));
  EXPECT_EQ(window_for(Duration{}), Duration{});
}

}  // namespace
}  // namespace pgrehearse::analyse
