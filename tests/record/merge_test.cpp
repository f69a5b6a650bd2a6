#include "harness/record/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::record {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Part part(std::uint64_t number, std::uint64_t of, double wall_start_s) {
  Part made{"part" + std::to_string(number), {}};
  Manifest& manifest = made.record.manifest;
  manifest.kind = "load";
  manifest.seed = 7;
  manifest.slice_number = number;
  manifest.slice_of = of;
  manifest.wall_start_s = wall_start_s;
  return made;
}

Window window(Duration start, std::uint64_t ok, Duration latency) {
  Window made{.pass = "load", .script = "reads", .start = start, .end = start + 200ms};
  made.tally.due = made.tally.sent = made.tally.ok = ok;
  made.within.response.record(latency, ok);
  return made;
}

template <class E>
std::vector<E> all(const Record& record) {
  std::vector<E> found;
  for (const Event& event : record.events) {
    if (const auto* one = std::get_if<E>(&event)) found.push_back(*one);
  }
  return found;
}

// The second machine's clock began 3 s after the first one's, so that its 1 s is the first one's 4 s.
TEST(Merge, AddsWindowsOfTheSameTimeAndMovesThemToOneClock) {
  Part first = part(1, 2, 1000), second = part(2, 2, 1003);
  first.record.windows = {window(4s, 10, 1ms), window(4200ms, 20, 2ms)};
  second.record.windows = {window(1201ms, 5, 9ms), window(1001ms, 7, 3ms)};
  first.record.events = {PhaseStart{4s, "load", "load"}, PhaseEnd{4400ms, "load", "load"}};
  second.record.events = {PhaseStart{1001ms, "load", "load"}, PhaseEnd{1401ms, "load", "load"}};
  const auto merged = merge({first, second});

  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->windows.size(), 2u);
  EXPECT_EQ(merged->windows[0].tally.ok, 17u);
  EXPECT_EQ(merged->windows[0].start, 4s);
  EXPECT_EQ(merged->windows[0].end, 4201ms);
  EXPECT_EQ(merged->windows[1].tally.ok, 25u);
  EXPECT_EQ(merged->windows[1].within.response.max(), 9ms);
  Histogram expected;
  expected.record(2ms, 20);
  expected.record(9ms, 5);
  EXPECT_EQ(merged->windows[1].within.response.buckets(), expected.buckets());
  ASSERT_EQ(all<PhaseStart>(*merged).size(), 1u);
  EXPECT_EQ(all<PhaseStart>(*merged).front().at, 4s);
  EXPECT_EQ(all<PhaseEnd>(*merged).front().at, 4401ms);
  EXPECT_TRUE(all<Notice>(*merged).empty());
}

TEST(Merge, NamesSlicesThatAreMissing) {
  const auto merged = merge({part(3, 4, 0), part(1, 4, 0)});
  ASSERT_TRUE(merged);
  ASSERT_EQ(all<Notice>(*merged).size(), 1u);
  EXPECT_THAT(all<Notice>(*merged).front().text, HasSubstr("2/4, 4/4"));
}

TEST(Merge, RefusesWhatDoesNotBelongTogether) {
  Part rehearsal = part(2, 3, 0), stranger = part(2, 3, 0), twin = part(1, 3, 0);
  rehearsal.record.manifest.kind = "rehearsal";
  stranger.record.manifest.seed = 8;
  twin.folder = "copy";
  const auto merged = merge({part(1, 3, 0), rehearsal, stranger, twin});
  ASSERT_FALSE(merged);
  ASSERT_EQ(merged.errors().size(), 3u);
  EXPECT_THAT(merged.errors()[0].message, HasSubstr("rehearsal"));
  EXPECT_THAT(merged.errors()[1].message, HasSubstr("another load than part1"));
  EXPECT_THAT(merged.errors()[2].message, HasSubstr("stands in part1 too"));
  EXPECT_EQ(merged.errors()[2].place.file, "copy");
}

}  // namespace
}  // namespace pgrehearse::record
