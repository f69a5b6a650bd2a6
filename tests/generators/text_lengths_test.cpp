// How long private texts are whose mean width is not that of the lengths that are known.
#include "generators/text_lengths.hpp"

#include <gtest/gtest.h>

#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kTexts = 20'000;

double share_up_to(const std::vector<std::size_t>& lengths, std::size_t most) {
  const auto count = std::count_if(lengths.begin(), lengths.end(), [&](std::size_t length) { return length <= most; });
  return static_cast<double>(count) / static_cast<double>(lengths.size());
}

// The bounds of the histogram have 10 to 29 letters, but texts are 24 bytes wide in the mean: some are long.
TEST(TextLengths, OnlyTheLongestAreLongerThanTheirMarks) {
  ColumnStatistics statistics;
  statistics.rows = kTexts;
  statistics.distinct = -1;
  statistics.average_width = 24.5;
  for (std::uint32_t i = 0; i <= 100; ++i) statistics.marks.push_back({std::nullopt, 10 + i * 7 % 20, 0});
  const Type type = text();
  const Limits limits;
  const Wanted wanted{"notes", &type, &limits, nullptr, false, kTexts, base::Seed{5}};
  const auto made = make_statistical_values({wanted, statistics, 0});
  std::vector<std::size_t> lengths;
  double width = 0;
  for (std::uint64_t row = 0; row < kTexts; ++row) {
    std::string text;
    made->values->text(made->distribution->number((static_cast<double>(row) + 0.5) / kTexts), text);
    lengths.push_back(text.size());
    width += stored_width(static_cast<double>(text.size())) / kTexts;
  }
  EXPECT_NEAR(width, 24.5, 0.3);
  for (std::size_t length : {14, 19, 24})
    EXPECT_NEAR(share_up_to(lengths, length), (static_cast<double>(length) - 9) / 20, 0.05) << length;
}

}  // namespace
}  // namespace pgrehearse::generators::testing
