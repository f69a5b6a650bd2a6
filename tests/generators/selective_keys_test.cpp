// Keys of some rows only: as many rows as they allow are inside, and differ.
#include "tests/generators/originals.hpp"

namespace pgrehearse::generators::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Inside = SelectiveKey::Inside;

constexpr std::uint64_t kCards = 10'000;

// cards(owner_id, active boolean, kind, closed_at, label)
TableShape cards() {
  TableShape shape = table("cards", kCards,
                           {column("owner_id", type_of(Kind::int8)), column("active", type_of(Kind::boolean)),
                            column("kind", enumeration({"plain", "gold", "test"})),
                            column("closed_at", type_of(Kind::timestamptz), false), column("label", varchar(20))});
  shape.foreign_keys = {reference({0}, 0, {0})};
  return shape;
}

SelectiveKey selective(std::vector<std::size_t> columns, std::size_t column, Inside inside,
                       std::vector<std::string> values = {}) {
  return {key(std::move(columns)), column, inside, std::move(values)};
}

// How many rows are inside; fails where two of them have the same.
std::size_t expect_kept(const Generator& made, const SelectiveKey& key) {
  std::unordered_set<std::string> seen;
  std::uint64_t rows = std::min(made.rows(1) + 1000, made.capacity(1));
  for (std::uint64_t row = 0; row < rows; ++row) {
    auto value = made.text(1, row, key.column);
    bool listed = value && std::find(key.values.begin(), key.values.end(), *value) != key.values.end();
    bool inside = key.inside == Inside::null       ? !value
                  : key.inside == Inside::not_null ? value.has_value()
                  : key.inside == Inside::one_of   ? listed
                                                   : value && !listed;
    if (inside && !seen.insert(tuple(made, 1, row, key.key.columns)).second) {
      ADD_FAILURE() << key.key.name << ": row " << row << " has what another one has";
      break;
    }
  }
  return seen.size();
}

TEST(SelectiveKeys, HaveAsManyRowsAsTheyAllow) {
  for (const SelectiveKey& key :
       {selective({0}, 1, Inside::one_of, {"true"}), selective({0}, 2, Inside::one_of, {"gold", "test"}),
        selective({0}, 2, Inside::none_of, {"test"}), selective({0}, 3, Inside::null),
        selective({0}, 3, Inside::not_null)}) {
    TableShape shape = cards();
    shape.selective_keys = {key};
    Generator made = planned({users(400), shape});
    EXPECT_EQ(made.rows(1), kCards);
    EXPECT_EQ(expect_kept(made, key), 400u);
    EXPECT_THAT(made.notices(), Contains(HasSubstr("public.cards: 400 of 10000 rows are in unique index key_0")));
  }
}

TEST(SelectiveKeys, HaveNoMoreRowsThanStatisticsSay) {
  TableShape shape = cards();
  auto statistics = std::make_shared<ColumnStatistics>();
  statistics->distinct = 2;
  statistics->marks = {Mark{"f", 0, 0.98}, Mark{"t", 0, 0.02}};
  shape.columns[1].statistics = statistics;
  shape.selective_keys = {selective({0}, 1, Inside::one_of, {"true"})};
  Generator made = planned({users(400), shape});
  EXPECT_EQ(expect_kept(made, shape.selective_keys[0]), 200u);
  EXPECT_THAT(made.notices(), IsEmpty());
}

TEST(SelectiveKeys, OfSeveralColumnsTellRowsApartByAll) {
  TableShape shape = cards();
  shape.selective_keys = {selective({0, 2}, 1, Inside::one_of, {"true"})};
  Generator made = planned({users(400), shape});
  EXPECT_EQ(expect_kept(made, shape.selective_keys[0]), 1200u);
}

// UNIQUE (label) WHERE owner_id IS NOT NULL, of a table that is planned before the one it points at.
TEST(SelectiveKeys, LookAtAParentThatComesLater) {
  TableShape shape = cards();
  shape.columns[0] = column("owner_id", type_of(Kind::int8), false);
  shape.foreign_keys = {reference({0}, 1, {0})};
  shape.selective_keys = {selective({2}, 0, Inside::not_null)};
  Generator made = planned({shape, users(400)});
  std::set<std::string> inside;
  for (std::uint64_t row = 0; row < made.rows(0); ++row) {
    if (!made.text(0, row, 0)) continue;
    EXPECT_TRUE(inside.insert(*made.text(0, row, 2)).second) << row;
  }
  EXPECT_EQ(inside, (std::set<std::string>{"plain", "gold", "test"}));
  EXPECT_TRUE(made.binary(0));
}

