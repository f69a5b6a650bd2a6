#include "harness/profile/value_order.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::profile {
namespace {

TEST(ValueOrder, KnowsTypesByTheServersNames) {
  EXPECT_EQ(order_kind("numeric(10,2)"), OrderKind::number);
  EXPECT_EQ(order_kind("double precision"), OrderKind::number);
  EXPECT_EQ(order_kind("boolean"), OrderKind::boolean);
  EXPECT_EQ(order_kind("timestamp(3) with time zone"), OrderKind::time);
  EXPECT_EQ(order_kind("time without time zone"), OrderKind::time);
  EXPECT_EQ(order_kind("time with time zone"), OrderKind::none) << "ordered by the instant";
  EXPECT_EQ(order_kind("integer[]"), OrderKind::none);
  EXPECT_EQ(order_kind("text"), OrderKind::none);
  EXPECT_EQ(order_kind(""), OrderKind::none);
}

TEST(ValueOrder, MeasuresTimesInSeconds) {
  const auto at = [](const char* text) { return position(OrderKind::time, text).value(); };
  EXPECT_EQ(at("2024-03-01") - at("2024-02-28"), 2 * 86400);
  EXPECT_EQ(at("2024-02-29 00:00:01.5") - at("2024-02-29"), 1.5);
  EXPECT_EQ(at("2024-02-29 10:00:00+00") - at("2024-02-29 09:00:00+00"), 3600);
  EXPECT_EQ(at("09:30:00"), 34200);
  EXPECT_LT(at("-infinity"), at("1900-01-01"));
  EXPECT_FALSE(position(OrderKind::time, "0044-03-15 BC").has_value());
  EXPECT_FALSE(position(OrderKind::time, "noon").has_value());
}

TEST(ValueOrder, ReadsNumbersAndNothingElse) {
  EXPECT_EQ(position(OrderKind::number, "-12.50"), -12.5);
  EXPECT_EQ(position(OrderKind::number, "1e+100"), 1e100);
  EXPECT_FALSE(position(OrderKind::number, "NaN").has_value());
  EXPECT_FALSE(position(OrderKind::number, "$12.50").has_value());
  EXPECT_EQ(position(OrderKind::boolean, "f"), 0);
  EXPECT_FALSE(position(OrderKind::none, "1").has_value());
}

}  // namespace
}  // namespace pgrehearse::profile
