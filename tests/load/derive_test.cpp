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

// As the reader of a catalog finds them for two_tables_sql.
std::vector<IndexedColumns> two_tables_columns() {
  return {{"app.users", {"email", "id", "name"}, {"email", "id"}},
          {"public.orders", {"number", "total", "user_id"}, {"number", "user_id"}}};
}

std::vector<scenario::Script> derive_scripts(const generators::Generator& tables, const std::vector<AccessPath>& paths,
                                             const DeriveOptions& options) {
  std::vector<scenario::Script> scripts;
  for (const Draft& draft : derive_drafts(tables, paths, two_tables_columns(), options)) {
    scripts.push_back(to_script(draft, tables, "derived"));
  }
  return scripts;
}

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
  EXPECT_THAT(names(scripts),
              ElementsAre("read-app.users", "read-app.users-by-email", "read-app.users-by-name",
                          "read-app.users-with-its-orders", "read-newest-app.users", "read-app.users-from-name",
                          "update-app.users", "update-app.users-name", "insert-app.users", "delete-app.users",
                          "read-orders", "read-orders-with-app.users"));
  EXPECT_EQ(text_of(scripts, "read-app.users-by-name"), R"(-- Rows of app.users by the index on name.
-- Weight 0.0606 of the traffic. A copy of this file can be edited and given with --script FILE@WEIGHT.
\pick row "app"."users"
SELECT "id", "email", "name", "Born On", "shout"
  FROM "app"."users"
  WHERE "name" = :row_name
  LIMIT 20;
)");
  EXPECT_THAT(text_of(scripts, "insert-app.users"), HasSubstr(R"(\row new "app"."users"
INSERT INTO "app"."users" ("email", "name", "Born On")
  VALUES (:new_email, :new_name, :new_Born_On);
)"));
  EXPECT_THAT(text_of(scripts, "delete-app.users"), HasSubstr(R"(DELETE FROM "app"."users"
  WHERE "id" = (SELECT currval(pg_get_serial_sequence('"app"."users"', 'id')));
)"));
  EXPECT_THAT(text_of(scripts, "read-app.users-with-its-orders"), HasSubstr(R"(
  FROM "public"."orders" AS child
  JOIN "app"."users" AS parent ON parent."id" = child."user_id"
  WHERE parent."id" = :row_id
  LIMIT 20;
)"));
  EXPECT_THAT(text_of(scripts, "update-app.users-name"), HasSubstr(R"(SET "name" = :other_name)"));
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

TEST(Derive, ATransactionTakesTheTablesInOneOrder) {
  const auto tables = two_tables(10'000, 30'000);
  const auto scripts = derive_scripts(tables, two_tables_paths(), {.touched = {"public.orders"}});
  EXPECT_THAT(text_of(scripts, "transaction-orders"), HasSubstr(R"(\pick other_1 "app"."users"
\row new "public"."orders"
BEGIN;
UPDATE "app"."users"
  SET "Born On" = :other_1_Born_On
  WHERE "id" = :new_user_id;
INSERT INTO "public"."orders" ("user_id", "number", "total")
  VALUES (:new_user_id, :new_number, :new_total);
COMMIT;
)"));
}

TEST(Derive, UpdatesOnlyWhatMayBeExchanged) {
  const auto tables = two_tables(10'000, 30'000);
  const auto scripts = derive_scripts(tables, two_tables_paths(), {.touched = {"public.orders"}});
  EXPECT_THAT(names(scripts), Not(::testing::Contains("update-orders"))) << "a partial index has the only free column";
  EXPECT_THAT(text_of(scripts, "update-orders-total"), HasSubstr(R"(SET "total" = :other_total)"));
}

TEST(Derive, DeletesWhereForeignKeysHaveAnIndex) {
  const auto tables = two_tables(10'000, 30'000);
  const std::vector<AccessPath> paths{{"app.users", {"id"}, true}};
  EXPECT_THAT(names(derive_scripts(tables, paths, {.touched = {"app.users"}})),
              Not(::testing::Contains("delete-app.users")));
}

TEST(Derive, WeightsAreThirdsAndFollowTheRows) {
  const auto tables = two_tables(100, 40'000);
  const auto scripts = derive_scripts(tables, two_tables_paths(), {.touched = {"app.users"}});
  double users = 0, orders = 0;
  for (const auto& script : scripts) {
    (script.name.find("users") < script.name.find("orders") ? users : orders) += script.weight;  // the first one named
  }
  EXPECT_NEAR(users, 2.0 / 3, 1e-9);
  EXPECT_NEAR(orders, 1.0 / 3, 1e-9);

  const auto equal = derive_scripts(tables, two_tables_paths(), {});
  const auto weight = [&](const std::string& name) {
    const auto found = std::find_if(equal.begin(), equal.end(), [&](auto& script) { return script.name == name; });
    return found == equal.end() ? 0 : found->weight;
  };
  EXPECT_NEAR(weight("read-orders") / weight("read-app.users"), 20, 0.01) << "the square root of 400";
}

TEST(Derive, OnlyInsertsWithoutRowsOrIndexes) {
  EXPECT_THAT(derive_scripts(two_tables(0, 0), two_tables_paths(), {}), IsEmpty());
  EXPECT_THAT(names(derive_scripts(two_tables(), {}, {})), ElementsAre("insert-app.users"));
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
  EXPECT_EQ(scripts.size(), 17u);
  const auto parsed = parse_scripts(scripts, &tables);
  ASSERT_TRUE(parsed) << to_string(parsed.errors()[0]);
}

}  // namespace
}  // namespace pgrehearse::load
