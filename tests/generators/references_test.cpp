// Foreign keys hold by construction: a child's value is always one of the parent's.
#include <algorithm>
#include <map>

#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

using ::testing::HasSubstr;

// Of the first rows and the further ones; NULLs aside.
void expect_points_into_parent(const Generator& generator, std::size_t table, const ForeignKey& key) {
  auto parents = tuples(generator, key.parent, key.parent_columns, generator.rows(key.parent));
  std::uint64_t rows = std::min(generator.rows(table) + kFurther, generator.capacity(table));
  for (std::uint64_t row = 0; row < rows; ++row) {
    std::string value = tuple(generator, table, row, key.columns);
    if (value.find("NULL") != value.npos) continue;
    ASSERT_TRUE(parents.contains(value)) << generator.shape().tables[table].name << " row " << row << ": " << value;
  }
}

void expect_all_references_hold(const Generator& generator) {
  for (std::size_t table = 0; table < generator.shape().tables.size(); ++table)
    for (const ForeignKey& key : generator.shape().tables[table].foreign_keys)
      expect_points_into_parent(generator, table, key);
}

Column id_column(std::string name, bool not_null = true) {
  return column(std::move(name), type_of(Kind::int8), not_null);
}

double null_share(const Generator& generator, std::size_t table, std::size_t column) {
  double nulls = 0;
  for (std::uint64_t row = 0; row < generator.rows(table); ++row) nulls += generator.text(table, row, column) ? 0 : 1;
  return nulls / static_cast<double>(generator.rows(table));
}

TEST(References, ChildrenPointAtParentsSomeMoreOftenThanOthers) {
  TableShape orders = table("orders", 20'000, {serial("id"), id_column("user_id")});
  orders.keys = {key({0}, true)};
  orders.foreign_keys = {reference({1}, 0, {0})};
  Generator generator = planned({users(1000), orders});
  expect_all_references_hold(generator);
  std::map<std::string, int> children;
  for (std::uint64_t row = 0; row < 20'000; ++row) ++children[*generator.text(1, row, 1)];
  EXPECT_GT(children.size(), 990u);
  auto most = std::max_element(children.begin(), children.end(), [](auto& a, auto& b) { return a.second < b.second; });
  EXPECT_GT(most->second, 100);
  EXPECT_LT(most->second, 2000);
}

TEST(References, TextAndUuidKeysAreFollowed) {
  TableShape countries = table("countries", 100, {column("code", varchar(8)), column("uuid", type_of(Kind::uuid))});
  countries.keys = {key({0}, true), key({1})};
  TableShape cities =
      table("cities", 3000, {column("country", varchar(8), false), column("country_uuid", type_of(Kind::uuid))});
  cities.foreign_keys = {reference({0}, 0, {0}), reference({1}, 0, {1})};
  Generator generator = planned({countries, cities});
  expect_all_references_hold(generator);
  EXPECT_NEAR(null_share(generator, 1, 0), 0.07, 0.02);
  EXPECT_EQ(null_share(generator, 1, 1), 0);
}

TEST(References, TreesHaveRootsAndNoCircles) {
  TableShape nodes = table("nodes", 5000, {serial("id"), id_column("parent_id", false), id_column("root_id")});
  nodes.keys = {key({0}, true)};
  nodes.foreign_keys = {reference({1}, 0, {0}), reference({2}, 0, {0})};
  Generator generator = planned({nodes});
  EXPECT_EQ(generator.text(0, 0, 1), std::nullopt);
  for (std::uint64_t row = 0; row < 5000; ++row) {
    if (auto parent = generator.text(0, row, 1)) {
      EXPECT_LT(std::stoull(*parent), row + 1);
    }
    EXPECT_LE(std::stoull(*generator.text(0, row, 2)), row + 1);
  }
}

TEST(References, MutualReferencesNeedNoOrder) {
  TableShape teams = table("teams", 300, {serial("id"), id_column("captain_id")});
  teams.keys = {key({0}, true)};
  teams.foreign_keys = {reference({1}, 1, {0})};
  TableShape players = table("players", 900, {serial("id"), id_column("team_id")});
  players.keys = {key({0}, true)};
  players.foreign_keys = {reference({1}, 0, {0})};
  expect_all_references_hold(planned({teams, players}));
}

TEST(References, KeysThatAreForeignKeysAreFollowedToTheirOrigin) {
  TableShape profiles = table("profiles", 200, {id_column("user_id")});
  profiles.keys = {key({0}, true)};
  profiles.foreign_keys = {reference({0}, 0, {0})};
  TableShape photos = table("photos", 2000, {id_column("profile_id")});
  photos.foreign_keys = {reference({0}, 1, {0})};
  expect_all_references_hold(planned({users(500), profiles, photos}));
}

TEST(References, CircleOfKeyColumnsIsAnError) {
  TableShape a = table("a", 10, {id_column("id")}), b = table("b", 10, {id_column("id")});
  a.keys = b.keys = {key({0}, true)};
  a.foreign_keys = {reference({0}, 1, {0})};
  b.foreign_keys = {reference({0}, 0, {0})};
  base::Errors errors = errors_of({a, b});
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0].message, HasSubstr("circle of foreign keys"));
}

