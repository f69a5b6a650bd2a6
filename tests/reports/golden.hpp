// Output held against files in tests/reports/golden/. A hole {{name}} in such a file stands for what may differ between
// machines and versions; the known names and what they match are below.
//
// To renew all of them after a wanted change, run the tests once with PGREHEARSE_RENEW_GOLDEN=1 and read the difference
// in git before you commit it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace pgrehearse::testing {

inline const std::vector<std::pair<std::string, std::string>> golden_holes = {
    {"{{version}}", R"(pgrehearse \d+\.\d+\.\d+)"},
    {"{{started}}", R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"},
};

inline std::string with_holes(std::string text) {
  for (const auto& [name, pattern] : golden_holes) text = std::regex_replace(text, std::regex(pattern), name);
  return text;
}

inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(PGREHEARSE_SOURCE_DIR) + "/tests/reports/golden/" + name;
  if (std::getenv("PGREHEARSE_RENEW_GOLDEN")) {
    std::ofstream(path) << with_holes(actual);
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing; renew as tests/reports/golden.hpp says";
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(with_holes(actual), expected) << "differs from " << path << "; to renew it see tests/reports/golden.hpp";
}

}  // namespace pgrehearse::testing
