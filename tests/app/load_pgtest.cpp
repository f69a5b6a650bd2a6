// `pgrehearse load` and `merge`, as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/base/wait_until.hpp"
#include "tests/app/small_rehearsal.hpp"
#include "tests/support/server.hpp"

namespace pgrehearse::app {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using ::testing::HasSubstr;

// The tables of pgbench's built-in scripts at scale 2, with few accounts.
constexpr const char* bench_tables =
    "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int DEFAULT 0);"
    "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int DEFAULT 0);"
    "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int DEFAULT 0, filler char(84));"
    "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));"
    "INSERT INTO pgbench_branches SELECT n, 0 FROM generate_series(1, 2) n;"
    "INSERT INTO pgbench_tellers SELECT n, 1, 0 FROM generate_series(1, 20) n;"
    "INSERT INTO pgbench_accounts SELECT n, 1, 0, '' FROM generate_series(1, 200000) n;";

class LoadCommand : public ::testing::Test {
 protected:
  LoadCommand() { database_.session()->query(bench_tables); }

  std::vector<std::string> arguments(const std::string& folder, const std::vector<std::string>& more) const {
    std::vector<std::string> all{"load",
                                 database_.target().connection_string(),
                                 "--quiet",
                                 "--format",
                                 "json",
                                 "--output",
                                 small_.folder().path(folder)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Json load(const std::string& folder, const std::vector<std::string>& more) const {
    const auto output = small_.run(arguments(folder, more));
    EXPECT_EQ(output.exit_status, 0) << output.err;
    return Json::parse(output.out, nullptr, false);
  }
  std::string value(const std::string& sql) const { return database_.session()->query(sql).string(0, 0); }

  testing::ScratchDatabase database_;
  SmallRehearsal small_;
};

void expect_sums(const Json& json) {
  EXPECT_EQ(json["due"], json["sent"].get<int>() + json["shed"].get<int>());
  EXPECT_EQ(json["sent"], json["ok"].get<int>() + json["failed"].get<int>() + json["in_flight"].get<int>());
}

TEST_F(LoadCommand, RunsTheBuiltInScriptsToTheirEnd) {
  const Json json = load("run", {"-c", "4", "-t", "25"});
  EXPECT_EQ(json["format"], "pgrehearse-load/1");
  EXPECT_EQ(json["ok"], 100);
  expect_sums(json);
  EXPECT_GT(json["tps"], 0);
  EXPECT_GT(json["client_cpu_s"], 0);
  for (const char* key : {"response_ms", "service_ms"}) EXPECT_GT(json[key]["p99"], 0);
  EXPECT_EQ(value("SELECT count(*) FROM pgbench_history"), "100");
  EXPECT_EQ(value("SELECT sum(abalance) = (SELECT sum(delta) FROM pgbench_history) FROM pgbench_accounts"), "t");
}

TEST_F(LoadCommand, SendsByPlanWhenThereIsARate) {
  const Json json = load("run", {"-S", "-c", "4", "-T", "2", "-R", "200", "-M", "prepared", "--random-seed", "5"});
  EXPECT_NEAR(json["due"].get<double>(), 400, 40) << "Poisson in blocks that keep the rate";
  expect_sums(json);
  EXPECT_GT(json["send_lag_ms"]["p50"], 0);
}

TEST_F(LoadCommand, KeepsARecordThatReportReads) {
  const Json json = load("run", {"-S", "-t", "50"});
  const auto again = small_.run({"report", small_.folder().path("run"), "--format", "json"});
  EXPECT_EQ(again.exit_status, 0) << again.err;
  EXPECT_EQ(Json::parse(again.out, nullptr, false), json);
  EXPECT_THAT(base::read_file(small_.folder().path("run/latency.hlog")).value_or(""), HasSubstr("select-only"));
  EXPECT_EQ(small_.run({"judge", small_.folder().path("run")}).exit_status, 2) << "no gate judges it";
}

// Three processes, each with a third of nine clients, as on three machines.
TEST_F(LoadCommand, SharesOneLoadAmongSlicesThatFindOneAnother) {
  std::vector<std::thread> machines;
  std::vector<Json> parts(3);
  for (std::size_t i = 0; i < 3; ++i) {
    machines.emplace_back([&, i] {
      parts[i] = load("part" + std::to_string(i), {"-N", "-c", "9", "-t", "20", "--slice", "next/3", "--start-at",
                                                   "together", "--random-seed", "7"});
    });
  }
  for (std::thread& machine : machines) machine.join();

  const auto path = [&](const char* name) { return small_.folder().path(name); };
  const auto merged =
      small_.run({"merge", path("part0"), path("part1"), path("part2"), "--output", path("whole"), "--format", "json"});
  ASSERT_EQ(merged.exit_status, 0) << merged.err;
  const Json whole = Json::parse(merged.out);
  EXPECT_EQ(whole["machines"], 3);
  EXPECT_EQ(whole["ok"], 180);
  expect_sums(whole);
  EXPECT_EQ(whole["response_ms"]["max"],
            std::max({parts[0]["response_ms"]["max"].get<double>(), parts[1]["response_ms"]["max"].get<double>(),
                      parts[2]["response_ms"]["max"].get<double>()}));
  EXPECT_EQ(value("SELECT count(*) FROM pgbench_history"), "180");
  EXPECT_GT(std::stoi(value("SELECT count(DISTINCT aid) FROM pgbench_history")), 150) << "each client draws its own";

  const auto twice = small_.run({"merge", path("part0"), path("part0")});
  EXPECT_EQ(twice.exit_status, 2);
  EXPECT_THAT(twice.err, HasSubstr("name each slice once"));
}

TEST_F(LoadCommand, GivesTheClientsOfAllSlicesNumbersAsOneLoadWould) {
  database_.session()->query("CREATE TABLE seen (client int, drawn int)");
  small_.folder().write("client.sql",
                        "\\set drawn random(1, 1000000)\nINSERT INTO seen VALUES (:client_id, :drawn);\n");
  const std::string script = small_.folder().path("client.sql");
  const auto seen = [&] { return value("SELECT string_agg(seen::text, ' ' ORDER BY client) FROM seen"); };
  load("whole", {"-f", script, "-c", "5", "-t", "1", "--random-seed", "7"});
  const std::string whole = seen();
  database_.session()->query("TRUNCATE seen");
  for (const char* slice : {"1/2", "2/2"}) {
    load(std::string("part") + slice[0], {"-f", script, "-c", "5", "-t", "1", "--random-seed", "7", "--slice", slice});
  }
  EXPECT_EQ(seen(), whole);
  EXPECT_THAT(whole, ::testing::AllOf(HasSubstr("(0,"), HasSubstr("(4,")));
}

TEST_F(LoadCommand, SaysWhatIsWrongWithItsArguments) {
  const auto wrong = [&](const std::vector<std::string>& more) {
    const auto output = small_.run(arguments("wrong", more));
    EXPECT_EQ(output.exit_status, 2) << output.out;
    return output.err;
  };
  const std::string several =
      wrong({"-b", "tpc-c", "-M", "fast", "-c", "0", "-T", "1", "-t", "1", "-D", "x", "--slice", "2/3"});
  for (const char* part : {"tpc-c", "simple, extended, prepared", "--client 0", "exclude one another", "NAME=VALUE",
                           "cannot be shared by 3 slices", "the same --random-seed"}) {
    EXPECT_THAT(several, HasSubstr(part));
  }
  EXPECT_THAT(wrong({"--start-at", "2020-01-01T00:00:00Z"}), HasSubstr("has passed"));
  EXPECT_THAT(wrong({"--start-at", "tomorrow"}), HasSubstr("2026-11-21T10:00:00Z"));
}

TEST_F(LoadCommand, SaysHowToMakeTheTablesOfTheBuiltInScripts) {
  database_.session()->query("DROP TABLE pgbench_branches");
  const auto output = small_.run(arguments("run", {"-S", "-t", "1"}));
  EXPECT_EQ(output.exit_status, 4);
  EXPECT_THAT(output.err, HasSubstr("pgbench -i"));
}

TEST_F(LoadCommand, FailsWhenNothingSucceeds) {
  small_.folder().write("wrong.sql", "SELECT * FROM no_such_table;\n");
  const auto output = small_.run(arguments("run", {"-f", small_.folder().path("wrong.sql"), "-t", "3"}));
  EXPECT_EQ(output.exit_status, 2);
  const Json json = Json::parse(output.out);
  EXPECT_EQ(json["failed"], 3);
  EXPECT_EQ(json["errors"][0]["sqlstate"], "42P01");
  EXPECT_THAT(json["notices"][0].get<std::string>(), HasSubstr("no_such_table"));
}

TEST_F(LoadCommand, GivesRunsOfTheSameSecondFoldersOfTheirOwn) {
  base::Command command = small_.command({"load", database_.target().connection_string(), "-S", "-t", "1", "-q"});
  command.folder = small_.folder().path();
  std::vector<std::thread> users;
  for (int i = 0; i < 4; ++i) {
    users.emplace_back([&] {
      const auto output = base::run(command, 60s);
      EXPECT_TRUE(output && output->exit_status == 0) << output->err;
    });
  }
  for (std::thread& user : users) user.join();
  int runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(small_.folder().path("pgrehearse-runs"))) {
    EXPECT_TRUE(std::filesystem::exists(entry.path() / "summary.json")) << entry.path();
    ++runs;
  }
  EXPECT_EQ(runs, 4);
}

TEST_F(LoadCommand, RecordsThatItWasInterruptedWhileItWaited) {
  const std::string folder = small_.folder().path("run"), log = small_.folder().path("log");
  auto child = base::Child::start(small_.command({"load", database_.target().connection_string(), "-S", "-t", "1",
                                                  "--start-at", "4102444800", "--output", folder}),
                                  log);
  ASSERT_TRUE(child);
  const char* connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgrehearse:traffic'";
  ASSERT_TRUE(base::wait_until([&] { return value(connected) == "1" || !child->running(); }, 30s));
  child->signal(SIGINT);
  EXPECT_EQ(child->wait(10s), 130) << small_.folder().read("log");
  const Json manifest = Json::parse(small_.folder().read("run/manifest.json"));
  EXPECT_EQ(manifest["interrupted"], true) << manifest.dump(2);
  const auto report = small_.run({"report", folder});
  EXPECT_THAT(report.out, HasSubstr("it was interrupted")) << report.err;
}

}  // namespace
}  // namespace pgrehearse::app
