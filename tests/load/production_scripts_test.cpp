#include "harness/load/production_scripts.hpp"

#include <gmock/gmock.h>

#include "harness/load/script.hpp"
#include "tests/load/two_tables.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ProductionScripts : public ::testing::Test {
 protected:
  ProductionDrafts made(const std::vector<scenario::ObservedStatement>& statements, double scale = 1) const {
    return production_drafts({10.0, statements}, scale, tables_, two_tables_paths(),
                             [&](const std::string&) { return types_; });
  }
  // The statement as it is sent, or why it is not.
  std::string sent(const std::string& sql, double calls = 10, double rows = 10) const {
    const auto drafts = made({{sql, calls, rows}});
    if (drafts.drafts.empty()) return "left out: " + drafts.left_out.at(0).reason;
    const auto script = to_script(drafts.drafts[0], tables_, "production's");
    const auto parsed = parse_scripts({script}, &tables_);
    EXPECT_TRUE(parsed) << to_string(parsed.errors()[0]) << script.text;
    return drafts.drafts[0].statements.at(0);
  }

  generators::Generator tables_ = two_tables(10'000, 30'000);
  std::vector<std::string> types_;
};

TEST_F(ProductionScripts, FindRowsByTheColumnsTheyCompare) {
  EXPECT_EQ(sent("SELECT name FROM app.users WHERE id = $1"), "SELECT name FROM app.users WHERE id = :users_id");
  EXPECT_EQ(sent("SELECT name FROM app.users u WHERE lower(u.email) = $1"),
            "SELECT name FROM app.users u WHERE lower(u.email) = lower(:users_email)");
  EXPECT_EQ(sent("SELECT o.total FROM app.users u JOIN orders o ON o.user_id = u.id WHERE u.id = $1 AND o.number = $2"),
            "SELECT o.total FROM app.users u JOIN orders o ON o.user_id = u.id WHERE u.id = :users_id AND o.number =\n"
            "  :orders_b_number");
  EXPECT_EQ(sent("SELECT name FROM app.users WHERE id IN ($1, $2)"),
            "SELECT name FROM app.users WHERE id IN (:users_id, :users_2_id)");
  EXPECT_EQ(sent("SELECT name FROM app.users WHERE id IN ($1)", 10, 30),
            "SELECT name FROM app.users WHERE id IN (:users_id, :users_2_id, :users_3_id)")
      << "PostgreSQL 18 shows the first of a list only";
  EXPECT_EQ(sent("SELECT name FROM app.users WHERE name IN ($1)", 10, 30),
            "SELECT name FROM app.users WHERE name IN (:users_name)");
  EXPECT_EQ(sent("SELECT name FROM app.users WHERE id = ANY($1)", 10, 20),
            "SELECT name FROM app.users WHERE id = ANY(ARRAY[:users_id, :users_2_id]::bigint[])");
  EXPECT_EQ(sent("SELECT name FROM app.users WHERE name LIKE $1 LIMIT $2", 10, 73),
            "SELECT name FROM app.users WHERE name LIKE (left(:users_name::text, 4) || '%') LIMIT 8");
  EXPECT_EQ(sent("SELECT 1 FROM app.users WHERE name ~* $1"),
            "SELECT 1 FROM app.users WHERE name ~* regexp_replace(left(:users_name::text, 4), '\\W', '.', 'g')");
  EXPECT_EQ(sent("SELECT \"Born On\" FROM app.users WHERE \"Born On\" = $1 OFFSET $2"),
            "SELECT \"Born On\" FROM app.users WHERE \"Born On\" = :users_Born_On OFFSET 0");
}

TEST_F(ProductionScripts, KeepRangesAsNarrowAsInProduction) {
  EXPECT_EQ(sent("SELECT 1 FROM orders WHERE total BETWEEN $1 AND $2", 10, 400),
            "SELECT 1 FROM orders WHERE total BETWEEN :orders_total AND (:orders_total::integer + 40)");
  EXPECT_EQ(sent("SELECT 1 FROM app.users WHERE \"Born On\" >= $1 AND \"Born On\" < $2"),
            "SELECT 1 FROM app.users WHERE \"Born On\" >= :users_Born_On AND \"Born On\" < (:users_Born_On::date + "
            "interval '1 day')");
  EXPECT_EQ(sent("SELECT 1 FROM app.users WHERE id > $1", 10, 300),
            "SELECT 1 FROM app.users WHERE id > (SELECT max(\"id\") - 30 FROM \"app\".\"users\")");
  EXPECT_EQ(sent("SELECT 1 FROM app.users WHERE id > $1 ORDER BY id LIMIT $2"),
            "SELECT 1 FROM app.users WHERE id > :users_id ORDER BY id LIMIT 1");
  EXPECT_EQ(sent("SELECT 1 FROM orders WHERE user_id = $1 AND number > $2"),
            "SELECT 1 FROM orders WHERE user_id = :orders_user_id AND number > :orders_number");
}

