// Keys over several columns whose statistics are known: they hold, and each column looks as it did.
#include "tests/generators/originals.hpp"

namespace pgrehearse::generators::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint64_t kMembers = 60'000, kUsers = 5'000;

// Members of tenants: some tenants have a tenth of all rows, and a user is in a tenant with several roles.
const Rows kTenant = [](std::uint64_t row) { return fmt::format("tenant {:02}", zipf(noise(row, 1), 60, 0.8)); };
const Rows kUser = [](std::uint64_t row) { return std::to_string(zipf(noise(row, 2), kUsers, 0.4) + 1); };
const Rows kRole = [](std::uint64_t row) { return fmt::format("role {:02}", zipf(noise(row, 3), 12, 0.6)); };
const Rows kDay = [](std::uint64_t row) { return std::to_string(row / 100); };  // as they came

TableShape members(bool not_null, double nulls) {
  TableShape shape = table(
      "members", kMembers,
      {described("tenant", text(), kMembers, kTenant, true), described("user_id", bigint(), kMembers, kUser, true),
       described("role", text(), kMembers, with_nulls(nulls, kRole), not_null),
       described("day", integer(), kMembers, kDay, true)});
  shape.foreign_keys = {reference({1}, 0, {0})};
  shape.keys = {key({0, 1, 2})};
  return shape;
}

// No combination twice but among rows with a NULL (unless NULLs count), and no column unlike its statistics.
void expect_kept(const Generator& made, const std::vector<std::size_t>& columns, bool nulls_count) {
  std::unordered_set<std::string> seen;
  for (std::uint64_t row = 0; row < kMembers + 500 && row < made.capacity(1); ++row) {
    std::string values = tuple(made, 1, row, columns);
    if (!nulls_count && values.find("NULL") != std::string::npos) continue;
    ASSERT_TRUE(seen.insert(values).second) << values << " in row " << row;
  }
  for (std::size_t i = 0; i < made.shape().tables[1].columns.size(); ++i) {
    const Column& column = made.shape().tables[1].columns[i];
    SCOPED_TRACE(column.name);
    ColumnStatistics found = analyze(
        column.type, kMembers, [&](std::uint64_t row) { return made.text(1, row, i); }, 2);
    Differences differ = compare(column.type, *column.statistics, found, kMembers, i != 1);
    EXPECT_LT(differ.nulls, 0.01);
    EXPECT_LT(differ.distinct, 0.05);
    EXPECT_LT(common_difference(*column.statistics, found, kMembers, i != 1), 0.025);
    if (i == 3) {
      EXPECT_LT(differ.correlation, 0.02);
    }
  }
  EXPECT_THAT(made.notices(), Not(Contains(HasSubstr("differs from its statistics"))));
}

TEST(StatisticalKeys, OverThreeColumnsLeaveEachItsStatistics) {
  Generator made = planned({users(kUsers), members(true, 0)});
  ASSERT_EQ(made.rows(1), kMembers);
  expect_kept(made, {0, 1, 2}, true);
}

TEST(StatisticalKeys, OfFourColumnsTakeThoseThatAreNeeded) {
  TableShape shape = members(true, 0);
  shape.keys = {key({0, 1, 2, 3})};
  expect_kept(planned({users(kUsers), shape}), {0, 1, 2, 3}, true);
}