TEST(References, EmptyParentsLeaveNullOrAreAnError) {
  TableShape orders = table("orders", 10, {id_column("user_id", false)});
  orders.foreign_keys = {reference({0}, 0, {0})};
  EXPECT_EQ(null_share(planned({users(0), orders}), 1, 0), 1);
  orders.columns[0].not_null = true;
  base::Errors errors = errors_of({users(0), orders});
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0].message, HasSubstr("must point at a row of public.users, which has none"));
}

TEST(References, StandingRowsAreTheParents) {
  TableShape kinds = table("kinds", 0, {id_column("id"), column("name", varchar(20), false)});
  kinds.keys = {key({0}, true), key({1})};
  kinds.existing = ExistingRows{{{"7", "seven"}, {"9", std::nullopt}, {"12", "twelve"}}};
  TableShape items = table("items", 500, {id_column("kind_id"), column("kind_name", varchar(20))});
  items.foreign_keys = {reference({0}, 0, {0}), reference({1}, 0, {1})};
  Generator generator = planned({kinds, items});
  EXPECT_EQ(generator.rows(0), 3u);
  EXPECT_EQ(tuples(generator, 1, {0}, 500), (std::unordered_set<std::string>{"7", "9", "12"}));
  EXPECT_EQ(tuples(generator, 1, {1}, 500), (std::unordered_set<std::string>{"seven", "twelve"}));
  EXPECT_TRUE(generator.binary(1));
  EXPECT_GT(generator.capacity(0), 1000u);
  for (std::uint64_t row = 3; row < 100; ++row) EXPECT_GT(std::stoll(*generator.text(0, row, 0)), 12);
}

// ---- tenants: foreign keys that share a column ---------------------------------------------------------------------

TableShape tenant_table(std::string name, std::uint64_t rows) {
  TableShape shape = table(std::move(name), rows, {serial("id"), id_column("tenant_id")});
  shape.keys = {key({0}, true), key({1, 0})};
  shape.foreign_keys = {reference({1}, 0, {0})};
  return shape;
}

TEST(SharedColumns, TheWiderForeignKeyDecides) {
  TableShape tasks = table("tasks", 3000, {id_column("tenant_id"), id_column("project_id")});
  tasks.foreign_keys = {reference({0}, 0, {0}), reference({0, 1}, 1, {1, 0})};
  expect_all_references_hold(planned({users(40), tenant_table("projects", 300), tasks}));
}

TEST(SharedColumns, SiblingsBelongToTheSameTenant) {
  TableShape tasks = table(
      "tasks", 3000, {serial("id"), id_column("tenant_id"), id_column("project_id"), id_column("label_id", false)});
  tasks.keys = {key({0}, true)};
  tasks.foreign_keys = {reference({1}, 0, {0}), reference({1, 2}, 1, {1, 0}), reference({1, 3}, 2, {1, 0})};
  Generator generator = planned({users(40), tenant_table("projects", 300), tenant_table("labels", 77), tasks});
  expect_all_references_hold(generator);
  EXPECT_EQ(tuples(generator, 3, {1}, 3000).size(), 40u);
  EXPECT_NEAR(null_share(generator, 3, 3), 0.07, 0.03);
}