TEST_F(ProductionScripts, InsertNewRows) {
  EXPECT_EQ(sent("INSERT INTO app.users (id, email, name) VALUES ($1, $2, $3), ($4, $5, $6) RETURNING id"),
            "INSERT INTO app.users (id, email, name) VALUES (DEFAULT, :new_users_email, :new_users_name), (DEFAULT,\n"
            "  :new_users_2_email, :new_users_2_name) RETURNING id");
  EXPECT_EQ(
      sent("INSERT INTO orders VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
      "INSERT INTO orders VALUES (:new_orders_user_id, :new_orders_number, :new_orders_total) ON CONFLICT DO NOTHING");
  tables_ = two_tables(10, 30);
  EXPECT_EQ(sent("INSERT INTO orders VALUES ($1, $2, $3)"), "left out: orders allows hardly any new rows");
}

TEST_F(ProductionScripts, ChangeWhatMayBeChanged) {
  EXPECT_EQ(
      sent("UPDATE app.users SET name = $1, email = $2, id = $3 WHERE id = $4"),
      "UPDATE app.users SET name = :other_users_name, email = :new_users_email, id = :users_id WHERE id = :users_id");
  EXPECT_EQ(sent("UPDATE orders SET total = total + $1 WHERE user_id = $2 AND number = $3"),
            "UPDATE orders SET total = total + :step_1 WHERE user_id = :orders_user_id AND number = :orders_number");
  EXPECT_EQ(
      sent("UPDATE orders SET total = CASE WHEN total > $1 THEN $2 ELSE total END WHERE user_id = $3"),
      "UPDATE orders SET total = CASE WHEN total > :orders_total THEN (:other_orders_total::integer) ELSE total END\n"
      "  WHERE user_id = :orders_user_id");
  EXPECT_EQ(sent("DELETE FROM orders WHERE user_id = $1 AND number = $2"),
            "DELETE FROM orders WHERE user_id = :orders_user_id AND number = :orders_number");
  EXPECT_EQ(sent("DELETE FROM app.users WHERE id = $1"), "DELETE FROM app.users WHERE id = :new_users_id")
      << "orders refer to those that exist";
}

TEST_F(ProductionScripts, TakeAnyValueWhereNoColumnTells) {
  EXPECT_EQ(sent("SELECT $1 AS one FROM app.users WHERE id = $2 LIMIT $3"),
            "SELECT 1 AS one FROM app.users WHERE id = :users_id LIMIT 1");
  EXPECT_EQ(sent("SELECT extract($1 FROM \"Born On\") FROM app.users WHERE id = $2"),
            "SELECT extract('epoch' FROM \"Born On\") FROM app.users WHERE id = :users_id");
  EXPECT_THAT(sent("SELECT name FROM app.users WHERE \"Born On\" > now() - $1::interval"),
              HasSubstr("now() - '1 day'::interval"));
  types_ = {"text", "boolean"};
  EXPECT_EQ(sent("SELECT coalesce(f($1), name) FROM app.users WHERE g(name, $2)"),
            "SELECT coalesce(f('1'), name) FROM app.users WHERE g(name, true)");
}

TEST_F(ProductionScripts, SayWhyNot) {
  EXPECT_EQ(sent("SELECT pg_advisory_lock($1)"), "left out: $1 is an argument of pg_advisory_lock()");
  EXPECT_EQ(sent("SELECT nextval($1)"), "left out: $1 is an argument of nextval()");
  EXPECT_EQ(sent("SELECT 1 FROM elsewhere WHERE thing = $1"), "left out: $1 is thing, of no generated table");
  EXPECT_EQ(unusable_reason("SELECT nextval($1)"), "$1 is an argument of nextval()");
  EXPECT_EQ(unusable_reason("SELECT 1 FROM elsewhere WHERE thing = $1"), "");
}

TEST_F(ProductionScripts, HaveProductionsRatesAndShares) {
  const auto drafts = made({{"SELECT 1 FROM orders WHERE total = $1", 30, 30},
                            {"SELECT nextval($1)", 50, 1},
                            {"SELECT name FROM app.users WHERE id = $1", 120, 120}},
                           0.5);
  ASSERT_EQ(drafts.drafts.size(), 2u);
  EXPECT_THAT(drafts.statements, ElementsAre(2u, 0u));
  EXPECT_EQ(drafts.drafts[0].name, "production-001-select-users");
  EXPECT_DOUBLE_EQ(drafts.drafts[0].weight, 120);
  EXPECT_DOUBLE_EQ(drafts.drafts[0].rate_per_s.value(), 6);
  EXPECT_DOUBLE_EQ(drafts.drafts[1].rate_per_s.value(), 1.5);
  const auto script = to_script(drafts.drafts[0], tables_, "production's");
  EXPECT_THAT(script.text, StartsWith("-- A statement of production: 120 calls, 60.0 % of all, 1.0 rows each.\n"
                                      "-- Sent 6 times a second.\n"));
  EXPECT_THAT(script.text,
              HasSubstr("--   $1: app.users.id of an existing row\n\\pick users \"app\".\"users\"\nSELECT"));
}

TEST_F(ProductionScripts, AreReported) {
  const scenario::ObservedTraffic observed{
      10.0, {{"SELECT name FROM app.users WHERE id = $1", 150, 1}, {"SELECT a || nextval($1) FROM app.users", 50, 1}}};
  const auto drafts = production_drafts(observed, 1, tables_, {}, [](auto&) { return std::vector<std::string>(); });
  EXPECT_THAT(production_summary(observed, drafts), HasSubstr("1 of 2 statements, 75.0 % of the calls, 15 a second"));
  const auto report = production_report(observed, drafts);
  EXPECT_THAT(report, HasSubstr("| 75.00 % | 15 | `script-production-001-select-users.sql` |"));
  EXPECT_THAT(report, HasSubstr("| 25.00 % |"));
  EXPECT_THAT(report, HasSubstr("SELECT a \\|\\| nextval($1)"));
}

TEST_F(ProductionScripts, HaveNoRateWhereNobodyKnowsSinceWhen) {
  const auto drafts = production_drafts({{}, {{"SELECT name FROM app.users WHERE id = $1", 120, 120}}}, 1, tables_, {},
                                        [](auto&) { return std::vector<std::string>(); });
  ASSERT_EQ(drafts.drafts.size(), 1u);
  EXPECT_FALSE(drafts.drafts[0].rate_per_s);
  EXPECT_THAT(drafts.left_out, IsEmpty());
}

}  // namespace
}  // namespace pgrehearse::load
