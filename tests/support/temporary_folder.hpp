// A folder of the test's own, removed with everything in it at the end.
#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace pgrehearse::testing {

class TemporaryFolder {
 public:
  // When the tests run as root, the server runs as another user: it may look in, and with `perms::all` make its own
  // folder here.
  explicit TemporaryFolder(std::filesystem::perms permissions = std::filesystem::perms(0755)) {
    path_ = place() + "/pgr-test-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    std::filesystem::permissions(path_, permissions);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + '/' + name; }

  bool empty() const { return std::filesystem::is_empty(path_); }

  // Writes a file, with its folders; returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

  std::string read(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  // In /tmp where TMPDIR is long: the paths of sockets must stay short.
  static std::string place() {
    constexpr std::size_t longest = 16;
    const char* chosen = std::getenv("TMPDIR");
    const std::string folder = chosen == nullptr ? "" : chosen;
    return folder.empty() || folder.size() > longest ? "/tmp" : folder;
  }

  std::string path_;
};

}  // namespace pgrehearse::testing
