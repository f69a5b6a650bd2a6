// From the statements that a database has seen to the traffic of a rehearsal, with the built program.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/app/small_rehearsal.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ProductionTraffic : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto session = database_.session();
    if (session->attempt("CREATE EXTENSION pg_stat_statements; SELECT count(*) FROM pg_stat_statements")) {
      GTEST_SKIP() << "this server has no pg_stat_statements";
    }
    session->query(small_schema);
    session->query(R"(
      INSERT INTO users (email) SELECT 'user' || i || '@example.org' FROM generate_series(1, 3000) i;
      INSERT INTO orders (user_id, note) SELECT 1 + i % 100, 'n' || i FROM generate_series(1, 9000) i;
      ANALYZE)");
    session->query("SELECT pg_stat_statements_reset()");
    for (int i = 1; i <= 40; ++i) {
      session->query(fmt::format("SELECT email FROM users WHERE id = {} /* hush */", i));
      if (i <= 20) session->query(fmt::format("INSERT INTO orders (user_id, note) VALUES ({}, 'hush')", i));
      if (i <= 10) session->query(fmt::format("UPDATE orders SET note = 'hush' WHERE id = {}", i));
      if (i <= 5) session->query("SELECT nextval('orders_id_seq') FROM users WHERE id = 1");
    }
    // Counted within one second, whatever it took.
    profiled_ = small_.run({"profile", database_.target().connection_string()});
    ASSERT_EQ(profiled_.exit_status, 0) << profiled_.err;
    small_.folder().write("shop.shape.json",
                          std::regex_replace(profiled_.out, std::regex("\"seconds\": [0-9.e-]+"), "\"seconds\": 1"));
  }

  base::Output rehearse(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        "run",    "--up",    file("up.sql"), "--down", file("down.sql"), "--shape",  file("shop.shape.json"),
        "--pass", "traffic", "--settle",     "500ms",  "--output",       file("run")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return small_.run(std::move(arguments));
  }
  std::string file(const std::string& name) const { return small_.folder().path(name); }
  std::string read(const std::string& name) { return small_.folder().read("run/" + name); }

  // Operations that were due and that failed, by script.
  std::map<std::string, std::pair<double, double>> operations() {
    std::map<std::string, std::pair<double, double>> found;
    std::istringstream windows(read("windows.jsonl"));
    for (std::string line; std::getline(windows, line);) {
      const Json window = Json::parse(line);
      auto& [due, failed] = found[window.at("script")];
      due += window.at("tally").at("due").get<double>();
      failed += window.at("tally").at("failed").get<double>();
    }
    return found;
  }

  testing::ScratchDatabase database_;
  SmallRehearsal small_;
  base::Output profiled_;
};

TEST_F(ProductionTraffic, KeepsProductionsMixAndRate) {
  EXPECT_THAT(profiled_.out, Not(HasSubstr("hush")));
  EXPECT_THAT(profiled_.err, HasSubstr("cannot be sent in a rehearsal: $1 is an argument of nextval()"));
  const auto output = rehearse({"--baseline", "4s", "--traffic-scale", "2"});
  EXPECT_NE(output.exit_status, 2) << output.err;
  auto all = operations();
  ASSERT_EQ(all.size(), 3u) << output.out;
  const double reads = all["production-001-select-users"].first, inserts = all["production-002-insert-orders"].first,
               updates = all["production-003-update-orders"].first;
  // 80, 40 and 20 a second, by a Poisson process of hundreds of operations.
  EXPECT_NEAR(reads / inserts, 2, 0.6);
  EXPECT_NEAR(reads / updates, 4, 1.6);
  for (const auto& [script, counts] : all) EXPECT_EQ(counts.second, 0) << script;
  EXPECT_GT(reads + inserts + updates, 4 * 140 * 0.8);

  const Json summary = Json::parse(read("summary.json"));
  EXPECT_THAT(
      summary.at("notices").get<std::vector<std::string>>(),
      Contains(AllOf(HasSubstr("the traffic is production's: 3 of 4 statements, 93.3 % of the calls, 140 a second"),
                     HasSubstr("each is a transaction of its own"))));
  EXPECT_THAT(read("traffic-from-production.md"), HasSubstr("| 6.67 % | $1 is an argument of nextval() |"));
  EXPECT_THAT(read("script-production-001-select-users.sql"),
              HasSubstr("\\pick users \"public\".\"users\"\nSELECT email FROM users WHERE id = :users_id;\n"));
}

TEST_F(ProductionTraffic, DropsWhatTheGeneratedDatabaseRefuses) {
  small_.folder().write("guard.sql", std::string(small_schema) + R"(
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
      CREATE TRIGGER guard BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION refuse();)");
  const auto output = rehearse({"--baseline", "500ms", "--schema", file("guard.sql")});
  EXPECT_NE(output.exit_status, 2) << output.err;
  EXPECT_EQ(operations().size(), 2u);
  EXPECT_THAT(read("traffic-from-production.md"), HasSubstr("the generated database refuses it: P0001: not today"));
}

TEST_F(ProductionTraffic, ScaleNeedsSomethingToScale) {
  const auto output = rehearse({"--traffic-scale", "2", "--script", file("up.sql")});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, HasSubstr("traffic.scale: has nothing to scale: scripts are given"));
}

}  // namespace
}  // namespace pgrehearse::app
