#include "harness/base/files.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::base {
namespace {

TEST(ReadFile, GivesTheWholeContent) {
  const testing::TemporaryFolder folder;
  const std::string large(200'000, 'x');
  EXPECT_EQ(read_file(folder.write("large", large)), large);
  EXPECT_EQ(read_file(folder.write("empty", "")), "");
}

TEST(ReadFile, GivesNothingWhereItCannotBeOpened) {
  EXPECT_FALSE(read_file("/no/such/file"));
  EXPECT_EQ(errno, ENOENT);
}

// As /proc/<pid>/stat of a process that ends between the two.
TEST(ReadFile, GivesNothingWhereOpeningSucceedsAndReadingFails) {
  EXPECT_FALSE(read_file("/"));
  EXPECT_EQ(errno, EISDIR);
}

}  // namespace
}  // namespace pgrehearse::base
