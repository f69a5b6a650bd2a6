// The catalogue that is shipped: every scenario can be read, says what it promises, and has its page.
#include <gtest/gtest.h>

#include "harness/scenario/catalogue.hpp"
#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using testing::messages;
using testing::text_of;
using testing::value_of;

std::vector<CatalogueEntry> shipped() {
  const auto entries = list_catalogue();
  if (!entries) ADD_FAILURE() << messages(entries.errors());
  return entries ? *entries : std::vector<CatalogueEntry>{};
}

Scenario read(const CatalogueEntry& entry, const std::string& variant) {
  Flags flags;
  flags.variant = variant;
  return value_of(read_scenario(entry.file, flags));
}

TEST(ShippedCatalogue, HasItsThreeStories) {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : shipped()) names.push_back(entry.name);
  EXPECT_EQ(names, (std::vector<std::string>{"behind-a-reader", "index", "rename-column", "required-column"}));
}

TEST(ShippedCatalogue, EachHasARiskyAndASafeVariant) {
  for (const CatalogueEntry& entry : shipped()) {
    ASSERT_EQ(entry.variants.size(), 2u) << entry.name;
    EXPECT_EQ(entry.variants[0].name, "risky") << "the one that runs when none is named";
    EXPECT_EQ(entry.variants[0].expected_verdict, "fail");
    EXPECT_EQ(entry.variants[1].name, "safe");
    EXPECT_EQ(entry.variants[1].expected_verdict, "pass");
    EXPECT_NE(entry.variants[0].title, entry.variants[1].title);
  }
}

TEST(ShippedCatalogue, RiskyVariantsNameGateStatementAndLock) {
  for (const CatalogueEntry& entry : shipped()) {
    const Scenario risky = read(entry, "risky");
    EXPECT_FALSE(risky.expect.failed_gates.empty()) << entry.name;
    const bool by_errors = risky.expect.failed_gates == std::vector<std::string>{"old_code_survives"};
    EXPECT_EQ(risky.expect.lock.empty(), by_errors) << entry.name << ": nobody waits for a lock, or for which?";
    EXPECT_NE(text_of(risky.migration.up_file).find(risky.expect.statement), std::string::npos)
        << risky.expect.statement << " is not in " << risky.migration.up_file;
  }
}

TEST(ShippedCatalogue, EachCanGoDownAndHasScripts) {
  for (const CatalogueEntry& entry : shipped()) {
    for (const CatalogueVariant& variant : entry.variants) {
      const Scenario scenario = read(entry, variant.name);
      EXPECT_FALSE(scenario.migration.down_file.empty()) << entry.name;
      EXPECT_TRUE(scenario.gates.down_restores_schema && scenario.gates.down_restores_data) << entry.name;
      EXPECT_FALSE(scenario.traffic.scripts.empty() && scenario.applications.empty()) << entry.name;
      EXPECT_FALSE(scenario.story.empty()) << entry.name;
    }
  }
}

// The two variants are compared, so they must differ in the migration and its policy alone.
TEST(ShippedCatalogue, VariantsShareDataTrafficAndGates) {
  for (const CatalogueEntry& entry : shipped()) {
    const Scenario risky = read(entry, "risky"), safe = read(entry, "safe");
    EXPECT_EQ(risky.data.default_rows, safe.data.default_rows);
    EXPECT_EQ(risky.data.schema_files, safe.data.schema_files);
    EXPECT_EQ(risky.traffic.rate_per_s, safe.traffic.rate_per_s);
    EXPECT_EQ(risky.gates.max_stall, safe.gates.max_stall);
    EXPECT_EQ(risky.gates.lock_wait, safe.gates.lock_wait);
    EXPECT_EQ(risky.adversaries.size(), safe.adversaries.size());
    EXPECT_EQ(risky.server.settings, safe.server.settings);
  }
}

TEST(ShippedCatalogue, EachHasAPageThatTellsHowToRunIt) {
  for (const CatalogueEntry& entry : shipped()) {
    const std::string page = text_of(std::filesystem::path(entry.file).parent_path() / "README.md");
    EXPECT_EQ(page.find("# " + entry.title), 0u) << entry.name;
    EXPECT_NE(page.find("pgrehearse run " + entry.name + " --variant safe"), std::string::npos) << entry.name;
  }
}

}  // namespace
}  // namespace pgrehearse::scenario
