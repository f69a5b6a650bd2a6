// Keys hold by construction: among the generated rows and the further ones that traffic inserts.
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators {

// Where the argument's type is, so that GoogleTest finds it.
void PrintTo(const Column& column, std::ostream* out) { *out << column.name; }

}  // namespace pgrehearse::generators

namespace pgrehearse::generators::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::uint64_t kKeyed = 50'000;

void expect_unique(const Generator& generator, std::size_t table, const std::vector<std::size_t>& columns) {
  std::uint64_t rows = std::min(generator.rows(table) + kFurther, generator.capacity(table));
  EXPECT_EQ(tuples(generator, table, columns, rows).size(), rows) << generator.shape().tables[table].name;
}

// Playlists: their places are different, and so are their tracks, of which there are fewer than rows.
TEST(Keys, TwoThatShareAColumnLeaveTheOthersTheirChoice) {
  TableShape lists = users(2'000), tracks = users(300);
  lists.name = "lists";
  tracks.name = "tracks";
  TableShape entries = table("entries", kKeyed,
                             {column("list_id", bigint(), true), column("place", integer(), true),
                              column("track_id", bigint(), true), column("label", text(), true)});
  entries.foreign_keys = {reference({0}, 0, {0}), reference({2}, 1, {0})};
  for (std::size_t second : {2u, 3u}) {
    entries.keys = {key({0, 1}, true), key({0, second})};
    Generator generator = planned({lists, tracks, entries});
    ASSERT_EQ(generator.rows(2), kKeyed);
    expect_unique(generator, 2, {0, 1});
    expect_unique(generator, 2, {0, second});
    EXPECT_GT(tuples(generator, 2, {second}, kKeyed).size(), 250u);
  }
}

class UniqueColumn : public ::testing::TestWithParam<Column> {};

TEST_P(UniqueColumn, HasDifferentValuesInAllRows) {
  TableShape shape = table("t", kKeyed, {GetParam()});
  shape.keys = {key({0})};
  Generator generator = planned({shape});
  ASSERT_EQ(generator.rows(0), kKeyed);
  ASSERT_GE(generator.capacity(0), kKeyed);
  expect_unique(generator, 0, {0});
}

Column numeric_column() {
  Column made = column("numeric", type_of(Kind::numeric));
  made.type.precision = 10;
  made.type.scale = 2;
  return made;
}

Column limited(Column made, double minimum, double maximum) {
  made.limits.minimum = minimum;
  made.limits.maximum = maximum;
  return made;
}

Column array_of_text() {
  Column made = column("tags", type_of(Kind::array));
  made.type.element = std::make_shared<Type>(type_of(Kind::text));
  return made;
}

Column matching(std::string name, std::string pattern) {
  Column made = column(std::move(name), type_of(Kind::text));
  made.limits.pattern = std::move(pattern);
  return made;
}

INSTANTIATE_TEST_SUITE_P(
    EveryType, UniqueColumn,
    ::testing::Values(
        serial("id"), column("int4", type_of(Kind::int4)), limited(column("small", type_of(Kind::int4)), 5, 60'000),
        column("int8", type_of(Kind::int8)), column("float8", type_of(Kind::float8)),
        column("float4", type_of(Kind::float4)), numeric_column(), column("money", type_of(Kind::money)),
        column("label", type_of(Kind::text)), column("email", type_of(Kind::text)), column("email40", varchar(40)),
        column("email20", varchar(20)), column("code5", varchar(5)), column("slug", varchar(30)),
        column("token", varchar(32)), column("token12", varchar(12)), column("phone", varchar(20)),
        column("description", type_of(Kind::text)), column("url", type_of(Kind::text)), column("version", varchar(20)),
        column("uuid", varchar(36)), matching("pattern", "^[A-Z]{3}-[0-9]+$"), matching("choice", "^(a|bb)[0-9]*x?$"),
        column("uuid", type_of(Kind::uuid)), column("bytea", type_of(Kind::bytea)), column("date", type_of(Kind::date)),
        column("time", type_of(Kind::time)), column("created_at", type_of(Kind::timestamptz)),
        column("at", type_of(Kind::timestamp)), column("interval", type_of(Kind::interval)),
        column("inet", type_of(Kind::inet)), column("cidr", type_of(Kind::cidr)),
        column("macaddr", type_of(Kind::macaddr)), column("jsonb", type_of(Kind::jsonb)),
        column("range", type_of(Kind::int4range)), column("during", type_of(Kind::tstzrange)),
        column("ltree", type_of(Kind::ltree)), array_of_text()),
    [](const auto& info) { return fmt::format("{}_{}", info.index, info.param.name); });

TEST(Keys, UniqueRangesNeverOverlap) {
  TableShape shape = table("bookings", 1000, {column("during", type_of(Kind::int8range))});
  shape.keys = {key({0})};
  Generator generator = planned({shape});
  auto bounds = [&](std::uint64_t row) {
    long long lower = 0, upper = 0;
    EXPECT_EQ(std::sscanf(generator.text(0, row, 0)->c_str(), "[\"%lld\",\"%lld\")", &lower, &upper), 2);
    return std::pair(lower, upper);
  };
  std::set<std::pair<long long, long long>> all;
  for (std::uint64_t row = 0; row < 1000; ++row) all.insert(bounds(row));
  for (auto it = std::next(all.begin()); it != all.end(); ++it) EXPECT_LE(std::prev(it)->second, it->first);
}

TEST(Keys, PairOfForeignKeysEnumeratesCombinations) {
  TableShape members =
      table("members", kKeyed, {column("a_id", type_of(Kind::int8)), column("b_id", type_of(Kind::int8))});
  members.keys = {key({0, 1}, true)};
  members.foreign_keys = {reference({0}, 0, {0}), reference({1}, 1, {0})};
  Generator generator = planned({users(500), users(300), members});
  EXPECT_EQ(generator.rows(2), kKeyed);
  EXPECT_EQ(generator.capacity(2), 150'000u);
  expect_unique(generator, 2, {0, 1});
  EXPECT_EQ(tuples(generator, 2, {0}, kKeyed).size(), 500u);
}

TEST(Keys, TooManyCombinationsAreCutDownWithANotice) {
  TableShape flags =
      table("flags", 1000, {column("user_id", type_of(Kind::int8)), column("mood", enumeration({"sad", "ok"}))});
  flags.keys = {key({0, 1}, true)};
  flags.foreign_keys = {reference({0}, 0, {0})};
  Generator generator = planned({users(100), flags});
  EXPECT_EQ(generator.rows(1), 200u);
  expect_unique(generator, 1, {0, 1});
  EXPECT_THAT(generator.notices(),
              Contains(HasSubstr("public.flags: 200 rows instead of 1000: key key_0_1 allows no more")));
}

TEST(Keys, LinesOfAnOrderCountFromOne) {
  TableShape lines =
      table("lines", 5000, {column("order_id", type_of(Kind::int8)), column("line", type_of(Kind::int4))});
  lines.keys = {key({0, 1}, true)};
  lines.foreign_keys = {reference({0}, 0, {0})};
  Generator generator = planned({users(1000), lines});
  expect_unique(generator, 1, {0, 1});
  EXPECT_LE(tuples(generator, 1, {1}, 5000).size(), 20u);
}

TEST(Keys, UniqueForeignKeyTakesEachParentOnce) {
  TableShape settings = table("settings", 1000, {column("user_id", type_of(Kind::int8))});
  settings.keys = {key({0})};
  settings.foreign_keys = {reference({0}, 0, {0})};
  TableShape details = table("details", 2000, {column("user_id", type_of(Kind::int8))});
  details.keys = {key({0}, true)};
  details.foreign_keys = {reference({0}, 1, {0})};
  Generator generator = planned({users(400), settings, details});
  EXPECT_EQ(generator.rows(1), 400u);
  EXPECT_EQ(generator.rows(2), 400u) << "fewer parents there, fewer children here";
  EXPECT_THAT(generator.notices(), SizeIs(2));
  expect_unique(generator, 1, {0});
  expect_unique(generator, 2, {0});
}

TEST(Keys, SmallTypesLimitTheRows) {
  TableShape shape =
      table("t", 1000, {column("mood", enumeration({"a", "b", "c"})), column("small", type_of(Kind::int2))});
  shape.keys = {key({0})};
  EXPECT_EQ(planned({shape}).rows(0), 3u);
  TableShape many = table("t", 100'000, {column("small", type_of(Kind::int2))});
  many.keys = {key({0})};
  Generator generator = planned({many});
  EXPECT_EQ(generator.rows(0), 32'767u);
  expect_unique(generator, 0, {0});
}

TEST(Keys, SeveralKeysHoldAtOnce) {
  TableShape shape =
      table("t", 20'000,
            {column("a_id", type_of(Kind::int8)), column("b_id", type_of(Kind::int8)), column("name", varchar(20)),
             column("email", varchar(60), false), column("kind", enumeration({"x", "y"}))});
  shape.keys = {key({0, 1}, true), key({0, 2}), key({3}), key({4, 0, 1})};
  shape.foreign_keys = {reference({0}, 0, {0}), reference({1}, 0, {0})};
  Generator generator = planned({users(1000), shape});
  EXPECT_EQ(generator.rows(1), 20'000u);
  for (const auto& columns : {std::vector<std::size_t>{0, 1}, {0, 2}, {4, 0, 1}}) expect_unique(generator, 1, columns);
  std::set<std::string> emails;
  for (std::uint64_t row = 0; row < 20'000; ++row)
    if (auto email = generator.text(1, row, 3)) {
      EXPECT_TRUE(emails.insert(*email).second) << *email;
    }
}

TEST(Keys, NullsNotDistinctMeansNoNulls) {
  TableShape shape = table("t", 1000, {column("email", varchar(60), false)});
  shape.keys = {key({0})};
  shape.keys[0].nulls_not_distinct = true;
  Generator generator = planned({shape});
  for (std::uint64_t row = 0; row < 1000; ++row) EXPECT_TRUE(generator.text(0, row, 0));
}

TEST(Keys, ConflictingKeysAreAnErrorThatNamesTheWayOut) {
  auto id = [](const char* name) { return column(name, type_of(Kind::int8)); };
  TableShape shape = table("t", 1000, {id("a"), id("b"), id("c"), id("d")});
  shape.keys = {key({0, 1}), key({2, 3}), key({0, 2})};
  for (std::size_t i = 0; i < 4; ++i) shape.foreign_keys.push_back(reference({i}, 0, {0}));
  base::Errors errors = errors_of({users(50), shape});
  ASSERT_FALSE(errors.empty());
  EXPECT_THAT(errors[0].message, HasSubstr("public.t: key key_0_2 cannot be kept"));
  EXPECT_THAT(errors[0].hint, HasSubstr("list `values`"));
}

}  // namespace
}  // namespace pgrehearse::generators::testing