// Tags of articles: each once, in an order of their own.
TEST(StatisticalKeys, TwoThatShareAColumnLeaveEachItsStatistics) {
  const Rows article = [](std::uint64_t row) { return std::to_string(row / 12 + 1); };
  const Rows place = [](std::uint64_t row) { return std::to_string(row % 12 + row / 12 % 9 + 1); };
  const Rows tag = [](std::uint64_t row) {
    return fmt::format("tag {:03}", (zipf(noise(row / 12, 5), 150, 0.5) + row % 12 * 7) % 150);
  };
  TableShape shape =
      table("tags", kMembers,
            {described("article_id", bigint(), kMembers, article, true),
             described("place", integer(), kMembers, place, true), described("tag", text(), kMembers, tag, true)});
  shape.foreign_keys = {reference({0}, 0, {0})};
  shape.keys = {key({0, 1}, true), key({0, 2})};
  Generator made = planned({users(kUsers), shape});
  ASSERT_EQ(made.rows(1), kMembers);
  for (const std::vector<std::size_t>& columns : {std::vector<std::size_t>{0, 1}, {0, 2}})
    EXPECT_EQ(tuples(made, 1, columns, made.capacity(1)).size(), made.capacity(1));
  for (std::size_t i = 0; i < 3; ++i) {
    const Column& column = shape.columns[i];
    SCOPED_TRACE(column.name);
    ColumnStatistics found = analyze(
        column.type, kMembers, [&](std::uint64_t row) { return made.text(1, row, i); }, 2);
    Differences differ = compare(column.type, *column.statistics, found, kMembers, true);
    EXPECT_LT(differ.distinct, 0.05);
    EXPECT_LT(differ.common, 0.025);
    if (i == 0) {
      EXPECT_LT(differ.correlation, 0.02);
    }
  }
}

// Who is in which group: the rows stand in the order of the groups, and roughly in that of the users.
TEST(StatisticalKeys, LeaveTheSecondColumnItsOrderWhereGroupsAreSmall) {
  const Rows group = [](std::uint64_t row) { return std::to_string(row / 6 + 1); };
  const Rows user = [](std::uint64_t row) {
    const double part = static_cast<double>(row) / kMembers, place = 0.6 * part + 0.4 * noise(row, 9);
    return std::to_string(static_cast<std::uint64_t>(place * kUsers) + 1);
  };
  TableShape shape = table(
      "memberships", kMembers,
      {described("group_id", bigint(), kMembers, group, true), described("user_id", bigint(), kMembers, user, true)});
  shape.foreign_keys = {reference({1}, 0, {0})};
  shape.keys = {key({0, 1}, true)};
  Generator made = planned({users(kUsers), shape});
  ASSERT_EQ(made.rows(1), kMembers);
  EXPECT_EQ(tuples(made, 1, {0, 1}, made.capacity(1)).size(), made.capacity(1));
  for (std::size_t i = 0; i < 2; ++i) {
    SCOPED_TRACE(shape.columns[i].name);
    ColumnStatistics found = analyze(
        bigint(), kMembers, [&](std::uint64_t row) { return made.text(1, row, i); }, 2);
    Differences differ = compare(bigint(), *shape.columns[i].statistics, found, kMembers, true);
    EXPECT_LT(differ.distinct, 0.05);
    EXPECT_LT(differ.distribution, 0.015);
    EXPECT_LT(differ.correlation, 0.02);
  }
}

// Lines of orders: most orders have one, some have dozens, and the statistics say so only by the lines' numbers.
TEST(StatisticalKeys, GroupsHaveAsManyRowsAsTheirNumbersSay) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rows;  // order, line
  std::map<std::uint64_t, double> orders_reaching;            // a line
  for (std::uint64_t order = 1; rows.size() < kMembers; ++order)
    for (std::uint64_t line = 1; line <= 1 + zipf(noise(order, 6), 40, 1.3) && rows.size() < kMembers; ++line) {
      rows.emplace_back(order, line);
      ++orders_reaching[line];
    }
  const Rows order = [&](std::uint64_t row) { return std::to_string(rows[row].first); };
  const Rows line = [&](std::uint64_t row) { return std::to_string(rows[row].second); };
  TableShape shape = table(
      "lines", kMembers,
      {described("order_id", bigint(), kMembers, order, true), described("line", integer(), kMembers, line, true)});
  shape.foreign_keys = {reference({0}, 0, {0})};
  shape.keys = {key({0, 1}, true)};
  Generator made = planned({users(rows.back().first), shape});
  ASSERT_EQ(made.rows(1), kMembers);
  EXPECT_EQ(tuples(made, 1, {0, 1}, kMembers).size(), kMembers);
  std::map<std::string, double> found;
  for (std::uint64_t row = 0; row < kMembers; ++row) ++found[*made.text(1, row, 1)];
  for (std::uint64_t each : {1, 2, 3, 8, 20})
    EXPECT_NEAR(found[std::to_string(each)] / orders_reaching[each], 1, each < 8 ? 0.05 : 0.25) << "line " << each;
}

