// A folder of files for one test, and short ways to read scenarios from it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "harness/scenario/read.hpp"

namespace pgrehearse::scenario::testing {

class Files {
 public:
  Files() {
    std::string path = std::filesystem::temp_directory_path() / "pgrehearse-test-XXXXXX";
    folder_ = mkdtemp(path.data());
    write("up.sql", "SELECT 1;\n");
    write("down.sql", "SELECT 2;\n");
    write("schema.sql", "SELECT 3;\n");
    write("read.sql", "SELECT 4;\n");
    std::filesystem::create_directory(folder_ / "migrations");
  }
  ~Files() { std::filesystem::remove_all(folder_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return path(name);
  }
  // Reads `text` as this folder's scenario.yaml.
  base::Result<Scenario> read(const std::string& text, const Flags& flags = {}) const {
    return read_scenario(write("scenario.yaml", text), flags);
  }

 private:
  std::filesystem::path folder_;
};

inline std::string messages(const base::Errors& errors) {
  std::string text;
  for (const base::Error& error : errors) text += to_string(error) + '\n';
  return text;
}

// The value, or a failed test with the errors and an empty scenario.
inline Scenario value_of(const base::Result<Scenario>& result) {
  if (result) return *result;
  ADD_FAILURE() << messages(result.errors());
  return {};
}

}  // namespace pgrehearse::scenario::testing
