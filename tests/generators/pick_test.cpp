#include "generators/pick.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pgrehearse::generators {
namespace {

class Fixed final : public Pick {
 public:
  explicit Fixed(std::uint64_t number) : number_(number) {}
  std::uint64_t at(std::uint64_t) const override { return number_; }

 private:
  std::uint64_t number_;
};

TEST(OfPair, ComesUponEachPairOnce) {
  auto number = std::make_shared<InOrder>();
  OfPair smaller(number, false), larger(number, true);
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (std::uint64_t row = 0; row < pairs(50); ++row) {
    EXPECT_LT(smaller.at(row), larger.at(row));
    EXPECT_LT(larger.at(row), 50u);
    seen.insert({smaller.at(row), larger.at(row)});
  }
  EXPECT_EQ(seen.size(), 1225u);
}

// Where a double has no room for the pair's number any more.
TEST(OfPair, IsExactForManyNumbers) {
  for (std::uint64_t size : {std::uint64_t{1'000'000}, std::uint64_t{1} << 31}) {
    auto last = std::make_shared<Fixed>(pairs(size) - 1), before = std::make_shared<Fixed>(pairs(size - 1) - 1);
    EXPECT_EQ(OfPair(last, true).at(0), size - 1);
    EXPECT_EQ(OfPair(last, false).at(0), size - 2);
    EXPECT_EQ(OfPair(before, true).at(0), size - 2);
    EXPECT_EQ(OfPair(before, false).at(0), size - 3);
  }
}

TEST(NthSibling, StaysInTheGroupOfTheOther) {
  auto row = std::make_shared<InOrder>();
  NthSibling sibling(row, std::make_shared<Fixed>(4), 7);
  for (std::uint64_t n = 0; n < 100; ++n) {
    EXPECT_EQ(sibling.at(n) % 7, n % 7);
    EXPECT_EQ(sibling.at(n) / 7, 4u);
  }
}

}  // namespace
}  // namespace pgrehearse::generators
