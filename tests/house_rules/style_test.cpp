// Habits that a reviewer would otherwise have to repeat.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/house_rules/sources.hpp"

namespace pgrehearse::house_rules {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_sources() {
  std::vector<fs::path> files;
  for (const char* folder : {"harness", "generators", "reports", "tests"}) {
    const auto found = sources(folder);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::vector<std::string> lines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) found.push_back(line);
  return found;
}

void expect_absent(const std::regex& pattern, const std::string& why, const std::string& except = {}) {
  const auto files = all_sources();
  ASSERT_GT(files.size(), 60u) << "the sources were not found";
  for (const fs::path& file : files) {
    if (shown(file).starts_with("tests/house_rules/") || (!except.empty() && shown(file).starts_with(except))) continue;
    int number = 0;
    for (const std::string& line : lines(file)) {
      ++number;
      EXPECT_FALSE(std::regex_search(line, pattern)) << shown(file) << ':' << number << ": " << why << "\n  " << line;
    }
  }
}

TEST(Style, NobodySleepsToWaitForAnother) {
  expect_absent(std::regex(R"(sleep_for|sleep_until|\busleep\(|\bnanosleep\()"),
                "wait for the condition, with a deadline (base::wait_until, base::Cancellation, a condition variable)",
                "harness/base/wait_until.hpp");
}

TEST(Style, NothingIsLeftForLater) {
  expect_absent(std::regex(R"(\b(TODO|FIXME|XXX|HACK)\b)"), "finish it or say it in the issue tracker");
}

TEST(Style, NoCommandGoesThroughAShell) {
  expect_absent(std::regex(R"((^|[^\w.:>])(system|popen)\()"), "use base::run, which takes arguments as a vector");
}

TEST(Style, NoPathOfOneMachine) {
  expect_absent(std::regex(R"("/(home|work|root)/)"), "the project runs on other machines too");
}

TEST(Style, FilesHaveOneSubject) {
  for (const fs::path& file : all_sources()) {
    const auto length = lines(file).size();
    EXPECT_LE(length, 400u) << shown(file) << " has " << length << " lines: perhaps two subjects in one room";
  }
}

TEST(Style, HeadersSayWhatTheyAre) {
  for (const fs::path& file : all_sources()) {
    if (file.extension() != ".hpp") continue;
    const auto text = lines(file);
    ASSERT_FALSE(text.empty()) << shown(file);
    EXPECT_TRUE(text.front().starts_with("//")) << shown(file) << " does not open with its contract";
    EXPECT_NE(std::find(text.begin(), text.end(), "#pragma once"), text.end()) << shown(file);
  }
}

}  // namespace
}  // namespace pgrehearse::house_rules
