#include <gmock/gmock.h>

#include "harness/load/derive.hpp"
#include "harness/load/trial.hpp"
#include "harness/postgres/copy.hpp"
#include "tests/load/traffic_fixture.hpp"
#include "tests/load/two_tables.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::ElementsAre;

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

  std::vector<Draft> drafts() {
    return derive_drafts(tables_, read_access_paths(*session()), read_indexed_columns(*session()),
                         {.touched = {"app.users", "public.orders"}});
  }
  std::vector<std::pair<std::string, std::string>> scripts() {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const Draft& draft : drafts()) {
      const auto script = to_script(draft, tables_, "derived");
      texts.emplace_back(script.name, script.text);
    }
    return texts;
  }

  generators::Generator tables_ = two_tables(10'000, 30'000);
};

TEST_F(DerivedTraffic, FindsTheColumnsOfIndexes) {
  session()->query(
      "CREATE TABLE parted (id int, part int, note text) PARTITION BY RANGE (part);"
      "CREATE INDEX ON parted USING gin (to_tsvector('simple', note))");
  const auto columns = read_indexed_columns(*session());
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].table, "app.users");
  EXPECT_THAT(columns[0].any, ElementsAre("email", "id", "name"));
  EXPECT_THAT(columns[0].decisive, ElementsAre("email", "id"));
  EXPECT_THAT(columns[1].any, ElementsAre("number", "total", "user_id")) << "one by a predicate";
  EXPECT_EQ(columns[2].table, "public.parted");
  EXPECT_THAT(columns[2].any, ElementsAre("note", "part"));
  EXPECT_THAT(columns[2].decisive, ElementsAre("part"));
}

TEST_F(DerivedTraffic, FindsTheAccessPaths) {
  session()->query(
      "CREATE TABLE public.notes (about int, \"by whom\" int); CREATE INDEX ON notes (about) WHERE about > 0;"
      "CREATE INDEX ON notes (\"by whom\") WHERE \"by whom\" IS NOT NULL");
  const auto paths = read_access_paths(*session());
  auto expected = two_tables_paths();
  expected.insert(expected.begin() + 3, AccessPath{"public.notes", {"by whom"}, false});
  ASSERT_EQ(paths.size(), expected.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(paths[i].table, expected[i].table);
    EXPECT_EQ(paths[i].columns, expected[i].columns);
    EXPECT_EQ(paths[i].unique, expected[i].unique);
  }
}

