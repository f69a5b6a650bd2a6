// ARCHITECTURE.md's include rules, read off the sources. The table of modules is the one in CMakeLists.txt.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/house_rules/sources.hpp"

namespace pgrehearse::house_rules {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Module {
  std::string name, folder;
  std::set<std::string> may_include;
};

// pgr_module(<name> <folder> LINKS <module>... [PRIVATE ...])
std::vector<Module> modules() {
  const std::string text = read(root / "CMakeLists.txt");
  const std::regex call(R"(pgr_module\((\w+)\s+([\w/]+)\s+LINKS([^)]*)\))");
  std::vector<Module> found;
  for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
    Module module{(*it)[1], (*it)[2], {}};
    std::istringstream words((*it)[3].str());
    for (std::string word; words >> word && word != "PRIVATE";) module.may_include.insert(word);
    found.push_back(module);
  }
  return found;
}

// A module sees what it links and what those show in their headers.
std::set<std::string> visible(const std::string& name, const std::map<std::string, Module>& all) {
  std::set<std::string> seen{name};
  std::vector<std::string> open{name};
  while (!open.empty()) {
    const std::string next = open.back();
    open.pop_back();
    for (const std::string& link : all.at(next).may_include) {
      if (seen.insert(link).second) open.push_back(link);
    }
  }
  return seen;
}

std::vector<std::string> includes(const fs::path& file) {
  static const std::regex line(R"(^\s*#\s*include\s*([<"][^>"]+)[>"])");
  std::vector<std::string> found;
  std::istringstream text(read(file));
  for (std::string row; std::getline(text, row);) {
    std::smatch match;
    if (std::regex_search(row, match, line)) found.push_back(match[1].str().substr(1));
  }
  return found;
}

template <class Rule>  // Rule(file, include) -> whether it is allowed
void expect_all(Rule allowed, const std::string& rule) {
  int checked = 0;
  for (const Module& module : modules()) {
    for (const fs::path& file : sources(module.folder)) {
      for (const std::string& include : includes(file)) {
        ++checked;
        EXPECT_TRUE(allowed(module, file, include)) << shown(file) << " includes " << include << ": " << rule;
      }
    }
  }
  EXPECT_GT(checked, 300) << "the sources were not found";
}

TEST(Includes, FollowTheTableOfModules) {
  std::map<std::string, Module> all;
  std::map<std::string, std::string> owner;  // folder -> module
  for (const Module& module : modules()) {
    all[module.name] = module;
    owner[module.folder] = module.name;
  }
  ASSERT_GE(all.size(), 14u);
  expect_all(
      [&](const Module& module, const fs::path&, const std::string& include) {
        for (fs::path folder = fs::path(include).parent_path(); !folder.empty(); folder = folder.parent_path()) {
          const auto found = owner.find(folder.string());
          if (found != owner.end()) return visible(module.name, all).count(found->second) > 0;
        }
        return true;
      },
      "not in its row of CMakeLists.txt");
}

TEST(Includes, ActorsNeverSeeOneAnother) {
  const std::set<std::string> actors{"provision", "populate", "load", "migrate", "observe"};
  expect_all(
      [&](const Module& module, const fs::path&, const std::string& include) {
        if (!actors.count(module.name)) return true;
        for (const std::string& other : actors) {
          if (other != module.name && include.starts_with("harness/" + other + "/")) return false;
        }
        return true;
      },
      "provision, populate, load, migrate and observe never include one another");
}

TEST(Includes, OnlyThePostgresModuleSeesTheClientLibraries) {
  const std::regex client(R"(^(pqxx/|libpq|postgresql/|pqxx$))");
  expect_all(
      [&](const Module& module, const fs::path& file, const std::string& include) {
        return !std::regex_search(include, client) || (module.name == "postgres" && file.extension() == ".cpp");
      },
      "only harness/postgres/*.cpp may");
}

TEST(Includes, OptionParsingStaysInTheApp) {
  expect_all(
      [](const Module& module, const fs::path&, const std::string& include) {
        return !include.starts_with("boost/program_options") || module.name == "app";
      },
      "only harness/app may");
}

TEST(Includes, ParserTypesAppearInNoHeader) {
  const std::regex parser(R"(^(nlohmann/|yaml-cpp/|pg_query|pugixml|boost/))");
  expect_all(
      [&](const Module&, const fs::path& file, const std::string& include) {
        return file.extension() == ".cpp" || !std::regex_search(include, parser);
      },
      "parsers stay inside .cpp files");
}

TEST(Includes, TheAnalysisIsPure) {
  const std::set<std::string> outside{"thread",  "mutex",    "condition_variable", "future",      "atomic",
                                      "fstream", "unistd.h", "filesystem",         "sys/socket.h"};
  expect_all(
      [&](const Module& module, const fs::path&, const std::string& include) {
        return (module.name != "analyse" && module.name != "reports" && module.name != "generators") ||
               !outside.count(include);
      },
      "analysis, reports and generators see no thread and no file");
}

}  // namespace
}  // namespace pgrehearse::house_rules
