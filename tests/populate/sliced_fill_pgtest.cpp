// One database filled by many commands: the same rows as by one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "harness/base/files.hpp"
#include "harness/populate/fingerprint.hpp"
#include "harness/populate/populate.hpp"
#include "harness/populate/sliced_fill.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::populate {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSchema = R"(
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE,
                      boss bigint REFERENCES users);
  CREATE TABLE orders (id serial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
                       starts date, ends date, note text, CHECK (starts < ends));
  CREATE INDEX ON orders (user_id);
  CREATE INDEX ON orders (lower(note)) WHERE note IS NOT NULL;
  CREATE TABLE visits (at timestamptz NOT NULL, user_id bigint REFERENCES users) PARTITION BY RANGE (at);
  CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM (MINVALUE) TO ('2024-06-01');
  CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2024-06-01') TO (MAXVALUE);
  CREATE INDEX ON visits (user_id))";

scenario::Data asked(std::uint64_t rows, std::uint64_t seed = 42) {
  scenario::Data data;
  data.default_rows = rows;
  data.seed = seed;
  return data;
}

base::Result<SliceFilled> fill(const testing::ScratchDatabase& database, const scenario::Data& data, Slice slice) {
  const auto progress = base::quiet_progress();
  const base::SteadyClock clock;
  const base::Cancellation cancellation;
  const auto make_schema = [&]() -> base::Status {
    database.session()->query(kSchema);
    return base::success();
  };
  return fill_slice(database.target(), data, slice, make_schema, clock, *progress, cancellation);
}

std::vector<Fingerprint> fingerprints(const testing::ScratchDatabase& database) {
  auto session = database.session();
  return *fingerprint(*session, *read_catalog(*session));
}

std::string value(const testing::ScratchDatabase& database, const std::string& sql) {
  return database.session()->query(sql).string(0, 0);
}

TEST(SlicedFill, SixteenSlicesInAnyOrderEqualOneWhole) {
  const testing::ScratchDatabase whole, sliced;
  whole.session()->query(kSchema);
  const auto progress = base::quiet_progress();
  const base::Cancellation cancellation;
  ASSERT_TRUE(populate(whole.target(), asked(1003), base::SteadyClock(), *progress, cancellation));

  std::vector<std::thread> commands;
  std::atomic<int> finished = 0;
  for (const std::uint64_t start : {16, 8}) {
    commands.emplace_back([&, start] {
      for (std::uint64_t number = start; number > start - 8; --number) {
        const auto filled = fill(sliced, asked(1003), {number, 16});
        ASSERT_TRUE(filled) << to_string(filled.errors().front());
        if (filled->finished) ++finished;
      }
    });
  }
  for (std::thread& command : commands) command.join();
  EXPECT_EQ(finished, 1);
  EXPECT_EQ(fingerprints(sliced), fingerprints(whole));
  EXPECT_EQ(value(sliced, "SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready)"), "0");
  EXPECT_EQ(value(sliced, "SELECT to_regnamespace('pgrehearse_filling') IS NULL"), "t");
  EXPECT_EQ(value(sliced, "SELECT nextval('orders_id_seq')"), "1004");
  EXPECT_EQ(value(sliced, "SELECT count(*) FROM pg_stats WHERE tablename = 'users'"), "3");
  EXPECT_TRUE(sliced.session()->attempt("INSERT INTO orders (user_id) VALUES (5000)")) << "foreign keys act again";
}

TEST(SlicedFill, ASliceThatIsThereIsNotLoadedAgain) {
  const testing::ScratchDatabase database;
  for (int i = 0; i < 2; ++i) {
    const auto filled = fill(database, asked(100), {1, 2});
    ASSERT_TRUE(filled) << to_string(filled.errors().front());
    EXPECT_FALSE(filled->finished);
    EXPECT_EQ(filled->slices_done, 1u);
    EXPECT_EQ(filled->tables.front().rows, i == 0 ? 50u : 0u);
  }
  EXPECT_EQ(value(database, "SELECT count(*) FROM users"), "50");
  ASSERT_TRUE(fill(database, asked(100), {2, 2}));
  EXPECT_EQ(value(database, "SELECT count(*) FROM users"), "100");
}

TEST(SlicedFill, AFailedSliceCanBeTriedAgain) {
  const testing::ScratchDatabase database;
  ASSERT_TRUE(fill(database, asked(100), {1, 2}));
  database.session()->query("ALTER TABLE orders ADD CONSTRAINT no_more CHECK (id < 60) NOT VALID");
  EXPECT_FALSE(fill(database, asked(100), {2, 2}));
  database.session()->query("ALTER TABLE orders DROP CONSTRAINT no_more");
  const auto again = fill(database, asked(100), {2, 2});
  ASSERT_TRUE(again) << to_string(again.errors().front());
  EXPECT_TRUE(again->finished);
  EXPECT_EQ(value(database, "SELECT count(*) FROM orders"), "100");
}

TEST(SlicedFill, SlicesOfAnotherPlanAreRefused) {
  const testing::ScratchDatabase database;
  ASSERT_TRUE(fill(database, asked(100), {1, 2}));
  const auto seed = fill(database, asked(100, 43), {2, 2}), rows = fill(database, asked(101), {2, 2}),
             count = fill(database, asked(100), {2, 3});
  ASSERT_FALSE(seed);
  EXPECT_THAT(seed.errors().front().message, HasSubstr("other rows"));
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.errors().front().message, HasSubstr("other rows"));
  ASSERT_FALSE(count);
  EXPECT_THAT(count.errors().front().message, HasSubstr("in 2 slices, not in 3"));
}

TEST(SlicedFill, RowsThatStandAreRefused) {
  const testing::ScratchDatabase database;
  const auto progress = base::quiet_progress();
  const base::Cancellation cancellation;
  const auto make_schema = [&]() -> base::Status {
    database.session()->query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)");
    return base::success();
  };
  const auto filled =
      fill_slice(database.target(), asked(10), {1, 2}, make_schema, base::SteadyClock(), *progress, cancellation);
  ASSERT_FALSE(filled);
  EXPECT_THAT(filled.errors().front().message, HasSubstr("\"public\".\"kept\""));
  EXPECT_EQ(value(database, "SELECT count(*) FROM kept"), "1");
}

}  // namespace
}  // namespace pgrehearse::populate
