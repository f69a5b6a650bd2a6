// What a shape means where sizes are reckoned without a server: for estimates, and for the doctor's question of room.
#include <gtest/gtest.h>

#include "harness/app/diagnosis.hpp"
#include "harness/app/scaling.hpp"

namespace pgrehearse::app {
namespace {

scenario::Data with_shape() {
  scenario::Data data;
  data.default_rows = 100;
  data.scale = 0.5;
  generators::TableStatistics users, orders;
  users.schema = orders.schema = "public";
  users.name = "users";
  users.rows = 2000;
  orders.name = "orders";
  orders.rows = 10'000;
  data.statistics = {users, orders};
  return data;
}

TEST(RowsOfAShape, AreThoseOfTheTableAtItsScale) {
  scenario::Data data = with_shape();
  EXPECT_EQ(*rows_of(data, "users"), 1000u);
  EXPECT_EQ(*rows_of(data, "public.orders"), 5000u);
  EXPECT_EQ(*rows_of(data, "other"), 100u);
  data.tables.push_back({"users", scenario::RowCount{7, ""}, {}, {}, {}});
  EXPECT_EQ(*rows_of(data, "users"), 7u) << "rows that were asked for win";
}

TEST(RowsOfAShape, ScaleWithTheTableThatIsNamed) {
  const scenario::Data data = scaled_to(with_shape(), "users", 4000);
  EXPECT_EQ(*rows_of(data, "users"), 4000u);
  EXPECT_EQ(*rows_of(data, "orders"), 20'000u);
  EXPECT_EQ(data.default_rows, 400u);
}

TEST(RowsOfAShape, NeedRoomOnTheDisk) {
  scenario::Scenario scenario;
  scenario.data = with_shape();
  EXPECT_EQ(disk_need(scenario, 2).rows, 6000u);
  EXPECT_EQ(disk_need(scenario, 5).rows, 6300u) << "three tables that the shape does not have";
  scenario.data.tables.push_back({"orders", scenario::RowCount{9000, ""}, {}, {}, {}});
  EXPECT_EQ(disk_need(scenario, 2).rows, 10'000u);
}

}  // namespace
}  // namespace pgrehearse::app
