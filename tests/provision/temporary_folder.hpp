// A temporary folder in which the server's user may make its own.
#pragma once

#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::provision {

struct TemporaryFolder : testing::TemporaryFolder {
  TemporaryFolder() : testing::TemporaryFolder(std::filesystem::perms::all) {}
};

}  // namespace pgrehearse::provision
