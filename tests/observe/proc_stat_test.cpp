#include "harness/observe/proc_stat.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::observe {
namespace {

TEST(MachineBusy, LeavesOutIdleWaitingAndGuest) {
  //                                     user nice sys idle iowait irq soft steal guest guest_nice
  EXPECT_EQ(parse_machine_busy("cpu  1000 20 300 99999 77777 4 50 600 900 1\ncpu0 1 2 3 4 5 6 7 8 9 10\n"), 1974u);
}

TEST(MachineBusy, IsNothingWithoutItsText) {
  EXPECT_FALSE(parse_machine_busy(""));
  EXPECT_FALSE(parse_machine_busy("cpu0 1 2 3 4 5 6 7 8 9 10\n"));
  EXPECT_FALSE(parse_machine_busy("cpu  1 2 3\ncpu0 1 2 3 4 5 6 7 8\n"));
}

TEST(Process, IsReadWithWhateverName) {
  const auto process = parse_process(
      "8652 (post) (gres) S 1 8652 8652 0 -1 4194304 4214 77007 0 34 21 13 400 99 20 0 1 0 95321 590610432 6915 ...");
  ASSERT_TRUE(process);
  EXPECT_EQ(process->pid, 8652);
  EXPECT_EQ(process->parent, 1);
  EXPECT_EQ(process->own, 34u);
  EXPECT_EQ(process->reaped, 499u);
}

TEST(Process, ThatVanishedIsNothing) {
  EXPECT_FALSE(parse_process(""));
  EXPECT_FALSE(parse_process("8652 (postgres) S 1 8652"));
}

TEST(Tree, CountsDescendantsAndTheReapedOnce) {
  const std::vector<ProcessTimes> processes{{1, 0, 5000, 90000}, {10, 1, 100, 1000}, {11, 10, 20, 0},
                                            {12, 10, 30, 3},     {13, 12, 7, 0},     {99, 1, 800, 0}};
  EXPECT_EQ(tree_busy(processes, 10), 100u + 1000 + 20 + 30 + 3 + 7);
  EXPECT_EQ(tree_busy(processes, 42), 0u);
}

}  // namespace
}  // namespace pgrehearse::observe
