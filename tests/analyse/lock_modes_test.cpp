#include "harness/analyse/lock_modes.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::analyse {
namespace {

TEST(LockModes, ExcludeEachOtherBothWaysRound) {
  for (std::size_t a = 0; a < lock_mode_count; ++a) {
    for (std::size_t b = 0; b < lock_mode_count; ++b) EXPECT_EQ(lock_conflicts[a][b], lock_conflicts[b][a]);
  }
}

// The manual's sentences about each mode, "conflicts with the ... lock modes".
TEST(LockModes, FollowTheManual) {
  const auto conflicting = [](LockMode mode) {
    std::string names;
    for (std::size_t other = 0; other < lock_mode_count; ++other) {
      if (!conflicts(mode, static_cast<LockMode>(other))) continue;
      names += (names.empty() ? "" : ", ") + std::string(lock_words(static_cast<LockMode>(other)));
    }
    return names;
  };
  EXPECT_EQ(conflicting(LockMode::access_share), "ACCESS EXCLUSIVE");
  EXPECT_EQ(conflicting(LockMode::row_share), "EXCLUSIVE, ACCESS EXCLUSIVE");
  EXPECT_EQ(conflicting(LockMode::row_exclusive), "SHARE, SHARE ROW EXCLUSIVE, EXCLUSIVE, ACCESS EXCLUSIVE");
  EXPECT_EQ(conflicting(LockMode::share_update_exclusive),
            "SHARE UPDATE EXCLUSIVE, SHARE, SHARE ROW EXCLUSIVE, EXCLUSIVE, ACCESS EXCLUSIVE");
  EXPECT_EQ(conflicting(LockMode::share),
            "ROW EXCLUSIVE, SHARE UPDATE EXCLUSIVE, SHARE ROW EXCLUSIVE, EXCLUSIVE, ACCESS EXCLUSIVE");
  EXPECT_EQ(conflicting(LockMode::share_row_exclusive),
            "ROW EXCLUSIVE, SHARE UPDATE EXCLUSIVE, SHARE, SHARE ROW EXCLUSIVE, EXCLUSIVE, ACCESS EXCLUSIVE");
  EXPECT_EQ(
      conflicting(LockMode::exclusive),
      "ROW SHARE, ROW EXCLUSIVE, SHARE UPDATE EXCLUSIVE, SHARE, SHARE ROW EXCLUSIVE, EXCLUSIVE, ACCESS EXCLUSIVE");
}

TEST(LockModes, AreReadAsTheServerWritesThem) {
  EXPECT_EQ(parse_lock_mode("ShareRowExclusiveLock"), LockMode::share_row_exclusive);
  EXPECT_FALSE(parse_lock_mode("SIReadLock"));
  EXPECT_EQ(lock_words(std::string("ShareLock")), "SHARE");
  EXPECT_EQ(lock_words(std::string("SIReadLock")), "SIReadLock");
  EXPECT_EQ(blocked_access(LockMode::access_exclusive), "reads and writes");
  EXPECT_EQ(blocked_access(LockMode::share), "writes");
  EXPECT_EQ(blocked_access(LockMode::share_update_exclusive), "");
}

}  // namespace
}  // namespace pgrehearse::analyse
