#include "harness/provision/binaries.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/provision/temporary_folder.hpp"

namespace pgrehearse::provision {
namespace {

using ::testing::HasSubstr;

// Programs that only say a version.
void install(const std::string& folder, const std::string& version) {
  for (const char* name : {"/initdb", "/postgres"}) {
    std::ofstream(folder + name) << "#!/bin/sh\necho 'postgres (PostgreSQL) " << version << "'\n";
    std::filesystem::permissions(folder + name, std::filesystem::perms::owner_all);
  }
}

TEST(BinariesTest, UsesTheChosenFolder) {
  TemporaryFolder folder;
  install(folder.path(), "16.4 (Debian 16.4-1)");
  const auto found = find_binaries(folder.path());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->folder, folder.path());
  EXPECT_EQ(found->version, "16.4");
  EXPECT_EQ(found->major, 16);
}

TEST(BinariesTest, ReadsTheVersionOfABeta) {
  TemporaryFolder folder;
  install(folder.path(), "19beta2");
  EXPECT_EQ(find_binaries(folder.path())->major, 19);
}

TEST(BinariesTest, SaysWhatTheChosenFolderLacks) {
  TemporaryFolder folder;
  const auto found = find_binaries(folder.path());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.errors()[0].kind, base::ErrorKind::environment);
  EXPECT_EQ(found.errors()[0].message, "no program initdb in " + folder.path());
  EXPECT_THAT(found.errors()[0].hint, HasSubstr("--postgres-bin"));
}

TEST(BinariesTest, RefusesOldVersions) {
  TemporaryFolder folder;
  install(folder.path(), "13.16");
  const auto found = find_binaries(folder.path());
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.errors()[0].message, HasSubstr("PostgreSQL 13.16"));
  EXPECT_THAT(found.errors()[0].message, HasSubstr("14 or newer is needed"));
}

}  // namespace
}  // namespace pgrehearse::provision
