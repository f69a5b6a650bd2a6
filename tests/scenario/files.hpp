// A folder of files for one test, and short ways to read scenarios from it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/scenario/read.hpp"
#include "tests/support/temporary_folder.hpp"

namespace pgrehearse::scenario::testing {

class Files {
 public:
  Files() {
    write("up.sql", "SELECT 1;\n");
    write("down.sql", "SELECT 2;\n");
    write("schema.sql", "SELECT 3;\n");
    write("read.sql", "SELECT 4;\n");
    std::filesystem::create_directory(path("migrations"));
  }

  std::string path(const std::string& name) const { return folder_.path(name); }
  std::string write(const std::string& name, const std::string& text) const { return folder_.write(name, text); }
  // Reads `text` as this folder's scenario.yaml.
  base::Result<Scenario> read(const std::string& text, const Flags& flags = {}) const {
    return read_scenario(write("scenario.yaml", text), flags);
  }

 private:
  pgrehearse::testing::TemporaryFolder folder_;
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

// Of a file of the project, or anywhere.
inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream(std::filesystem::path(PGREHEARSE_SOURCE_DIR) / path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace pgrehearse::scenario::testing
