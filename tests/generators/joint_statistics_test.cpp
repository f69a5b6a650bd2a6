// Columns of which extended statistics say how they go together.
#include "tests/generators/originals.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kObserved = 100'000;

std::shared_ptr<ColumnStatistics> observed(const Rows& row) {
  return std::make_shared<ColumnStatistics>(analyze(text(), kObserved, row));
}

// The cities, the country of each, and a state that depends on neither.
std::uint64_t city_of(std::uint64_t row) { return zipf(noise(row, 1), 90, 0.6); }
std::optional<std::string> city(std::uint64_t row) { return fmt::format("city {:02}", city_of(row)); }
std::optional<std::string> country(std::uint64_t row) {
  return fmt::format("country {}", city_of(row) * city_of(row) % 7);
}

TableShape places() {
  TableShape shape = table("places", kObserved, {column("city", text(), false), column("country", text(), false)});
  shape.columns[0].statistics = observed(city);
  shape.columns[1].statistics = observed(country);
  return shape;
}

std::map<std::string, double> shares(const Generator& made, const std::vector<std::size_t>& columns) {
  std::map<std::string, double> shares;
  for (std::uint64_t row = 0; row < kObserved; ++row) shares[tuple(made, 0, row, columns)] += 1.0 / kObserved;
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
  for (std::uint64_t row = 0; row < kObserved; ++row) all[{*city(row), *country(row)}] += 1.0 / kObserved;
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
  for (std::uint64_t row = 0; row < kObserved; ++row) wanted[*country(row)] += 1.0 / kObserved;
  EXPECT_LT(variation(wanted, shares(made, {1})), 0.025);
}

TEST(JointStatistics, FewerPairsThanChanceWouldMake) {
  TableShape shape = places();
  shape.joint.push_back({{"city", "country"}, {{{"city", "country"}, 180}}, {}, {}});
  EXPECT_NEAR(static_cast<double>(shares(planned({shape}), {0, 1}).size()), 180, 9);
  shape.joint.clear();
  EXPECT_GT(shares(planned({shape}), {0, 1}).size(), 300u);
}

// Orders of customers, each of whom mostly pays in one way; customers who buy often pay later.
constexpr std::uint64_t kCustomers = 2'000;
std::uint64_t customer_of(std::uint64_t row) { return zipf(noise(row, 2), kCustomers, 0.9); }
std::optional<std::string> customer(std::uint64_t row) { return std::to_string(customer_of(row) + 1); }
std::optional<std::string> payment(std::uint64_t row) {
  std::uint64_t usual = customer_of(row) < 10 ? 0 : 1 + customer_of(row) % 4;
  return fmt::format("payment {}", noise(row, 3) < 0.8 ? usual : static_cast<std::uint64_t>(noise(row, 4) * 5));
}

TableShape orders() {
  TableShape shape = table("orders", kObserved, {column("customer_id", bigint()), column("payment", text())});
  shape.columns[0].statistics = std::make_shared<ColumnStatistics>(analyze(bigint(), kObserved, customer));
  shape.columns[1].statistics = observed(payment);
  shape.foreign_keys = {reference({0}, 0, {0})};
  return shape;
}

std::map<std::string, double> wanted_orders() {
  std::map<std::string, double> all;
  for (std::uint64_t row = 0; row < kObserved; ++row) all[*customer(row) + "|" + *payment(row)] += 1.0 / kObserved;
  return all;
}

std::map<std::string, double> shares_of_orders(const Generator& made, const std::vector<std::size_t>& columns) {
  std::map<std::string, double> shares;
  for (std::uint64_t row = 0; row < kObserved; ++row) shares[tuple(made, 1, row, columns)] += 1.0 / kObserved;
  return shares;
}

TEST(JointStatistics, OfForeignKeysTooComeAsOftenAsTheyDid) {
  TableShape shape = orders();
  std::vector<std::pair<double, std::string>> sorted;
  for (const auto& [values, share] : wanted_orders()) sorted.emplace_back(share, values);
  std::sort(sorted.rbegin(), sorted.rend());
  shape.joint.push_back({{"customer_id", "payment"}, {}, {}, {}});
  std::map<std::string, double> wanted;
  for (std::size_t i = 0; i < 100; ++i) {
    const auto& [share, values] = sorted[i];
    std::size_t bar = values.find('|');
    wanted[values] = share;
    shape.joint[0].common.push_back({{Mark{values.substr(0, bar), 0, 0}, Mark{values.substr(bar + 1), 0, 0}}, share});
  }
  auto difference = [&](const Generator& made) {
    auto found = shares_of_orders(made, {0, 1});
    double sum = 0;
    for (const auto& [values, share] : wanted) sum += std::abs(share - found[values]) / 2;
    return sum;
  };
  Generator made = planned({users(kCustomers), shape});
  EXPECT_LT(difference(made), 0.025);
  std::map<std::string, double> payments;
  for (std::uint64_t row = 0; row < kObserved; ++row) payments[*payment(row)] += 1.0 / kObserved;
  EXPECT_LT(variation(payments, shares_of_orders(made, {1})), 0.025);
  for (std::uint64_t row = 0; row < kObserved; ++row) {
    std::uint64_t parent = std::stoull(*made.text(1, row, 0));
    ASSERT_TRUE(parent >= 1 && parent <= kCustomers) << "a reference to nobody";
  }
  shape.joint.clear();
  EXPECT_GT(difference(planned({users(kCustomers), shape})), 0.1);
}

TEST(JointStatistics, AForeignKeyDecidesAnotherColumn) {
  TableShape shape = orders();
  shape.joint.push_back({{"customer_id", "payment"}, {}, {{{"customer_id"}, "payment", 1.0}}, {}});
  Generator made = planned({users(kCustomers), shape});
  EXPECT_EQ(shares_of_orders(made, {0, 1}).size(), shares_of_orders(made, {0}).size());
}

// A third column, which the table's key decides, is left out of what goes together.
TEST(JointStatistics, HoldForTheColumnsThatNothingElseDecides) {
  TableShape shape = places();
  shape.columns.push_back(serial("id"));
  shape.keys = {key({2}, true)};
  shape.joint.push_back({{"city", "id", "country"}, {}, {{{"city"}, "country", 1.0}, {{"id"}, "city", 1.0}}, {}});
  Generator made = planned({shape});
  EXPECT_EQ(shares(made, {0, 1}).size(), shares(made, {0}).size());
}

}  // namespace
}  // namespace pgrehearse::generators::testing
