// A migration folder of a test.
#pragma once

#include <string>

#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::migrate {

class MigrationFolder {
 public:
  std::string path(const std::string& file = {}) const { return folder_.path(file); }
  MigrationFolder& file(const std::string& name, const std::string& text) {
    folder_.write(name, text);
    return *this;
  }
  MigrationFolder& folder(const std::string& name) {
    std::filesystem::create_directories(path(name));
    return *this;
  }

 private:
  testing::TemporaryFolder folder_;
};

}  // namespace pgrehearse::migrate
