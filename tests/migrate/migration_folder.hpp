// A migration folder of a test, made in the system's temporary folder and removed with the object.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace pgrehearse::migrate {

class MigrationFolder {
 public:
  MigrationFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pgrehearse-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~MigrationFolder() { std::filesystem::remove_all(path_); }
  MigrationFolder(const MigrationFolder&) = delete;
  MigrationFolder& operator=(const MigrationFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string path(const std::string& file) const { return (path_ / file).string(); }
  MigrationFolder& file(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return *this;
  }
  MigrationFolder& folder(const std::string& name) {
    std::filesystem::create_directories(path_ / name);
    return *this;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace pgrehearse::migrate
