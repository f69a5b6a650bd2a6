#include "harness/scenario/read.hpp"

#include <gtest/gtest.h>

#include "tests/scenario/files.hpp"

namespace pgrehearse::scenario {
namespace {

using namespace std::chrono_literals;
using testing::Files;
using testing::value_of;

constexpr const char* everything = R"(name: everything
title: All keys
story: A story.
migration: {up: up.sql, down: down.sql, transaction: statement}
policy: {lock_timeout: 200ms, statement_timeout: 5m, retries: 3, retry_wait: 1500ms}
schema: [schema.sql, read.sql]
rows: 10k
seed: 7
tables:
  users:
    rows: 1.5M
    columns:
      plan: {values: [free, paid, ''], weights: [8, 1, 1], nulls: 5%}
      born: {minimum: 1950-01-01, maximum: 2010-12-31, distinct: 10k}
      age: {normal: {mean: 40, deviation: 12.5}}
      spent: {log_normal: {median: 30, sigma: 1.5}, nulls: 1%}
      n: {sequence: {start: -5, step: 0.5}}
      seen: {period: {from: 2025-01-01, to: 2026-01-01, daily: 70%, weekly: 0.4}}
      email: {kind: email, length: {minimum: 10, maximum: 60}}
      invoice: {expression: "'INV-' || n"}
      team: {zipf: 1.1}
  shop.orders: {rows: 10 per users, columns: {code: {pattern: "AB-####"}}}
traffic:
  loop: open
  rate: 30/m
  clients: 8
  patience: 10s
  statement_timeout: 2s
  lock_timeout: 1s
  protocol: extended
  stale_plan: repeat
  max_tries: 3
  scripts:
    read:
      weight: 8
      sql: |
        SELECT 1;
        SELECT 2;
    write: {file: read.sql, rate: 5/s}
adversaries:
  slow report: {kind: long-reader, table: users, lead: 0, hold: 2s}
  idle-in-transaction: {hold: 1s}
passes: [quiet, slow report, idle-in-transaction]
timing: {baseline: 3s, settle: 1s}
server: {settings: {shared_buffers: 256MB}, start_deadline: 30s}
gates:
  max_stall: 1s
  lock_wait: off
  response_p99: [50ms, 3x baseline]
  error_rate: 0.1%
  migration_duration: 10m
  down_restores_data: false
expect: {verdict: fail, gates: [max_stall, response_p99], statement: SELECT, lock: AccessExclusiveLock on public.users}
)";

TEST(ReadScenario, UnderstandsEveryKeyOfMigrationAndData) {
  const Files files;
  const Scenario scenario = value_of(files.read(everything));
  EXPECT_EQ(scenario.name, "everything");
  EXPECT_EQ(scenario.title, "All keys");
  EXPECT_EQ(scenario.story, "A story.");
  EXPECT_EQ(scenario.migration.up_file, files.path("up.sql"));
  EXPECT_EQ(scenario.migration.down_file, files.path("down.sql"));
  EXPECT_EQ(scenario.migration.scope, TransactionScope::statement);
  EXPECT_EQ(scenario.policy.lock_timeout, 200ms);
  EXPECT_EQ(scenario.policy.statement_timeout, 5min);
  EXPECT_EQ(scenario.policy.retries, 3);
  EXPECT_EQ(scenario.policy.retry_wait, 1500ms);
  EXPECT_EQ(scenario.data.schema_files, (std::vector{files.path("schema.sql"), files.path("read.sql")}));
  EXPECT_EQ(scenario.data.default_rows, 10'000u);
  EXPECT_EQ(scenario.data.seed, 7u);
}

TEST(ReadScenario, UnderstandsTablesAndColumns) {
  const Files files;
  const Scenario scenario = value_of(files.read(everything));
  ASSERT_EQ(scenario.data.tables.size(), 2u);
  const Table& users = scenario.data.tables[0];
  EXPECT_EQ(users.name, "users");
  EXPECT_EQ(users.rows->number, 1.5e6);
  EXPECT_EQ(users.rows->per_table, "");
  EXPECT_EQ(users.place.line, 10);
  const generators::Override& plan = users.columns.at("plan");
  EXPECT_EQ(plan.values, (std::vector<std::string>{"free", "paid", ""}));
  EXPECT_EQ(plan.weights, (std::vector<double>{8, 1, 1}));
  EXPECT_EQ(plan.null_fraction, 0.05);
  EXPECT_EQ(plan.place.line, 13);
  const generators::Override& born = users.columns.at("born");
  EXPECT_EQ(born.minimum, "1950-01-01");
  EXPECT_EQ(born.maximum, "2010-12-31");
  EXPECT_EQ(born.distinct, 10'000u);
  EXPECT_EQ(scenario.data.tables[1].rows->number, 10);
  EXPECT_EQ(scenario.data.tables[1].rows->per_table, "users");
  EXPECT_EQ(scenario.data.tables[1].columns.at("code").pattern, "AB-####");
}

TEST(ReadScenario, UnderstandsDistributions) {
  const Files files;
  const Scenario scenario = value_of(files.read(everything));
  const auto& columns = scenario.data.tables[0].columns;
  EXPECT_EQ(columns.at("age").normal->mean, 40);
  EXPECT_EQ(columns.at("age").normal->deviation, 12.5);
  EXPECT_EQ(columns.at("spent").log_normal->median, 30);
  EXPECT_EQ(columns.at("spent").log_normal->sigma, 1.5);
  EXPECT_EQ(columns.at("n").sequence->start, "-5");
  EXPECT_EQ(columns.at("n").sequence->step, 0.5);
  EXPECT_EQ(columns.at("seen").period->from, "2025-01-01");
  EXPECT_EQ(columns.at("seen").period->to, "2026-01-01");
  EXPECT_EQ(columns.at("seen").period->daily, 0.7);
  EXPECT_EQ(columns.at("seen").period->weekly, 0.4);
  EXPECT_EQ(columns.at("email").kind, "email");
  EXPECT_EQ(columns.at("email").length->minimum, 10);
  EXPECT_EQ(columns.at("email").length->maximum, 60);
  EXPECT_EQ(columns.at("invoice").expression, "'INV-' || n");
  EXPECT_EQ(columns.at("team").zipf, 1.1);
  EXPECT_FALSE(columns.at("team").decides());
}

TEST(ReadScenario, UnderstandsTraffic) {
  const Files files;
  const Traffic traffic = value_of(files.read(everything)).traffic;
  EXPECT_EQ(traffic.loop, Traffic::Loop::open);
  EXPECT_EQ(traffic.rate_per_s, 0.5);
  EXPECT_EQ(traffic.clients, 8);
  EXPECT_EQ(traffic.patience, 10s);
  EXPECT_EQ(traffic.timeouts.statement, 2s);
  EXPECT_EQ(traffic.timeouts.lock, 1s);
  EXPECT_EQ(traffic.protocol, Protocol::extended);
  EXPECT_EQ(traffic.stale_plan, StalePlan::repeat);
  EXPECT_EQ(traffic.max_tries, 3);
  ASSERT_EQ(traffic.scripts.size(), 2u);
  EXPECT_EQ(traffic.scripts[0].name, "read");
  EXPECT_EQ(traffic.scripts[0].weight, 8);
  EXPECT_EQ(traffic.scripts[0].text, "SELECT 1;\nSELECT 2;\n");
  EXPECT_EQ(traffic.scripts[0].source, files.path("scenario.yaml"));
  EXPECT_EQ(traffic.scripts[0].source_line, 37) << "the line of SELECT 1";
  EXPECT_FALSE(traffic.scripts[0].rate_per_s);
  EXPECT_EQ(traffic.scripts[1].text, "SELECT 4;\n");
  EXPECT_EQ(traffic.scripts[1].source, files.path("read.sql"));
  EXPECT_EQ(traffic.scripts[1].source_line, 1);
  EXPECT_EQ(traffic.scripts[1].rate_per_s, 5);
}

TEST(ReadScenario, UnderstandsPassesAndAdversaries) {
  const Files files;
  const Scenario scenario = value_of(files.read(everything));
  EXPECT_TRUE(scenario.quiet_pass);
  EXPECT_FALSE(scenario.traffic_pass);
  ASSERT_EQ(scenario.adversaries.size(), 2u);
  EXPECT_EQ(scenario.adversaries[0].name, "slow report");
  EXPECT_EQ(scenario.adversaries[0].kind, Adversary::Kind::long_reader);
  EXPECT_EQ(scenario.adversaries[0].table, "users");
  EXPECT_EQ(scenario.adversaries[0].lead, 0s);
  EXPECT_EQ(scenario.adversaries[0].hold, 2s);
  EXPECT_EQ(scenario.adversaries[1].kind, Adversary::Kind::idle_in_transaction) << "named like its kind";
}

TEST(ReadScenario, UnderstandsTheRun) {
  const Files files;
  const Scenario scenario = value_of(files.read(everything));
  EXPECT_EQ(scenario.timing.baseline, 3s);
  EXPECT_EQ(scenario.timing.settle, 1s);
  EXPECT_EQ(scenario.server.settings.at("shared_buffers"), "256MB");
  EXPECT_EQ(scenario.server.start_deadline, 30s);
  EXPECT_EQ(scenario.gates.max_stall, 1s);
  EXPECT_FALSE(scenario.gates.lock_wait);
  EXPECT_EQ(scenario.gates.response_p99, 50ms);
  EXPECT_EQ(scenario.gates.response_p99_ratio, 3);
  EXPECT_EQ(scenario.gates.error_rate, 0.001);
  EXPECT_EQ(scenario.gates.migration_duration, 10min);
  EXPECT_TRUE(scenario.gates.down_restores_schema);
  EXPECT_FALSE(scenario.gates.down_restores_data);
  EXPECT_EQ(scenario.expect.verdict, Verdict::fail);
  EXPECT_EQ(scenario.expect.failed_gates, (std::vector<std::string>{"max_stall", "response_p99"}));
  EXPECT_EQ(scenario.expect.statement, "SELECT");
  EXPECT_EQ(scenario.expect.lock, "AccessExclusiveLock on public.users");
}

TEST(ReadScenario, FillsInDefaults) {
  const Files files;
  const Scenario scenario = value_of(files.read("migration: {folder: migrations/}\n"));
  EXPECT_EQ(scenario.migration.folder, files.path("migrations")) << "without the slash at the end";
  EXPECT_EQ(scenario.migration.format, "auto");
  EXPECT_EQ(scenario.migration.last, 1);
  EXPECT_EQ(scenario.name, std::filesystem::path(files.path("x")).parent_path().filename()) << "the folder's name";
  EXPECT_EQ(scenario.title, scenario.name);
  EXPECT_TRUE(scenario.quiet_pass && scenario.traffic_pass && scenario.adversaries.empty());
  EXPECT_EQ(scenario.gates.max_stall, 500ms);
  EXPECT_FALSE(scenario.policy.lock_timeout);
  EXPECT_TRUE(scenario.traffic.scripts.empty());
}

TEST(ReadScenario, RunsEveryDescribedAdversaryWhenNoPassesAreNamed) {
  const Files files;
  const Scenario scenario = value_of(files.read("migration: {up: up.sql}\nadversaries: {long-reader: {}}\n"));
  EXPECT_TRUE(scenario.quiet_pass && scenario.traffic_pass);
  ASSERT_EQ(scenario.adversaries.size(), 1u);
}

TEST(ReadScenario, AnAdversaryNeedsNoDescription) {
  const Files files;
  const Scenario scenario = value_of(files.read("migration: {up: up.sql}\npasses: [long-reader]\n"));
  EXPECT_FALSE(scenario.quiet_pass || scenario.traffic_pass);
  ASSERT_EQ(scenario.adversaries.size(), 1u);
  EXPECT_EQ(scenario.adversaries[0].hold, Adversary{}.hold);
}

TEST(ReadScenario, AdversariesCanShareAPass) {
  const Files files;
  const char* text =
      "migration: {up: up.sql}\n"
      "adversaries: {job: {kind: batch-update, rows: 50}, other: {kind: second-ddl, lock_timeout: off}}\n";
  using Passes = std::vector<std::vector<std::string>>;
  EXPECT_EQ(value_of(files.read(text)).adversary_passes, (Passes{{"job"}, {"other"}})) << "each its own";
  const Scenario scenario =
      value_of(files.read(std::string(text) + "passes: [quiet, [job, admin], job, pg-dump+job]\n"));
  EXPECT_TRUE(scenario.quiet_pass);
  EXPECT_FALSE(scenario.traffic_pass);
  EXPECT_EQ(scenario.adversary_passes, (Passes{{"job", "admin"}, {"job"}, {"pg-dump", "job"}}));
  ASSERT_EQ(scenario.adversaries.size(), 3u) << "those that take part, each once";
  EXPECT_EQ(scenario.adversaries[0].rows, 50);
  EXPECT_EQ(scenario.adversaries[2].kind, Adversary::Kind::pg_dump);
}

TEST(ReadScenario, UnderstandsApplications) {
  const Files files;
  const Scenario scenario = value_of(files.read(R"(migration: {up: up.sql}
applications:
  old: {scripts: {read: {sql: "SELECT 1;", weight: 8}, write: {file: read.sql, rate: 5/s}}}
  new: {scripts: {read: {sql: "SELECT 2;"}}}
gates: {new_code_survives: true}
)"));
  ASSERT_EQ(scenario.applications.size(), 2u);
  const Application &old_one = scenario.applications[0], &new_one = scenario.applications[1];
  EXPECT_EQ(old_one.name, "old");
  ASSERT_EQ(old_one.scripts.size(), 2u);
  EXPECT_EQ(old_one.scripts[1].text, "SELECT 4;\n");
  EXPECT_EQ(old_one.phases.size(), 7u) << "all";
  EXPECT_EQ(new_one.phases, (std::vector<std::string>{"after_up", "down", "after_up_again"}));
  EXPECT_TRUE(scenario.gates.old_code_survives && scenario.gates.new_code_survives);
  EXPECT_TRUE(scenario.traffic.scripts.empty());
}

TEST(ReadScenario, WithoutDownTheDownGatesAreOff) {
  const Files files;
  const Gates gates = value_of(files.read("migration: {up: up.sql}\n")).gates;
  EXPECT_FALSE(gates.down_restores_schema || gates.down_restores_data);
}

TEST(ReadScenario, AliasesStandForWhatTheyName) {
  const Files files;
  const Scenario scenario = value_of(files.read("migration: {up: up.sql}\ntables: {a: &big {rows: 2M}, b: *big}\n"));
  ASSERT_EQ(scenario.data.tables.size(), 2u);
  EXPECT_EQ(scenario.data.tables[1].rows->number, 2e6);
}

TEST(Variants, OverrideTheFileKeyByKey) {
  const Files files;
  const char* text = R"(title: both
migration: {up: up.sql, down: down.sql}
gates: {max_stall: 1s, lock_wait: 2s}
traffic: {scripts: {read: {weight: 2, file: read.sql}}}
variants:
  risky:
    gates: {max_stall: off}
  safe:
    title: in steps
    migration: {folder: migrations}
    traffic: {scripts: {read: {sql: SELECT 5}}}
)";
  const Scenario risky = value_of(files.read(text));
  EXPECT_EQ(risky.variant, "risky") << "the first one, when none is chosen";
  EXPECT_EQ(risky.variants, (std::vector<std::string>{"risky", "safe"}));
  EXPECT_FALSE(risky.gates.max_stall);
  EXPECT_EQ(risky.gates.lock_wait, 2s);
  EXPECT_EQ(risky.title, "both");

  Flags flags;
  flags.variant = "safe";
  const Scenario safe = value_of(files.read(text, flags));
  EXPECT_EQ(safe.variant, "safe");
  EXPECT_EQ(safe.title, "in steps");
  EXPECT_EQ(safe.migration.folder, files.path("migrations"));
  EXPECT_EQ(safe.migration.up_file, "") << "a folder replaces the files";
  EXPECT_EQ(safe.traffic.scripts.at(0).text, "SELECT 5");
  EXPECT_EQ(safe.traffic.scripts.at(0).weight, 2);
  EXPECT_EQ(safe.gates.max_stall, 1s);
}

}  // namespace
}  // namespace pgrehearse::scenario
