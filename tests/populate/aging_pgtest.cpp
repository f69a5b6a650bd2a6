// Tables that have lived: dead versions, and rows out of order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/populate/aging.hpp"
#include "harness/populate/fingerprint.hpp"
#include "harness/populate/populate.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::populate {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Aging : public ::testing::Test {
 protected:
  Populated filled(const testing::ScratchDatabase& database, double aged) {
    database.session()->query(
        "CREATE EXTENSION pgstattuple; CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name "
        "text);"
        "CREATE TABLE visits (id int PRIMARY KEY, user_id bigint NOT NULL REFERENCES users);"
        "CREATE TABLE numbers (id bigint GENERATED ALWAYS AS IDENTITY)");
    scenario::Data data;
    data.default_rows = 20'000;
    data.aged = aged;
    data.tables.emplace_back();
    data.tables[0].name = "visits";
    data.tables[0].aged = 0;
    const auto progress = base::quiet_progress();
    const base::Cancellation cancellation;
    auto populated = populate(database.target(), data, base::SteadyClock(), *progress, cancellation);
    if (!populated) ADD_FAILURE() << to_string(populated.errors().front());
    return std::move(*populated);
  }
  static double dead_share(const testing::ScratchDatabase& database, const std::string& table) {
    const auto row =
        database.session()->query("SELECT dead_tuple_count, tuple_count FROM pgstattuple('" + table + "')");
    return row.number(0, 0) / (row.number(0, 0) + row.number(0, 1));
  }
};

TEST_F(Aging, LeavesTheShareOfDeadRowsThatWasAskedFor) {
  const testing::ScratchDatabase young, aged;
  filled(young, 0);
  const Populated populated = filled(aged, 0.2);
  EXPECT_EQ(dead_share(young, "users"), 0);
  EXPECT_NEAR(dead_share(aged, "users"), 0.2, 0.01);
  EXPECT_EQ(dead_share(aged, "visits"), 0) << "it was to stay young";
  EXPECT_THAT(populated.notices, Contains(HasSubstr("table public.numbers is not aged")));

  auto session = aged.session();
  const std::string correlation =
      "SELECT correlation FROM pg_stats WHERE schemaname = 'public' AND tablename = 'users' AND attname = 'id'";
  EXPECT_LT(session->query(correlation).number(0, 0), 0.9);
  EXPECT_GT(young.session()->query(correlation).number(0, 0), 0.999);
  auto other = young.session();
  EXPECT_EQ(*fingerprint(*session, *read_catalog(*session)), *fingerprint(*other, *read_catalog(*other)))
      << "the values are the same";
}

TEST_F(Aging, AllRowsAreUpdatedAtAHalf) {
  const testing::ScratchDatabase database;
  filled(database, 0.5);
  EXPECT_EQ(dead_share(database, "users"), 0.5);
}

}  // namespace
}  // namespace pgrehearse::populate