// UNIQUE (active) WHERE active
TEST(SelectiveKeys, OverTheirOwnConditionAllowOneRow) {
  TableShape shape = cards();
  shape.selective_keys = {selective({1}, 1, Inside::one_of, {"true"})};
  EXPECT_EQ(expect_kept(planned({users(400), shape}), shape.selective_keys[0]), 1u);
}

TEST(SelectiveKeys, SeveralHoldAtOnce) {
  TableShape shape = cards();
  shape.selective_keys = {selective({0}, 1, Inside::one_of, {"true"}), selective({0}, 2, Inside::one_of, {"gold"}),
                          selective({0}, 2, Inside::one_of, {"test"}), selective({0}, 3, Inside::not_null)};
  Generator made = planned({users(400), shape});
  for (const SelectiveKey& key : shape.selective_keys) EXPECT_EQ(expect_kept(made, key), 400u) << key.key.name;
}

// A card for each of most owners, and for some of them closed ones: in the order of the owners, or nearly.
TEST(SelectiveKeys, KeepTheStatisticsOfWhatTellsRowsApart) {
  constexpr std::uint64_t owners = 20'000, rows = 40'000;
  const auto owner = [](std::uint64_t row) { return std::to_string(1 + jumbled(row, 0.3, rows) * 2 / 3 % owners); };
  for (bool refers : {true, false}) {
    TableShape shape = cards();
    shape.rows = rows;
    if (!refers) shape.foreign_keys.clear();
    auto closed = std::make_shared<ColumnStatistics>();
    closed->null_fraction = 0.4;
    shape.columns[3].statistics = closed;
    shape.columns[0].statistics = std::make_shared<ColumnStatistics>(analyze(shape.columns[0].type, rows, owner));
    const ColumnStatistics& wanted = *shape.columns[0].statistics;
    shape.selective_keys = {selective({0}, 3, Inside::null)};
    Generator made = planned({users(owners), shape});
    EXPECT_EQ(expect_kept(made, shape.selective_keys[0]), rows * 2 / 5);
    const auto found = analyze(
        shape.columns[0].type, rows, [&](std::uint64_t row) { return made.text(1, row, 0); }, 2);
    Differences differ = compare(shape.columns[0].type, wanted, found, static_cast<double>(rows), true);
    EXPECT_LT(differ.correlation, 0.02) << found.correlation.value_or(0) << " for " << *wanted.correlation;
    EXPECT_LT(differ.distinct, 0.05) << found.distinct << " for " << wanted.distinct;
    EXPECT_LT(differ.distribution, 0.015);
  }
}

// Each owner has one, though ANALYZE estimated fewer.
TEST(SelectiveKeys, TellMoreRowsApartThanAnalyzeEstimated) {
  constexpr std::uint64_t owners = 1000;
  TableShape shape = cards();
  auto statistics = std::make_shared<ColumnStatistics>();
  statistics->distinct = 800;
  statistics->marks = {Mark{"1"}, Mark{"1000"}};
  shape.columns[0].statistics = statistics;
  auto closed = std::make_shared<ColumnStatistics>();
  closed->null_fraction = static_cast<double>(owners) / kCards;
  shape.columns[3].statistics = closed;
  shape.selective_keys = {selective({0}, 3, Inside::null)};
  Generator made = planned({users(owners), shape});
  EXPECT_EQ(expect_kept(made, shape.selective_keys[0]), owners);
  EXPECT_THAT(made.notices(), IsEmpty());
}

TEST(SelectiveKeys, AreAnErrorWhereNothingIsLeftToTellRowsApart) {
  TableShape shape = cards();
  shape.keys = {key({0, 2}, true)};
  shape.rows = 1000;
  shape.selective_keys = {selective({0}, 1, Inside::one_of, {"true"})};
  base::Errors errors = errors_of({users(400), shape});
  ASSERT_FALSE(errors.empty());
  EXPECT_THAT(errors[0].message, HasSubstr("public.cards: unique index key_0 cannot be kept for some of the rows"));
}

}  // namespace
}  // namespace pgrehearse::generators::testing
