// What the running half keeps does not grow with the length of a run.
#include <gtest/gtest.h>
#include <malloc.h>

#include <deque>

#include "harness/load/dispatcher.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;

class Dropper final : public record::Recorder {
 public:
  void append(const record::Event&) override {}
  void append(const record::Window& window) override { due += window.tally.due; }
  std::uint64_t due = 0;
};

// Bytes that the program has allocated and not freed.
std::size_t allocated() { return ::mallinfo2().uordblks; }

TEST(Memory, DoesNotGrowWithTheLengthOfTheRun) {
  if (allocated() == 0) GTEST_SKIP() << "this allocator does not count";
  Dropper recorder;
  Ledger ledger(recorder, "long", {"a", "b"}, 0s);
  Pace pace;
  pace.rate_per_s = 500;
  pace.arrivals = Arrivals::poisson;
  Dispatcher dispatcher(ledger, {{"a", 3, {}}, {"b", 1, {}}}, pace, base::Seed{1}, 0s);
  std::optional<Operation> endless;  // one that the server never answers keeps its window open
  std::deque<Operation> running;
  std::size_t after_a_minute = 0;
  for (Duration now{}; now < 30min; now = dispatcher.next_event()) {
    dispatcher.advance(now);
    while (running.size() > 8) {
      dispatcher.finish(running.front(), now, now.count() % 50 == 0 ? "40001" : "");
      running.pop_front();
    }
    while (const auto operation = dispatcher.take(now)) {
      if (!endless) {
        endless = operation;
      } else {
        running.push_back(*operation);
      }
    }
    if (now < 1min) after_a_minute = allocated();
  }
  EXPECT_GT(recorder.due, 500u * 60 * 29);
  EXPECT_LT(allocated(), after_a_minute + 100'000) << "in 29 minutes more";
}

}  // namespace
}  // namespace pgrehearse::load
