// What long values take where they are stored.
#include "generators/compressed_size.hpp"

#include <gtest/gtest.h>

#include "generators/filler.hpp"

namespace pgrehearse::generators::testing {
namespace {

std::string text_of(double random_share, std::size_t length) {
  std::string text(length, ' ');
  Filler({}, Texture{random_share}).write(7, length, text.data());
  return text;
}

// As pg_column_size() says of such columns on PostgreSQL 15, less the header.
TEST(CompressedSize, IsNearlyThatOfTheServer) {
  EXPECT_EQ(compressed_size(text_of(1, 4'000)), 4'000);
  EXPECT_NEAR(compressed_size(std::string(4'000, 'a')), 60, 15);
  for (double share : {0.1, 0.3, 0.5})
    EXPECT_NEAR(compressed_size(text_of(share, 8'000)) / 8'000, compressed_share(share), 0.03) << share;
}

TEST(ToastedWidth, IsThatOfAPointerWhereCompressionIsNotEnough) {
  EXPECT_EQ(toasted_width(text_of(1, 1'000), 500), 1'004);
  EXPECT_EQ(toasted_width(text_of(1, 100), 0), 101);
  EXPECT_EQ(toasted_width(text_of(1, 2'000), 500), 18);
  EXPECT_NEAR(toasted_width(text_of(0.3, 2'000), 500), 2'000 * compressed_share(0.3), 60);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