TEST_F(DerivedTraffic, RunsWithoutAnError) {
  const auto texts = scripts();
  ASSERT_EQ(texts.size(), 17u);
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

TEST_F(DerivedTraffic, UpdatesAreHotOrNotAsTheySay) {
  session()->query("ALTER TABLE app.users SET (fillfactor = 50, autovacuum_enabled = off)");
  session()->query("VACUUM FULL app.users");
  const auto updates = [&](const std::string& name) {
    const auto counted = [&] {
      const auto rows =
          session()->query("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'users'");
      return std::pair(rows.integer(0, 0), rows.integer(0, 1));
    };
    const auto before = counted();
    auto all = scripts();
    std::erase_if(all, [&](const auto& script) { return script.first != name; });
    auto engine = start(setup(all, &tables_));
    engine->begin_phase();
    await("updates to be counted", [&] { return counted().first >= before.first + 20; });
    engine->stop(5s);
    engine.reset();
    const auto after = counted();
    return static_cast<double>(after.second - before.second) / static_cast<double>(after.first - before.first);
  };
  EXPECT_GT(updates("update-app.users"), 0.9);
  EXPECT_LT(updates("update-app.users-name"), 0.1);
}

TEST_F(DerivedTraffic, WhatTheDatabaseRefusesIsFoundBefore) {
  EXPECT_TRUE(try_drafts(*session(), drafts(), tables_, {10'000}).empty());
  session()->query(R"(
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
      CREATE TRIGGER guard BEFORE UPDATE OF "Born On" ON app.users FOR EACH ROW EXECUTE FUNCTION refuse();
      DROP INDEX app.users_name_idx)");
  session()->query("ANALYZE");
  const auto all = drafts();
  const auto with_paths = derive_drafts(tables_, two_tables_paths(), read_indexed_columns(*session()),
                                        {.touched = {"app.users", "public.orders"}});
  std::map<std::string, std::string> reasons;
  for (const Refusal& refusal : try_drafts(*session(), with_paths, tables_, {10'000})) {
    reasons[with_paths[refusal.draft].name] = refusal.reason;
  }
  EXPECT_EQ(reasons["update-app.users"], "P0001: not today");
  EXPECT_EQ(reasons["transaction-orders"], "P0001: not today");
  EXPECT_EQ(reasons["read-app.users-by-name"], "reads all of users");
  EXPECT_EQ(reasons.count("read-app.users"), 0u);
  EXPECT_EQ(session()->query("SELECT count(*) FROM app.users").integer(0, 0), 10'000) << "nothing stays";
}

// Two parents of three rows each, and two tables that name them in opposite order.
class ContendedTraffic : public TrafficFixture {
 protected:
  ContendedTraffic() {
    session()->query(R"(
        CREATE TABLE shops (id serial PRIMARY KEY, note text);
        CREATE TABLE users (id serial PRIMARY KEY, note text);
        CREATE TABLE returns (id bigserial PRIMARY KEY, user_id int REFERENCES users, shop_id int REFERENCES shops);
        CREATE TABLE sales (id bigserial PRIMARY KEY, shop_id int REFERENCES shops, user_id int REFERENCES users);
        INSERT INTO shops SELECT i, 'x' FROM generate_series(1, 3) i; INSERT INTO users SELECT * FROM shops;
        INSERT INTO returns SELECT i, 1 + i % 3, 1 + i % 3 FROM generate_series(1, 9) i;
        INSERT INTO sales SELECT * FROM returns;
        SELECT setval('sales_id_seq', 9), setval('returns_id_seq', 9), setval('shops_id_seq', 3),
               setval('users_id_seq', 3))");
  }

  static generators::Column column(std::string name, generators::Kind kind) {
    generators::Column column;
    column.name = std::move(name);
    column.type.kind = kind;
    column.type.name = kind == generators::Kind::text ? "text" : "integer";
    column.type.oid = kind == generators::Kind::text ? 25 : 23;
    column.sequence = column.name == "id";
    column.not_null = true;
    return column;
  }
  static generators::TableShape table(std::string name, std::vector<generators::Column> columns, std::uint64_t rows) {
    generators::TableShape table;
    table.schema = "public";
    table.name = std::move(name);
    table.columns = std::move(columns);
    table.keys = {{table.name + "_pkey", {0}, true, false}};
    table.rows = rows;
    return table;
  }
  static generators::Generator plan() {
    using generators::Kind;
    generators::DatabaseShape shape;
    const auto id = column("id", Kind::int4), note = column("note", Kind::text);
    shape.tables = {table("returns", {id, column("user_id", Kind::int4), column("shop_id", Kind::int4)}, 9),
                    table("sales", {id, column("shop_id", Kind::int4), column("user_id", Kind::int4)}, 9),
                    table("shops", {id, note}, 3), table("users", {id, note}, 3)};
    shape.tables[0].foreign_keys = {{"users_fkey", {1}, 3, {0}}, {"shops_fkey", {2}, 2, {0}}};
    shape.tables[1].foreign_keys = {{"shops_fkey", {1}, 2, {0}}, {"users_fkey", {2}, 3, {0}}};
    auto planned = generators::Generator::plan(std::move(shape));
    EXPECT_TRUE(planned) << to_string(planned.errors()[0]);
    return std::move(planned).value();
  }
};

TEST_F(ContendedTraffic, DoesNotDeadlock) {
  const auto tables = plan();
  std::vector<std::pair<std::string, std::string>> writing;
  for (const Draft& draft :
       derive_drafts(tables, read_access_paths(*session()), read_indexed_columns(*session()),
                     {.touched = {"public.returns", "public.sales", "public.shops", "public.users"}})) {
    if (!draft.name.starts_with("read")) writing.emplace_back(draft.name, to_script(draft, tables, "derived").text);
  }
  ASSERT_EQ(std::count_if(writing.begin(), writing.end(), [](auto& each) { return each.first.starts_with("trans"); }),
            2);
  auto settings = setup(writing, &tables);
  settings.traffic.loop = scenario::Traffic::Loop::closed;
  settings.traffic.clients = 16;
  auto engine = start(std::move(settings));
  engine->begin_phase();
  await("thousands of transactions", [&] { return recorder_.total().tally.ok > 3000; });
  engine->stop(5s);
  for (const auto& notice : recorder_.events<record::Notice>()) ADD_FAILURE() << notice.text;
  EXPECT_EQ(recorder_.total().tally.failed, 0u);
}

}  // namespace
}  // namespace pgrehearse::load
