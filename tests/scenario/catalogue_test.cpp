#include "harness/scenario/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using ::testing::ElementsAre;
using testing::Files;
using ::testing::HasSubstr;
using testing::messages;

// Points the search at a folder of this test.
class Catalogue : public ::testing::Test {
 protected:
  Catalogue() {
    files_.write("cat/wide-table/scenario.yaml", "title: Wide\nmigration: {up: ../../up.sql}\n");
    files_.write("cat/index/scenario.yaml",
                 "title: Index\nmigration: {up: ../../up.sql}\n"
                 "variants: {risky: {expect: {verdict: fail}}, safe: {title: Safer, expect: {verdict: pass}}}\n");
    files_.write("cat/not-a-scenario/README.md", "");
    setenv("PGREHEARSE_SCENARIOS", files_.path("cat").c_str(), 1);
  }
  ~Catalogue() override { unsetenv("PGREHEARSE_SCENARIOS"); }

  Files files_;
};

TEST_F(Catalogue, ListsEntriesByNameWithTheirVariants) {
  const auto entries = list_catalogue();
  ASSERT_TRUE(entries) << messages(entries.errors());
  ASSERT_EQ(entries->size(), 2u);
  const CatalogueEntry& index = (*entries)[0];
  EXPECT_EQ(index.name, "index");
  EXPECT_EQ(index.title, "Index");
  EXPECT_EQ(index.file, files_.path("cat/index/scenario.yaml"));
  ASSERT_EQ(index.variants.size(), 2u);
  EXPECT_EQ(index.variants[0].title, "Index");
  EXPECT_EQ(index.variants[0].expected_verdict, "fail");
  EXPECT_EQ(index.variants[1].title, "Safer");
  EXPECT_EQ((*entries)[1].name, "wide-table");
  EXPECT_TRUE((*entries)[1].variants.empty());
}

TEST_F(Catalogue, FindsByName) { EXPECT_EQ(*find_scenario("index"), files_.path("cat/index/scenario.yaml")); }

TEST_F(Catalogue, FindsByPath) {
  EXPECT_EQ(*find_scenario(files_.path("cat/index/scenario.yaml")), files_.path("cat/index/scenario.yaml"));
  EXPECT_EQ(*find_scenario(files_.path("cat/index")), files_.path("cat/index/scenario.yaml"));
}

TEST_F(Catalogue, SuggestsTheNearestName) {
  const auto result = find_scenario("indx");
  ASSERT_FALSE(result);
  EXPECT_EQ(messages(result.errors()), "error: there is no scenario 'indx'\n  hint: did you mean 'index'?\n");
  EXPECT_EQ(find_scenario("zebra").errors()[0].hint, "the catalogue has: index, wide-table");
}

TEST_F(Catalogue, SaysWhatIsWrongWithAPath) {
  EXPECT_THAT(find_scenario(files_.path("nowhere.yaml")).errors()[0].message, HasSubstr("does not exist"));
  const auto folder = find_scenario(files_.path("migrations"));
  EXPECT_THAT(folder.errors()[0].message, HasSubstr("has no scenario.yaml"));
  EXPECT_THAT(folder.errors()[0].hint, HasSubstr("--migrations"));
}

TEST_F(Catalogue, ReportsABrokenEntry) {
  files_.write("cat/broken/scenario.yaml", "rows: x\n");
  const auto entries = list_catalogue();
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.errors()[0].place.file, files_.path("cat/broken/scenario.yaml"));
}

TEST_F(Catalogue, RefusesAFolderThatIsNone) {
  setenv("PGREHEARSE_SCENARIOS", "/nowhere", 1);
  EXPECT_EQ(messages(catalogue_folder().errors()),
            "error: PGREHEARSE_SCENARIOS is '/nowhere', which is not a folder\n"
            "  hint: set it to a folder of scenarios, or unset it\n");
  EXPECT_FALSE(find_scenario("index"));
}

TEST(CatalogueFolder, IsTheSourceTreesWhenNothingIsInstalled) {
  EXPECT_EQ(*catalogue_folder(), PGREHEARSE_SOURCE_DIR "/scenarios");
}

}  // namespace
}  // namespace pgrehearse::scenario
