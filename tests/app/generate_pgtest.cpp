// The generate command, as a user runs it; and that rows which were loaded by several streams outlive a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/populate/fingerprint.hpp"
#include "harness/populate/populate.hpp"
#include "harness/populate/streamed_load.hpp"
#include "harness/provision/local_cluster.hpp"
#include "tests/app/small_rehearsal.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

class Generate : public ::testing::Test {
 protected:
  base::Output generate(std::vector<std::string> arguments) const {
    const std::vector<std::string> command{"generate", "--server", database_.target().connection_string(), "--quiet"};
    arguments.insert(arguments.begin(), command.begin(), command.end());
    return small_.run(std::move(arguments));
  }
  std::string schema() const { return small_.folder().path("schema.sql"); }
  std::string value(const std::string& sql) const { return database_.session()->query(sql).string(0, 0); }

  testing::ScratchDatabase database_;
  SmallRehearsal small_;
};

TEST_F(Generate, FillsAnEmptyDatabase) {
  const auto output = generate(
      {"--schema", schema(), "--rows", "users=2k", "--rows", "orders=3 per users", "--verify", "--format", "json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const Json json = Json::parse(output.out);
  EXPECT_EQ(json.at("format"), "pgrehearse-generate/1");
  EXPECT_EQ(json.at("tables").at(0).at("name"), "public.orders");
  EXPECT_EQ(json.at("tables").at(0).at("rows"), 6000);
  EXPECT_EQ(json.at("checksums").size(), 2u);
  EXPECT_EQ(value("SELECT count(*) FROM orders JOIN users ON users.id = user_id"), "6000");
}

TEST_F(Generate, FillsTablesThatStand) {
  database_.session()->query(small_schema);
  const auto output = generate({"--rows", "1k"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("public.users"));
  EXPECT_EQ(value("SELECT count(*) FROM users"), "1000");
}

TEST_F(Generate, TouchesNoRowsAndNoTablesOfOthers) {
  EXPECT_EQ(generate({"--rows", "1k"}).exit_status, 2) << "there is no table to fill";
  database_.session()->query("CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users VALUES (1)");
  for (const auto& arguments : {std::vector<std::string>{"--rows", "users=1k"},
                                {"--schema", schema(), "--rows", "1k"},
                                {"--schema", schema(), "--rows", "1k", "--slice", "1/2"}}) {
    const auto output = generate(arguments);
    EXPECT_EQ(output.exit_status, 4);
    EXPECT_THAT(output.err, HasSubstr("hint: name an empty database"));
  }
  EXPECT_EQ(value("SELECT count(*) FROM users"), "1");
}

TEST_F(Generate, KeepsRowsThatMigrationsLeft) {
  database_.session()->query(
      "CREATE TABLE plans (code text PRIMARY KEY); INSERT INTO plans VALUES ('free'), ('paid');"
      "CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL REFERENCES plans)");
  const auto asked = generate({"--keep-rows", "--rows", "1k", "--rows", "plans=7"});
  EXPECT_EQ(asked.exit_status, 2);
  EXPECT_THAT(asked.err, HasSubstr("table public.plans holds 2 rows already, which are kept"));
  const auto output = generate({"--keep-rows", "--rows", "1k"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("kept the 2 rows that stood in it"));
  EXPECT_EQ(value("SELECT string_agg(code, ' ' ORDER BY code) FROM plans"), "free paid");
  EXPECT_EQ(value("SELECT count(DISTINCT plan) || ' of ' || count(*) FROM users"), "2 of 1000");
}

TEST_F(Generate, LoadsSlicesAndSaysWhatIsMissing) {
  const std::vector<std::string> common{"--schema", schema(), "--rows", "1k", "--slice"};
  auto second = common, first = common, wrong = common;
  second.emplace_back("2/2"), first.emplace_back("1/2"), wrong.emplace_back("3/2");
  EXPECT_EQ(generate(wrong).exit_status, 2);
  const auto begun = generate(second), done = generate(first);
  EXPECT_EQ(begun.exit_status, 0) << begun.err;
  EXPECT_THAT(begun.out, HasSubstr("1 of 2 stand"));
  EXPECT_EQ(done.exit_status, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("was the last"));
  EXPECT_EQ(value("SELECT count(*) FROM orders"), "1000");
}

TEST_F(Generate, MakesRowsThatLookAsTheShapeSays) {
  const testing::ScratchDatabase original;
  original.session()->query(small_schema);
  original.session()->query(
      "INSERT INTO users SELECT n, md5(n::text) || '@example.org' FROM generate_series(1, 5000) n;"
      "INSERT INTO orders (user_id, note) SELECT 1 + floor(5000 * power(random(), 3)), "
      "CASE WHEN random() < 0.6 THEN repeat('x', (random() * 50)::int) END FROM generate_series(1, 20000);"
      "ANALYZE");
  const std::string shape = small_.folder().path("shape.json");
  const auto profiled = small_.run({"profile", original.target().connection_string(), "--output", shape});
  ASSERT_EQ(profiled.exit_status, 0) << profiled.err;

  const auto output = generate({"--shape", shape, "--verify", "--format", "json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const Json fidelity = Json::parse(output.out).at("fidelity");
  ASSERT_EQ(fidelity.at("tables").size(), 2u);
  for (const Json& table : fidelity.at("tables")) {
    EXPECT_EQ(table.at("rows"), table.at("rows_asked"));
    EXPECT_GE(table.at("score").get<double>(), 0.9) << table.dump(1);
  }
  EXPECT_EQ(value("SELECT count(*) FROM orders"), "20000");
}

TEST_F(Generate, ComparesWithTheRowsThatWereAskedForBesideTheShape) {
  const testing::ScratchDatabase original;
  original.session()->query(small_schema);
  original.session()->query(
      "INSERT INTO users SELECT n, n || '@example.org' FROM generate_series(1, 500) n;"
      "INSERT INTO orders (user_id) SELECT 1 + n % 500 FROM generate_series(1, 2000) n; ANALYZE");
  const std::string shape = small_.folder().path("shape.json");
  const auto profiled = small_.run({"profile", original.target().connection_string(), "--output", shape});
  ASSERT_EQ(profiled.exit_status, 0) << profiled.err;

  const auto output =
      generate({"--shape", shape, "--scale", "2", "--rows", "orders=300", "--verify", "--format", "json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  std::map<std::string, int> asked;
  const Json result = Json::parse(output.out);
  for (const Json& table : result.at("fidelity").at("tables")) asked[table.at("name")] = table.at("rows_asked");
  EXPECT_EQ(asked.at("public.users"), 1000);
  EXPECT_EQ(asked.at("public.orders"), 300);
}

TEST_F(Generate, RefusesADatabaseThatIsNamedLikeProduction) {
  const auto output = small_.run({"generate", "--server", "postgresql://localhost/shop_production", "--rows", "1k"});
  EXPECT_EQ(output.exit_status, 4);
  EXPECT_THAT(output.err, HasSubstr("named like production"));
}

// Loading marks the table unlogged for a while; see streamed_load.hpp.
TEST(StreamedLoad, RowsOutliveTheRestartBeforeMeasuring) {
  provision::ServerOptions options;
  const testing::TemporaryFolder temp;
  options.temp_folder = temp.path();
  auto started = provision::LocalCluster::start(options);
  ASSERT_TRUE(started) << to_string(started.errors().front());
  provision::Server& server = **started;
  ASSERT_TRUE(server.create("filled"));
  const postgres::Target target = populate::session_target(server.target("filled"), populate::Way::superuser);
  auto session = postgres::Session::open(target).value();
  session->query("CREATE TABLE wide (id int PRIMARY KEY, body text NOT NULL); CREATE INDEX ON wide (left(body, 20))");
  auto catalog = *populate::read_catalog(*session);
  catalog.shape.tables[0].rows = 20'000;
  catalog.shape.seed = {7};
  const auto generator = *generators::Generator::plan(catalog.shape);
  const auto progress = base::quiet_progress();
  const base::Cancellation cancellation;
  populate::RowMeter meter(*progress, 20'000);
  const auto indexes = populate::read_indexes(*session, catalog, populate::IndexState::on);
  const auto loaded =
      populate::load_in_streams(target, generator, 0, catalog.tables[0], indexes[0], meter, cancellation);
  ASSERT_TRUE(loaded) << to_string(loaded.errors().front());
  const auto before = *populate::fingerprint(*session, catalog);
  EXPECT_EQ(before[0].rows, 20'000u);
  EXPECT_EQ(session->query("SELECT count(*) FROM pg_class WHERE relpersistence = 'u'").integer(0, 0), 0);
  EXPECT_EQ(session->query("SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready)").integer(0, 0), 0);
  session.reset();

  const auto honest = server.make_honest();
  ASSERT_TRUE(honest) << to_string(honest.errors().front());
  session = postgres::Session::open(server.target("filled")).value();
  EXPECT_EQ(*populate::fingerprint(*session, catalog), before);
  EXPECT_EQ(session->query("SET enable_seqscan = off; SELECT count(*) FROM wide WHERE id > 0").integer(0, 0), 20'000);
  EXPECT_TRUE(server.stop());
}

}  // namespace
}  // namespace pgrehearse::app
