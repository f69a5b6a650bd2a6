#include "harness/load/derive.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "harness/load/script.hpp"
#include "tests/load/two_tables.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> names(const std::vector<scenario::Script>& scripts) {
  std::vector<std::string> names;
  for (const auto& script : scripts) names.push_back(script.name);
  return names;
}

std::string text_of(const std::vector<scenario::Script>& scripts, const std::string& name) {
  for (const auto& script : scripts) {
    if (script.name == name) return script.text;
  }
  return "no script " + name;
}

TEST(Derive, TouchedTablesGetEveryKindOfScript) {
  const auto tables = two_tables();
  const auto scripts = derive_scripts(tables, two_tables_paths(), {.touched = {"app.users"}});
  EXPECT_THAT(names(scripts), ElementsAre("read-app.users", "read-app.users-by-email", "read-newest-app.users",
                                          "read-app.users-from-name", "update-app.users", "insert-app.users",
                                          "read-orders", "update-orders"));
  EXPECT_EQ(text_of(scripts, "read-app.users"), R"(\pick row "app"."users"
SELECT "id", "email", "name", "Born On", "shout"
  FROM "app"."users"
  WHERE "id" = :row_id;
)");
  EXPECT_EQ(text_of(scripts, "insert-app.users"), R"(\row new "app"."users"
INSERT INTO "app"."users" ("email", "name", "Born On")
  VALUES (:new_email, :new_name, :new_Born_On);
)");
  EXPECT_THAT(text_of(scripts, "update-app.users"), HasSubstr(R"(SET "Born On" = :other_Born_On)"));
}

TEST(Derive, ReadsChildrenThroughAnIndexOnly) {
  const auto tables = two_tables();
  DeriveOptions options;
  options.touched = {"public.orders"};
  const auto scripts = derive_scripts(tables, two_tables_paths(), options);
  EXPECT_THAT(text_of(scripts, "read-orders-of-app.users"), HasSubstr(R"(WHERE "user_id" = :parent_id)"));
  const auto without = derive_scripts(tables, {{"public.orders", {"number", "user_id"}, true}}, options);
  EXPECT_THAT(names(without), Not(::testing::Contains("read-orders-of-app.users")));
}

TEST(Derive, WeightsAreThirdsAndFollowTheRows) {
  const auto tables = two_tables(100, 40'000);
  const auto scripts = derive_scripts(tables, two_tables_paths(), {.touched = {"app.users"}});
  double users = 0, orders = 0;
  for (const auto& script : scripts) (script.name.find("users") != std::string::npos ? users : orders) += script.weight;
  EXPECT_NEAR(users, 2.0 / 3, 1e-9);
  EXPECT_NEAR(orders, 1.0 / 3, 1e-9);

  const auto equal = derive_scripts(tables, two_tables_paths(), {});
  users = orders = 0;
  for (const auto& script : equal) (script.name.find("users") != std::string::npos ? users : orders) += script.weight;
  EXPECT_NEAR(orders / users, 20, 0.01) << "the square root of 400";
}

TEST(Derive, IsEmptyWithoutRowsOrIndexes) {
  EXPECT_THAT(derive_scripts(two_tables(0, 0), two_tables_paths(), {}), IsEmpty());
  EXPECT_THAT(derive_scripts(two_tables(), {}, {}), IsEmpty());
}

TEST(Derive, DoesNotInsertWhereKeysAreNearlyExhausted) {
  const auto few = two_tables(1000, 3000);  // a user has few order numbers
  ASSERT_LT(few.capacity(1), 13'000u);
  EXPECT_THAT(names(derive_scripts(few, two_tables_paths(), {.touched = {"public.orders"}})),
              Not(::testing::Contains("insert-orders")));
}

TEST(Derive, EveryScriptParses) {
  const auto tables = two_tables(10'000, 30'000);
  const auto scripts = derive_scripts(tables, two_tables_paths(), {.touched = {"app.users", "public.orders"}});
  EXPECT_EQ(scripts.size(), 10u);
  const auto parsed = parse_scripts(scripts, &tables);
  ASSERT_TRUE(parsed) << to_string(parsed.errors()[0]);
}

}  // namespace
}  // namespace pgrehearse::load