TEST(SharedColumns, TreesWithinATenant) {
  TableShape nodes = tenant_table("nodes", 2000);
  nodes.columns.push_back(id_column("parent_id", false));
  nodes.foreign_keys.push_back(reference({1, 2}, 1, {1, 0}));
  Generator generator = planned({users(20), nodes});
  expect_all_references_hold(generator);
  EXPECT_EQ(tuples(generator, 1, {1}, 2000).size(), 20u);
  EXPECT_LT(null_share(generator, 1, 2), 0.2);
}

TEST(SharedColumns, WithoutCommonOriginAreAnError) {
  TableShape a = table("a", 10, {id_column("id"), id_column("tenant")}), b = a;
  b.name = "b";
  a.keys = b.keys = {key({1, 0}, true)};
  TableShape c = table("c", 10, {id_column("tenant"), id_column("a_id"), id_column("b_id")});
  c.foreign_keys = {reference({0, 1}, 0, {1, 0}), reference({0, 2}, 1, {1, 0})};
  base::Errors errors = errors_of({a, b, c});
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0].message, HasSubstr("public.c: foreign key fk_0_2"));
}

TEST(SharedColumns, OverriddenColumnsAreTheUsersOwn) {
  TableShape orders = table("orders", 100, {id_column("user_id")});
  orders.foreign_keys = {reference({0}, 0, {0})};
  orders.columns[0].override_.emplace();
  orders.columns[0].override_->values = {"1", "2"};
  orders.columns[0].override_->weights = {9, 1};
  Generator generator = planned({users(10), orders});
  int first = 0;
  for (std::uint64_t row = 0; row < 100; ++row) first += generator.text(1, row, 0) == "1";
  EXPECT_NEAR(first, 90, 10);
}

// ---- columns that a CHECK ties together
// ------------------------------------------------------------------------------

TEST(Ties, DifferentColumnsAreNeverEqual) {
  TableShape friends = table("friends", 1500, {id_column("user_id"), id_column("friend_id")});
  friends.keys = {key({0, 1}, true)};
  friends.foreign_keys = {reference({0}, 0, {0}), reference({1}, 0, {0})};
  friends.different = {{0, 1}};
  TableShape messages = friends;
  messages.name = "messages";
  messages.keys.clear();
  Generator generator = planned({users(40), friends, messages});
  expect_all_references_hold(generator);
  EXPECT_EQ(generator.capacity(1), 40u * 39u);
  EXPECT_EQ(tuples(generator, 1, {0, 1}, 1500).size(), 1500u);
  for (std::size_t each : {1, 2})
    for (std::uint64_t row = 0; row < 1500; ++row)
      EXPECT_NE(generator.text(each, row, 0), generator.text(each, row, 1));
}

TEST(Ties, PoolColumnsComeFromOneTuple) {
  using Cell = ValuePool::Cell;
  TableShape owners = table(
      "owners", 900, {column("kind", varchar(10)), id_column("user_id", false), column("note", varchar(30), false)});
  owners.foreign_keys = {reference({1}, 0, {0})};
  owners.pools = {{"owner_check",
                   {0, 1, 2},
                   {{{Cell::value, "user"}, {Cell::own, ""}, {Cell::null, ""}},
                    {{Cell::value, "team"}, {Cell::null, ""}, {Cell::own, ""}}}}};
  Generator generator = planned({users(40), owners});
  expect_all_references_hold(generator);
  int users_seen = 0;
  for (std::uint64_t row = 0; row < 900; ++row) {
    bool user = generator.text(1, row, 0) == "user";
    users_seen += user;
    EXPECT_EQ(generator.text(1, row, 1).has_value(), user);
    EXPECT_EQ(generator.text(1, row, 2).has_value(), !user);
  }
  EXPECT_NEAR(users_seen, 450, 80);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
