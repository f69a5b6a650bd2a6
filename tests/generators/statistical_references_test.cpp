// Foreign keys whose parents have as many children, and whose children lie as close together, as statistics say.
#include "generators/physical_order.hpp"
#include "generators/uuid.hpp"
#include "tests/generators/originals.hpp"
#include "tests/generators/written_rows.hpp"

namespace pgrehearse::generators::testing {
namespace {

constexpr std::uint64_t kChildren = 200'000, kParents = 20'000;

std::string uuid_of(std::uint64_t number) {
  char made[36];
  write_uuid(uuid_bytes({5}, number), made);
  return {made, 36};
}

struct FanOut {
  std::string name;
  Type type;
  Rows parent, child;
  bool secret = false;
};

std::vector<FanOut> cases() {
  auto id = [](std::uint64_t row) { return std::to_string(row + 1); };
  auto gappy = [](std::uint64_t row) { return std::to_string(1000 + row * 3 + row % 7 / 3); };
  // Popular parents are anywhere.
  auto skewed = [=](std::uint64_t row) { return id(Permutation({8}, kParents)(zipf(noise(row, 1), kParents, 0.9))); };
  // The newest parents have the most children.
  auto recent = [=](std::uint64_t row) { return gappy(kParents - 1 - zipf(noise(row, 2), kParents, 0.6)); };
  // The children of one parent were inserted together, ten each.
  auto together = [=](std::uint64_t row) { return id(row / 10); };
  auto nearby = [=](std::uint64_t row) { return id(jumbled(row, 0.2, kChildren) / 10); };
  auto secret = [=](std::uint64_t row) { return uuid_of(zipf(noise(row, 3), kParents, 0.7)); };
  return {{"skewed", bigint(), id, with_nulls(0.2, skewed)},
          {"recent", bigint(), gappy, recent},
          {"together", bigint(), id, together},
          {"nearby", bigint(), id, nearby},
          {"secret", uuid(), uuid_of, secret, true}};
}

class MeetsFanOut : public ::testing::TestWithParam<std::tuple<std::string, std::uint64_t>> {};

TEST_P(MeetsFanOut, AfterAnalyze) {
  std::vector<FanOut> all = cases();
  const FanOut& each =
      *std::find_if(all.begin(), all.end(), [](const FanOut& c) { return c.name == std::get<0>(GetParam()); });
  std::uint64_t times = std::get<1>(GetParam()), rows = kChildren * times;
  TableShape parents = table("parents", kParents * times, {column("id", each.type)});
  parents.keys = {key({0}, true)};
  parents.columns[0].statistics = observed(each.type, kParents, each.parent, each.secret);
  TableShape children = table("children", rows, {column("parent_id", each.type, false)});
  children.columns[0].statistics = observed(each.type, kChildren, each.child, each.secret);
  children.foreign_keys = {reference({0}, 0, {0})};
  Generator made = planned({parents, children});
  for (std::size_t table : {0, 1}) expect_written_as_said(made, table, each.type);

  ColumnStatistics wanted = analyze(each.type, kChildren, each.child);
  ColumnStatistics found = analyze(
      each.type, rows, [&](std::uint64_t row) { return made.text(1, row, 0); }, 2);
  // By value only where the values are known; it is the frequencies of common ones that count, not which they are.
  Differences differ = compare(each.type, wanted, found, static_cast<double>(rows), !each.secret);
  differ.common = common_difference(wanted, found, static_cast<double>(rows), false);
  SCOPED_TRACE(fmt::format("distinct {} for {}, correlation {} for {}", found.distinct, wanted.distinct,
                           found.correlation.value_or(0), wanted.correlation.value_or(0)));
  EXPECT_LT(differ.nulls, 0.01);
  // The more rows there are, the fewer of the different values does ANALYZE guess from a sample of the same size.
  EXPECT_LT(times > 1 && wanted.distinct > 0 ? 0 : differ.distinct, 0.05);
  EXPECT_LT(differ.common, 0.025);
  EXPECT_LT(times > 1 ? 0 : differ.distribution, 0.015);
  EXPECT_LT(differ.correlation, 0.02);
}

INSTANTIATE_TEST_SUITE_P(AtItsSizeAndTenTimesIt, MeetsFanOut,
                         ::testing::Combine(::testing::ValuesIn(names_of(cases())), ::testing::Values(1, 10)),
                         [](const auto& info) {
                           return fmt::format("{}_times_{}", std::get<0>(info.param), std::get<1>(info.param));
                         });

// How many children the parents that have any have, ascending.
std::vector<double> children_of(const Rows& parent_of) {
  std::map<std::string, double> counted;
  for (std::uint64_t row = 0; row < kChildren; ++row) ++counted[*parent_of(row)];
  std::vector<double> children;
  for (const auto& [parent, count] : counted) children.push_back(count);
  std::sort(children.begin(), children.end());
  return children;
}

double quantile(const std::vector<double>& ascending, double share) {
  return ascending[static_cast<std::size_t>(share * static_cast<double>(ascending.size() - 1))];
}

// Few parents between two bounds of the histogram, and many.
TEST(CountedFanOut, GivesParentsAsManyChildrenAsTheyHad) {
  for (std::uint64_t count : {3'000, 20'000}) {
    SCOPED_TRACE(count);
    const Rows original = [=](std::uint64_t row) {
      return std::to_string(Permutation({8}, count)(zipf(noise(row, 1), count, 0.7)) + 1);
    };
    const std::vector<double> asked = children_of(original);
    auto fan_out = std::make_shared<generators::FanOut>();
    fan_out->parents_with_children = static_cast<double>(asked.size()) / static_cast<double>(count);
    for (int i = 0; i <= 100; ++i) fan_out->children.push_back(quantile(asked, i / 100.0));
    TableShape parents = table("parents", count, {column("id", bigint())});
    parents.keys = {key({0}, true)};
    TableShape children = table("children", kChildren, {column("parent_id", bigint(), false)});
    children.columns[0].statistics = observed(bigint(), kChildren, original);
    children.foreign_keys = {reference({0}, 0, {0})};
    children.foreign_keys[0].fan_out = fan_out;
    Generator made = planned({parents, children});
    const Rows parent_of = [&](std::uint64_t row) { return made.text(1, row, 0); };
    const std::vector<double> found = children_of(parent_of);
    EXPECT_NEAR(analyze(bigint(), kChildren, parent_of, 2).distinct / children.columns[0].statistics->distinct, 1,
                0.03);
    EXPECT_NEAR(static_cast<double>(found.size()) / static_cast<double>(asked.size()), 1, 0.05);
    for (double share : {0.1, 0.5, 0.9})
      EXPECT_NEAR(quantile(found, share) / quantile(asked, share), 1, 0.15) << "quantile " << share;
  }
}

}  // namespace
}  // namespace pgrehearse::generators::testing
