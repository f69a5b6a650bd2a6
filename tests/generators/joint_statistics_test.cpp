// Columns of which extended statistics say how they go together.
#include "tests/generators/originals.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kRows = 100'000;

Type text() { return type_of(Kind::text, "text", 25); }

std::shared_ptr<ColumnStatistics> observed(const Rows& row) {
  return std::make_shared<ColumnStatistics>(analyze(text(), kRows, row));
}

// The cities, the country of each, and a state that depends on neither.
std::uint64_t city_of(std::uint64_t row) { return zipf(noise(row, 1), 90, 0.6); }
std::optional<std::string> city(std::uint64_t row) { return fmt::format("city {:02}", city_of(row)); }
std::optional<std::string> country(std::uint64_t row) {
  return fmt::format("country {}", city_of(row) * city_of(row) % 7);
}

TableShape places() {
  TableShape shape = table("places", kRows, {column("city", text(), false), column("country", text(), false)});
  shape.columns[0].statistics = observed(city);
  shape.columns[1].statistics = observed(country);
  return shape;
}

std::map<std::string, double> shares(const Generator& made, const std::vector<std::size_t>& columns) {
  std::map<std::string, double> shares;
  for (std::uint64_t row = 0; row < kRows; ++row) shares[tuple(made, 0, row, columns)] += 1.0 / kRows;
  return shares;
}

double variation(const std::map<std::string, double>& a, std::map<std::string, double> b) {
  double sum = 0;
  for (const auto& [value, share] : a) {
    sum += std::abs(share - b[value]);
    b.erase(value);
  }
  for (const auto& [value, share] : b) sum += share;
  return sum / 2;
}

TEST(JointStatistics, FrequentCombinationsComeAsOftenAsTheyDid) {
  TableShape shape = places();
  std::map<std::pair<std::string, std::string>, double> all;
  for (std::uint64_t row = 0; row < kRows; ++row) all[{*city(row), *country(row)}] += 1.0 / kRows;
  std::map<std::string, double> wanted;
  shape.joint.push_back({{"city", "country"}, {}, {}, {}});
  for (const auto& [values, share] : all) {
    wanted[values.first + "|" + values.second] = share;
    shape.joint[0].common.push_back({{Mark{values.first, 0, 0}, Mark{values.second, 0, 0}}, share});
  }
  EXPECT_LT(variation(wanted, shares(planned({shape}), {0, 1})), 0.025);
}

TEST(JointStatistics, OneColumnDecidesAnother) {
  TableShape shape = places();
  shape.joint.push_back({{"city", "country"}, {}, {{{"city"}, "country", 1.0}}, {}});
  Generator made = planned({shape});
  EXPECT_EQ(shares(made, {0, 1}).size(), shares(made, {0}).size());
  std::map<std::string, double> wanted;
  for (std::uint64_t row = 0; row < kRows; ++row) wanted[*country(row)] += 1.0 / kRows;
  EXPECT_LT(variation(wanted, shares(made, {1})), 0.025);
}

TEST(JointStatistics, FewerPairsThanChanceWouldMake) {
  TableShape shape = places();
  shape.joint.push_back({{"city", "country"}, {{{"city", "country"}, 180}}, {}, {}});
  EXPECT_NEAR(static_cast<double>(shares(planned({shape}), {0, 1}).size()), 180, 9);
  shape.joint.clear();
  EXPECT_GT(shares(planned({shape}), {0, 1}).size(), 300u);
}

}  // namespace
}  // namespace pgrehearse::generators::testing
