// Columns that keep a key over several columns, and in which nearly all values are different.
#include "tests/generators/originals.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kFiles = 60'000, kFolders = 5'000;
constexpr std::size_t kFolder = 0, kName = 1;

// Of twenty names one is that of another file, far away.
const Rows kNames = [](std::uint64_t row) {
  const std::uint64_t named = row % 20 == 0 ? (row + kFiles / 2 + 1) % kFiles : row;
  return fmt::format("{:09}.txt", static_cast<std::uint64_t>(noise(named, 1) * 1e9));
};
const Rows kOneOfMany = [](std::uint64_t row) { return std::to_string(zipf(noise(row, 2), kFolders, 0.4) + 1); };
const Rows kOneAfterAnother = [](std::uint64_t row) { return std::to_string(row / 40 + 1); };

TableShape files(const Rows& folder, const Rows& name) {
  TableShape shape = table("files", kFiles,
                           {described("folder_id", bigint(), kFiles, folder), described("name", text(), kFiles, name)});
  shape.foreign_keys = {reference({kFolder}, 0, {0})};
  shape.keys = {key({kFolder, kName})};
  return shape;
}

ColumnStatistics found(const Generator& made, std::size_t column) {
  return analyze(
      made.shape().tables[1].columns[column].type, kFiles, [&](std::uint64_t row) { return made.text(1, row, column); },
      2);
}

double asked(const Generator& made, std::size_t column) {
  return made.shape().tables[1].columns[column].statistics->distinct_in(kFiles);
}

TEST(Doubles, AreAsManyAsStatisticsSayAndInDifferentFolders) {
  Generator made = planned({users(kFolders), files(kOneOfMany, kNames)});
  ASSERT_GT(asked(made, kName), 0.9 * kFiles);
  ASSERT_LT(asked(made, kName), 0.96 * kFiles);
  EXPECT_EQ(tuples(made, 1, {kFolder, kName}, kFiles + 500).size(), kFiles + 500);
  EXPECT_NEAR(found(made, kName).distinct_in(kFiles) / asked(made, kName), 1, 0.02);
  EXPECT_NEAR(found(made, kFolder).distinct_in(kFiles) / asked(made, kFolder), 1, 0.05);
}

// The files of a folder stand together, and in the order of their names.
TEST(Doubles, AreLeftOutWhereNeighboursAreInOneFolder) {
  const Rows sorted = [](std::uint64_t row) { return fmt::format("{:06}.txt", row % 20 == 0 ? row + 1 : row); };
  Generator made = planned({users(kFolders), files(kOneAfterAnother, sorted)});
  ASSERT_LT(asked(made, kName), 0.96 * kFiles);
  EXPECT_EQ(tuples(made, 1, {kFolder, kName}, kFiles).size(), kFiles);
  EXPECT_NEAR(*found(made, kFolder).correlation, 1, 0.001);
}

TEST(Doubles, DifferInAllKeysOfTheColumn) {
  TableShape alone = files(kOneOfMany, kNames), both = files(kOneOfMany, kNames);
  alone.keys.push_back(key({kName}));
  both.columns.push_back(described("owner_id", bigint(), kFiles, kOneOfMany));
  both.keys.push_back(key({2, kName}));
  for (const TableShape& shape : {alone, both})
    EXPECT_EQ(tuples(planned({users(kFolders), shape}), 1, {kName}, kFiles).size(), kFiles);
}

// A folder without statistics has values of which two may be equal; a reference has rows.
TEST(Doubles, StandBesideValuesThatAreKnownToDiffer) {
  for (const bool known : {false, true}) {
    TableShape shape = files(kOneOfMany, kNames);
    shape.foreign_keys.clear();
    if (!known) shape.columns[kFolder].statistics = nullptr;
    Generator made = planned({users(kFolders), shape});
    EXPECT_EQ(tuples(made, 1, {kFolder, kName}, kFiles).size(), kFiles);
    const bool doubles = tuples(made, 1, {kName}, kFiles).size() < kFiles;
    EXPECT_EQ(doubles, known);
  }
}

}  // namespace
}  // namespace pgrehearse::generators::testing
