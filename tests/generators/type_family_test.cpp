#include "generators/type_family.hpp"

#include <gtest/gtest.h>

namespace pgrehearse::generators {
namespace {

TEST(TypeFamily, HoldsTypesOfTheSameValues) {
  EXPECT_TRUE(same_kind_of_type("integer", "bigint"));
  EXPECT_TRUE(same_kind_of_type("character varying(20)", "text"));
  EXPECT_TRUE(same_kind_of_type("public.citext", "text"));
  EXPECT_TRUE(same_kind_of_type("timestamp(3) with time zone", "timestamp without time zone"));
  EXPECT_TRUE(same_kind_of_type("numeric(10,2)", "numeric"));
  EXPECT_TRUE(same_kind_of_type("shop.mood", "mood"));
  EXPECT_TRUE(same_kind_of_type("character(3)[]", "character(5)[]"));
  EXPECT_FALSE(same_kind_of_type("integer", "text"));
  EXPECT_FALSE(same_kind_of_type("integer[]", "integer"));
  EXPECT_FALSE(same_kind_of_type("date", "timestamp without time zone"));
}

}  // namespace
}  // namespace pgrehearse::generators
