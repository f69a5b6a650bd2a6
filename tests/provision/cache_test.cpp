#include "harness/provision/cache.hpp"

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::provision {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::uint64_t KiB = 1024;

// Fills an entry with one file of this size.
auto bytes(std::uint64_t size) {
  return [size](const std::string& folder) -> base::Status {
    std::ofstream(folder + "/data") << std::string(size, 'x');
    return base::success();
  };
}

class CacheTest : public ::testing::Test {
 protected:
  // Entries are dated, so that the order of their use does not hang on the clock's steps.
  void date(const std::string& key, int hours_ago) {
    const auto entry = cache.find(key);
    ASSERT_TRUE(entry);
    fs::last_write_time(*entry + "/key", fs::file_time_type::clock::now() - std::chrono::hours(hours_ago));
  }
  testing::TemporaryFolder folder;
  Cache cache{folder.path("cache"), 300 * KiB};
};

TEST_F(CacheTest, FindsWhatWasStoredByItsWholeKey) {
  EXPECT_FALSE(cache.find("schema 1"));
  ASSERT_TRUE(cache.store("schema 1", bytes(KiB)));
  const auto entry = cache.find("schema 1");
  ASSERT_TRUE(entry);
  EXPECT_EQ(fs::file_size(*entry + "/data"), KiB);
  EXPECT_FALSE(cache.find("schema 2"));
  // Another key with the same hash.
  std::ofstream(*entry + "/key") << "generated databases of pgrehearse, version 1\nanother";
  EXPECT_FALSE(cache.find("schema 1"));
}

TEST_F(CacheTest, KeepsNothingOfAFailure) {
  const auto stored =
      cache.store("a", [](const std::string&) -> base::Status { return base::environment_error("disk full"); });
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.errors().front().message, "disk full");
  EXPECT_TRUE(fs::is_empty(folder.path("cache")));
}

TEST_F(CacheTest, DropsWhatWasNotUsedForLongest) {
  for (const char* key : {"a", "b"}) ASSERT_TRUE(cache.store(key, bytes(120 * KiB)));
  date("a", 1);
  date("b", 2);
  ASSERT_TRUE(cache.store("c", bytes(120 * KiB)));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_TRUE(cache.find("c"));
  EXPECT_THAT(cache.entries(), SizeIs(2));
}

TEST_F(CacheTest, RefusesWhatDoesNotFitAlone) {
  const auto stored = cache.store("a", bytes(400 * KiB));
  ASSERT_FALSE(stored);
  EXPECT_THAT(stored.errors().front().message, HasSubstr("larger than the cache may be (300 kB)"));
  EXPECT_TRUE(cache.entries().empty());
}

TEST_F(CacheTest, ClearsItsOwnOnly) {
  ASSERT_TRUE(cache.store("a", bytes(KiB)));
  folder.write("cache/pgrehearse-data-0123456789abcdef/key", "not ours");
  folder.write("cache/other/key", "generated databases of pgrehearse, version 1\n");
  ASSERT_TRUE(cache.clear());
  EXPECT_FALSE(cache.find("a"));
  EXPECT_TRUE(fs::exists(folder.path("cache/pgrehearse-data-0123456789abcdef/key")));
  EXPECT_TRUE(fs::exists(folder.path("cache/other/key")));
}

}  // namespace
}  // namespace pgrehearse::provision
