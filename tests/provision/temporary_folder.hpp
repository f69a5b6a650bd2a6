// A folder of the test's own, removed with all its content at the end.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace pgrehearse::provision {

class TemporaryFolder {
 public:
  // Under /tmp whatever TMPDIR says: socket paths must stay short.
  TemporaryFolder() {
    char path[] = "/tmp/provision-test-XXXXXX";
    if (::mkdtemp(path) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = path;
    std::filesystem::permissions(path_, std::filesystem::perms::all);  // for the server's user
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  bool empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::string path_;
};

}  // namespace pgrehearse::provision
