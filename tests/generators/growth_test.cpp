// What becomes of a column's values when there are more rows, or fewer, than its statistics are of.
#include "generators/growth.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/generators/originals.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kSampled = 100'000;

// How many rows each value has of a column that looks like this one, at another number of rows.
std::map<std::string, std::uint64_t> generated(const Type& type, const Rows& row, double growth, bool unique = false,
                                               int target = 100) {
  Column made = column("made", type, false);
  made.statistics = std::make_shared<ColumnStatistics>(analyze(type, kSampled, row, 1, target));
  TableShape shape = table("t", static_cast<std::uint64_t>(kSampled * growth), {made});
  if (unique) shape.keys = {key({0}, true)};
  const Generator generator = planned({shape});
  std::map<std::string, std::uint64_t> counts;
  for (std::uint64_t row = 0; row < generator.rows(0); ++row) ++counts[generator.text(0, row, 0).value()];
  return counts;
}

double greatest(const std::map<std::string, std::uint64_t>& counts) {
  double most = 0;
  for (const auto& [value, count] : counts) most = std::max(most, std::stod(value));
  return most;
}

// Every third number, as of a sequence that other tables use, too.
TEST(Growth, KeysGoOnCountingOrStopEarlier) {
  const auto key = [](std::uint64_t row) { return std::to_string(1000 + 3 * row); };
  for (double growth : {0.1, 3.0}) {
    const auto counts = generated(bigint(), key, growth, true);
    EXPECT_EQ(counts.size(), kSampled * growth);
    EXPECT_NEAR(greatest(counts), 1000 + 3 * kSampled * growth, 0.01 * 3 * kSampled * growth);
  }
}

