#include "harness/load/ledger.hpp"

#include <gtest/gtest.h>

#include "tests/load/memory_recorder.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

class LedgerTest : public ::testing::Test {
 protected:
  Ledger::Entry sent(Duration due, Duration at, std::size_t script = 0) {
    auto entry = ledger_.enter(script, due);
    ledger_.send(entry, at);
    return entry;
  }
  record::Window window_at(Duration start, const std::string& script = "a") const {
    for (const auto& window : recorder_.windows()) {
      if (window.start == start && window.script == script) return window;
    }
    ADD_FAILURE() << "no window at " << base::to_ms(start);
    return {};
  }

  MemoryRecorder recorder_;
  Ledger ledger_{recorder_, "traffic", {"a", "b"}, 1s};
};

TEST_F(LedgerTest, AnOperationCountsWhereItWasDue) {
  const auto entry = sent(1150ms, 1160ms);
  ledger_.advance(1500ms);
  EXPECT_EQ(recorder_.windows().size(), 3u) << "script a's first window waits for its operation";
  ledger_.finish(entry, 1550ms, "");
  const auto window = window_at(1s);
  EXPECT_EQ(window.end, 1200ms);
  EXPECT_EQ(window.tally.due, 1u);
  EXPECT_EQ(window.tally.ok, 1u);
  EXPECT_EQ(window.within.response.max(), 400ms);
  EXPECT_EQ(window.within.service.max(), 390ms);
}

TEST_F(LedgerTest, DueAtTheEndOfAWindowIsTheNextOnes) {
  ledger_.finish(sent(1200ms, 1200ms), 1201ms, "");
  ledger_.end(1400ms);
  EXPECT_EQ(window_at(1s).tally.due, 0u);
  EXPECT_EQ(window_at(1200ms).tally.due, 1u);
}

TEST_F(LedgerTest, WhatOutlivesItsPhaseIsChargedToEveryPhaseItReached) {
  const auto long_one = sent(1050ms, 1050ms), short_one = sent(1060ms, 1060ms);
  ledger_.finish(short_one, 1070ms, "");
  ledger_.begin_phase(1100ms);
  ledger_.begin_phase(1300ms);
  ledger_.finish(long_one, 1350ms, "57014");
  ledger_.begin_phase(1400ms);
  ledger_.end(1500ms);
  ledger_.close();

  const auto home = window_at(1s);
  EXPECT_EQ(home.end, 1100ms);
  EXPECT_EQ(home.tally.due, 2u);
  EXPECT_EQ(home.tally.errors.at("57014"), 1u);
  EXPECT_EQ(home.within.response.count(), 1u);
  EXPECT_EQ(home.outlived.response.max(), 300ms);
  EXPECT_EQ(window_at(1100ms).carried.response.max(), 300ms);
  EXPECT_EQ(window_at(1300ms).carried.service.max(), 300ms);
  EXPECT_TRUE(window_at(1400ms).carried.response.empty()) << "it had ended before this phase";
  EXPECT_TRUE(window_at(1100ms, "b").carried.response.empty());
  EXPECT_EQ(window_at(1100ms).tally.due, 0u);
}

TEST_F(LedgerTest, WhatNeverEndsChargesNobody) {
  const auto entry = sent(1050ms, 1050ms);
  const auto waiting = ledger_.enter(1, 1060ms);
  ledger_.begin_phase(1100ms);
  ledger_.end(1200ms);
  ledger_.leave_in_flight(entry, 2s);
  ledger_.shed(waiting, 2s);
  ledger_.close();
  EXPECT_EQ(window_at(1s).tally.in_flight, 1u);
  EXPECT_EQ(window_at(1s, "b").tally.shed, 1u);
  EXPECT_TRUE(recorder_.total().carried.response.empty());
}

TEST_F(LedgerTest, AStallLastsFromTheFirstPendingOperationToTheNextCompletion) {
  const auto before = sent(1010ms, 1010ms);
  ledger_.finish(before, 1020ms, "");
  const auto first = sent(1100ms, 1100ms), second = sent(1150ms, 1150ms);
  ledger_.finish(second, 1199ms, "");  // 99 ms: none yet
  ledger_.finish(first, 1299ms, "");   // 100 ms since the last completion
  const auto alone = sent(1500ms, 1500ms);
  ledger_.finish(alone, 1750ms, "40P01");
  const auto stalls = recorder_.events<record::Stall>();
  ASSERT_EQ(stalls.size(), 2u);
  EXPECT_EQ(stalls[0].start, 1199ms);
  EXPECT_EQ(stalls[0].duration, 100ms);
  EXPECT_EQ(stalls[0].script, "a");
  EXPECT_EQ(stalls[1].start, 1500ms);
  EXPECT_EQ(stalls[1].duration, 250ms);
}

TEST_F(LedgerTest, SheddingEndsAStallOnlyWhenNothingIsPending) {
  const auto first = ledger_.enter(0, 1s), second = ledger_.enter(0, 1100ms);
  ledger_.shed(first, 1300ms);
  EXPECT_TRUE(recorder_.events<record::Stall>().empty());
  ledger_.shed(second, 1400ms);
  ASSERT_EQ(recorder_.events<record::Stall>().size(), 1u);
  EXPECT_EQ(recorder_.events<record::Stall>()[0].duration, 400ms);
}

TEST_F(LedgerTest, DueTimesMayNotGoBackPastAWindow) {
  ledger_.advance(1300ms);
  EXPECT_DEATH(ledger_.enter(0, 1100ms), "check failed");
}

TEST_F(LedgerTest, ClosingWithOperationsUnderWayIsABug) {
  sent(1050ms, 1050ms);
  ledger_.end(1100ms);
  EXPECT_DEATH(ledger_.close(), "check failed");
}

}  // namespace
}  // namespace pgrehearse::load