// What is frequent, but not enough to be listed as common, is a bound of the histogram several times.
TEST(StatisticalKeys, HoldWhereABoundStandsTwice) {
  for (const Type& type : {integer(), text()}) {
    Column line = column("line", type, true);
    auto statistics = std::make_shared<ColumnStatistics>();
    statistics->rows = kMembers;
    statistics->distinct = 60;
    statistics->average_width = 4;
    auto add = [&](int number, double frequency) {
      statistics->marks.push_back({std::to_string(number), 2, frequency});
    };
    add(10, 0.05);
    add(11, 0.05);
    for (int bound : {13, 13, 13, 14, 15, 15}) add(bound, 0);
    for (int bound = 20; bound < 55; ++bound) add(bound, 0);
    line.statistics = statistics;
    TableShape shape =
        table("members", kMembers, {described("user_id", bigint(), kMembers, kUser, true), std::move(line)});
    shape.foreign_keys = {reference({0}, 0, {0})};
    shape.keys = {key({0, 1})};
    Generator made = planned({users(kUsers), shape});
    ASSERT_EQ(made.rows(1), kMembers);
    std::unordered_set<std::string> seen;
    double thirteens = 0;
    for (std::uint64_t row = 0; row < made.capacity(1); ++row) {
      std::string values = tuple(made, 1, row, {0, 1});
      ASSERT_TRUE(seen.insert(values).second) << values << " in row " << row;
      thirteens += row < kMembers && made.text(1, row, 1) == "13";
    }
    // A tenth is common, the others are in forty buckets: two of them, and of integers the one up to 14, too.
    EXPECT_NEAR(thirteens / kMembers, 0.9 / 40 * (type.kind == Kind::int4 ? 3 : 2), 0.003);
  }
}

TEST(StatisticalKeys, RowsWithANullAreInNoKey) {
  expect_kept(planned({users(kUsers), members(false, 0.4)}), {0, 1, 2}, false);
}

TEST(StatisticalKeys, ANullIsAValueWhereNullsAreNotDistinct) {
  TableShape shape = members(false, 0.1);
  shape.keys[0].nulls_not_distinct = true;
  Generator made = planned({users(kUsers), shape});
  expect_kept(made, {0, 1, 2}, true);
}

TEST(StatisticalKeys, AnExpressionThatMakesAValueOfNullsMeetsNone) {
  TableShape shape = members(false, 0.1);
  shape.keys[0].nulls_as_values = true;
  Generator made = planned({users(kUsers), shape});
  for (std::uint64_t row = 0; row < kMembers; row += 7) ASSERT_TRUE(made.text(1, row, 2));
  EXPECT_THAT(made.notices(), Contains(HasSubstr("role differs from its statistics: it is never NULL")));
}

TEST(StatisticalKeys, SeveralOfThemHoldAtOnce) {
  TableShape shape = members(false, 0.2);
  shape.keys.push_back(key({1, 2, 3}));
  shape.keys.push_back(key({3, 1, 0}));
  Generator made = planned({users(kUsers), shape});
  for (const auto& each : made.shape().tables[1].keys) {
    std::unordered_set<std::string> seen;
    for (std::uint64_t row = 0; row < kMembers; ++row) {
      std::string values = tuple(made, 1, row, each.columns);
      ASSERT_TRUE(values.find("NULL") != std::string::npos || seen.insert(values).second)
          << each.name << ": " << values;
    }
  }
}

}  // namespace
}  // namespace pgrehearse::generators::testing
