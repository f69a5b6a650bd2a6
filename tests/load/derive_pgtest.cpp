#include <gmock/gmock.h>

#include "harness/load/derive.hpp"
#include "harness/postgres/copy.hpp"
#include "tests/load/traffic_fixture.hpp"
#include "tests/load/two_tables.hpp"

namespace pgrehearse::load {
namespace {

class DerivedTraffic : public TrafficFixture {
 protected:
  DerivedTraffic() {
    session()->query(two_tables_sql);
    auto copy = postgres::CopyConnection::open(database_.target()).value();
    fill(*copy, 0, "app.users (id, email, name, \"Born On\")");
    fill(*copy, 1, "public.orders");
    session()->query("SELECT setval('app.users_id_seq', (SELECT max(id) FROM app.users))");
  }
  void fill(postgres::CopyConnection& copy, std::size_t table, const std::string& columns) {
    std::string rows;
    tables_.encode(table, 0, tables_.rows(table), rows);
    const bool binary = tables_.binary(table);
    if (binary) rows = std::string(generators::kBinaryCopyHeader) + rows + std::string(generators::kBinaryCopyTrailer);
    copy.begin("COPY " + columns + " FROM STDIN" + (binary ? " (FORMAT binary)" : ""));
    copy.write(rows);
    ASSERT_EQ(copy.finish(), tables_.rows(table));
  }

  generators::Generator tables_ = two_tables(10'000, 30'000);
};

TEST_F(DerivedTraffic, FindsTheAccessPaths) {
  const auto paths = read_access_paths(*session());
  const auto expected = two_tables_paths();
  ASSERT_EQ(paths.size(), expected.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(paths[i].table, expected[i].table);
    EXPECT_EQ(paths[i].columns, expected[i].columns);
    EXPECT_EQ(paths[i].unique, expected[i].unique);
  }
}

TEST_F(DerivedTraffic, RunsWithoutAnError) {
  const auto scripts =
      derive_scripts(tables_, read_access_paths(*session()), {.touched = {"app.users", "public.orders"}});
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& script : scripts) texts.emplace_back(script.name, script.text);
  ASSERT_EQ(texts.size(), 10u);
  auto engine = start(setup(texts, &tables_));
  engine->begin_phase();
  const auto each_ran = [&] {
    std::map<std::string, std::uint64_t> ok;
    for (const auto& window : recorder_.windows()) ok[window.script] += window.tally.ok;
    return ok.size() == texts.size() && std::all_of(ok.begin(), ok.end(), [](auto& each) { return each.second > 5; });
  };
  await("each script to run", each_ran);
  engine->stop(5s);
  for (const auto& notice : recorder_.events<record::Notice>()) ADD_FAILURE() << notice.text;
  EXPECT_EQ(recorder_.total().tally.failed, 0u);
  EXPECT_GT(session()->query("SELECT count(*) FROM app.users").integer(0, 0), 10'000);
}

}  // namespace
}  // namespace pgrehearse::load