TEST(Growth, AmountsStayWhatTheyAre) {
  Type numeric = type_of(Kind::numeric, "numeric(10,2)", 1700);
  numeric.precision = 10;
  numeric.scale = 2;
  const auto amount = [](std::uint64_t row) { return fmt::format("{:.2f}", 300 * noise(row, 1)); };
  const auto counts = generated(numeric, amount, 4);
  EXPECT_LE(greatest(counts), 300);
  EXPECT_NEAR(static_cast<double>(counts.size()), 30'000, 300);  // there are no more
}

// Twenty values have a third of the rows, at any size; the others have four rows each, and some of them ten.
TEST(Growth, OnlyWhatIsCommonStaysCommon) {
  const auto value = [](std::uint64_t row) {
    double hot = noise(row, 1), which = noise(row, 2);
    return std::to_string(static_cast<std::uint64_t>(hot < 0.33 ? 20 * which : 1000 + kSampled / 6.0 * which));
  };
  std::vector<double> counts;
  for (const auto& [text, count] : generated(bigint(), value, 4)) counts.push_back(static_cast<double>(count));
  std::sort(counts.rbegin(), counts.rend());
  ASSERT_GT(counts.size(), 20u);
  EXPECT_NEAR(counts[0], 4 * kSampled * 0.33 / 20, 4 * kSampled * 0.003);
  EXPECT_NEAR(counts[19], 4 * kSampled * 0.33 / 20, 4 * kSampled * 0.003);
  EXPECT_LT(counts[20], 25);
  EXPECT_NEAR(static_cast<double>(counts.size()), 4 * kSampled / 6.0, 4 * kSampled / 60.0);
}

// A long list of common values cuts the histogram into more parts than there are values.
TEST(Growth, AFineHistogramAddsNoValues) {
  const auto name = [](std::uint64_t row) {
    return "city " + std::to_string(100'000 + static_cast<std::uint64_t>(450 * std::pow(noise(row, 1), 3)));
  };
  for (double growth : {1.0, 3.0})
    EXPECT_NEAR(static_cast<double>(generated(text(), name, growth, false, 300).size()), 450, 15);
}

// ---- what ANALYZE should find then ---------------------------------------------------------------------------------

constexpr double kTimes = 4;

// accounts(id, cents) and payments(account_id), three for each account, a third of them for twenty accounts; `times` as
// large. What is not of the size are the cents.
std::vector<TableStatistics> bank(double times) {
  const auto accounts = static_cast<std::uint64_t>(kSampled / 3 * times), payments = accounts * 3;
  const auto id = [](double number) { return std::to_string(1000 + 3 * static_cast<std::uint64_t>(number)); };
  Type numeric = type_of(Kind::numeric, "numeric(10,2)", 1700);
  numeric.precision = 10;
  numeric.scale = 2;
  TableStatistics parents, children;
  parents.schema = children.schema = "public";
  parents.name = "accounts";
  parents.rows = accounts;
  children.name = "payments";
  children.rows = payments;
  parents.columns["id"] = analyze(bigint(), accounts, [&](std::uint64_t row) { return id(static_cast<double>(row)); });
  parents.columns["cents"] =
      analyze(numeric, accounts, [](std::uint64_t row) { return fmt::format("{:.2f}", 300 * noise(row, 1)); });
  children.columns["account_id"] = analyze(bigint(), payments, [&](std::uint64_t row) {
    const double which = noise(row, 3) * static_cast<double>(accounts);
    return id(noise(row, 2) < 0.33 ? std::floor(which / accounts * 20) / 20 * static_cast<double>(accounts) : which);
  });
  parents.columns["id"].type = children.columns["account_id"].type = "bigint";
  parents.columns["cents"].type = "numeric(10,2)";
  return {parents, children};
}

DatabaseShape bank_schema() {
  Type numeric = type_of(Kind::numeric, "numeric(10,2)", 1700);
  numeric.precision = 10;
  numeric.scale = 2;
  TableShape accounts = table("accounts", 0, {column("id", bigint()), column("cents", numeric)});
  accounts.keys = {key({0}, true)};
  TableShape payments = table("payments", 0, {column("account_id", bigint())});
  payments.foreign_keys = {reference({0}, 0, {0})};
  return {{accounts, payments}, {}};
}

double last(const ColumnStatistics& statistics) { return std::stod(statistics.marks.back().value.value_or("0")); }

TEST(ExpectedGrowth, IsThatOfAnOriginalOfTheSize) {
  const auto small = bank(1), large = bank(kTimes);
  const auto [wanted, made] = at_same_size(small, large, bank_schema());
  const auto &id = wanted[0].columns.at("id"), &real_id = made[0].columns.at("id");
  EXPECT_NEAR(last(id), last(real_id), 0.01 * last(real_id));
  EXPECT_EQ(id.distinct, -1);
  const auto &cents = wanted[0].columns.at("cents"), &real_cents = made[0].columns.at("cents");
  EXPECT_NEAR(last(cents), last(real_cents), 1);
  const double accounts = static_cast<double>(large[0].rows), payments = static_cast<double>(large[1].rows);
  EXPECT_NEAR(cents.distinct_in(accounts), real_cents.distinct_in(accounts), 0.05 * real_cents.distinct_in(accounts));
  EXPECT_GT(small[0].columns.at("cents").distinct_in(accounts), 1.5 * cents.distinct_in(accounts));
  const auto &child = wanted[1].columns.at("account_id"), &real_child = made[1].columns.at("account_id");
  EXPECT_NEAR(child.distinct_in(payments), real_child.distinct_in(payments), 0.05 * real_child.distinct_in(payments));
  const auto common = [](const ColumnStatistics& statistics) {
    return std::count_if(statistics.marks.begin(), statistics.marks.end(), [](const Mark& m) { return m.common(); });
  };
  EXPECT_EQ(common(child), 20);
  EXPECT_EQ(common(real_child), 20);
  EXPECT_FALSE(child.marks.back().value) << "no key is known to be among the common ones";
}

TEST(ExpectedGrowth, ChangesNothingAtTheSameSize) {
  const auto small = bank(1);
  const auto [wanted, made] = at_same_size(small, small, bank_schema());
  for (const auto& [name, column] : wanted[0].columns) {
    EXPECT_EQ(column.distinct, small[0].columns.at(name).distinct);
    EXPECT_EQ(last(column), last(small[0].columns.at(name)));
  }
  EXPECT_EQ(made[1].columns.at("account_id").marks.size(), small[1].columns.at("account_id").marks.size());
}

}  // namespace
}  // namespace pgrehearse::generators::testing
