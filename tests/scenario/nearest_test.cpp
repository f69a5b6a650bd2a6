#include "harness/scenario/nearest.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::scenario {
namespace {

const std::vector<std::string> words{"max_stall", "lock_wait", "rate", "rows"};

TEST(Nearest, ForgivesTypingErrors) {
  EXPECT_EQ(nearest("max_stal", words), "max_stall");
  EXPECT_EQ(nearest("mxa_stall", words), "max_stall") << "neighbours swapped";
  EXPECT_EQ(nearest("Lock-Wait", words), "lock_wait");
  EXPECT_EQ(nearest("raet", words), "rate");
}

TEST(Nearest, DoesNotGuess) {
  EXPECT_EQ(nearest("banana", words), "");
  EXPECT_EQ(nearest("x", words), "");
  EXPECT_EQ(nearest("rate", {}), "");
  EXPECT_EQ(nearest(std::string(100, 'r'), words), "");
}

TEST(Suggestion, ListsTheWordsWhenNoneIsNear) {
  EXPECT_EQ(suggestion("rwos", words, "known"), "did you mean 'rows'?");
  EXPECT_EQ(suggestion("banana", words, "known"), "known: max_stall, lock_wait, rate, rows");
}

}  // namespace
}  // namespace pgrehearse::scenario
