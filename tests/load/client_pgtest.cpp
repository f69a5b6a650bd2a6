// What a client does beyond what pgbench's does, or other than it.
#include <gmock/gmock.h>

#include <set>

#include "harness/load/script_sources.hpp"
#include "harness/postgres/sqlstate.hpp"
#include "tests/load/script_fixture.hpp"

namespace pgrehearse::load {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ClientTest : public ScriptFixture {
 protected:
  ClientTest() { execute("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 10), (2, 20)"); }

  // The SQLSTATEs of the operations.
  std::vector<std::string> states(const Job& job) {
    std::vector<std::string> all;
    for (const Ending& ending : ours(job)) all.push_back(ending.sqlstate);
    return all;
  }
};

class StalePlans : public ClientTest {
 protected:
  // Reads t by a prepared statement before and after a column came, and twice more.
  std::vector<std::string> around_ddl(StalePlan policy, const std::string& script) {
    const auto scripts = parse({{script}});
    ScriptWorld world(*scripts, nullptr, {.stale_plan = policy}, 1);
    const SessionSettings settings(*scripts);
    Client client(world, settings, 0, clock_);
    client.connect(database_.target());
    until(client, [&] { return client.state() == Client::State::free; });
    std::vector<std::string> states{run(client, 0, {}).sqlstate};
    execute("ALTER TABLE t ADD COLUMN more int");
    for (int i = 0; i < 3; ++i) states.push_back(run(client, 0, {}).sqlstate);
    return states;
  }
  const std::string read_ = "SELECT * FROM t WHERE id = 1;";
};

TEST_F(StalePlans, AreCountedAndPreparedAnew) {
  EXPECT_THAT(around_ddl(StalePlan::prepare_anew, read_), ElementsAre("", "0A000", "", ""));
}
TEST_F(StalePlans, OrHidden) { EXPECT_THAT(around_ddl(StalePlan::repeat, read_), ElementsAre("", "", "", "")); }
TEST_F(StalePlans, ButNotWithinATransaction) {
  EXPECT_THAT(around_ddl(StalePlan::repeat, "BEGIN;" + read_ + "END;"), ElementsAre("", "0A000", "", ""));
}
TEST_F(StalePlans, OrKept) {
  EXPECT_THAT(around_ddl(StalePlan::keep, read_), ElementsAre("", "0A000", "0A000", "0A000"));
}
TEST_F(StalePlans, OfAPipelineAreAllPreparedAnew) {
  EXPECT_THAT(around_ddl(StalePlan::prepare_anew, "\\startpipeline\nSELECT 1;" + read_ + "\n\\endpipeline"),
              ElementsAre("", "0A000", "", ""));
}

TEST_F(ClientTest, NullIsSentAsNull) {
  for (const Protocol protocol : {Protocol::simple, Protocol::extended, Protocol::prepared}) {
    execute("DELETE FROM t");
    EXPECT_THAT(states({{"\\set n NULL\nINSERT INTO t VALUES (5, :n);"}, {.protocol = protocol}}), ElementsAre(""));
    EXPECT_EQ(rows("TABLE t"), "5|NULL\n");
  }
}

TEST_F(ClientTest, VariablesInQuotesAreLeftAloneWhereTheyAreParameters) {
  const Job job{{"\\set n 7\nINSERT INTO t SELECT 3, length(':n') + :n::int; -- :n"}, {.protocol = Protocol::extended}};
  EXPECT_THAT(states(job), ElementsAre(""));
  EXPECT_EQ(rows("SELECT n FROM t WHERE id = 3"), "9\n");
}

TEST_F(ClientTest, EachOperationBeginsAnewUnlessTheClientHasOneStream) {
  const Job job{{"\\set n :n + random(1, 1)\nINSERT INTO t VALUES (random() * 1e9, :n);"},
                {.protocol = Protocol::simple, .definitions = {{"n", "0"}}},
                1,
                3};
  execute("DELETE FROM t");
  ours(job);
  EXPECT_EQ(rows("SELECT n FROM t ORDER BY n"), "1\n1\n1\n");
  Job stream = job;
  stream.rules.chance = Chance::client;
  execute("DELETE FROM t");
  ours(stream);
  EXPECT_EQ(rows("SELECT n FROM t ORDER BY n"), "1\n2\n3\n");
}

TEST_F(ClientTest, SharesOfTheClientsDrawTogetherWhatAllWouldDraw) {
  Job job{{"\\set n random(1, 1000000)\nINSERT INTO t VALUES (:client_id, :n + :default_seed % 1000);"},
          {.protocol = Protocol::simple, .chance = Chance::client, .random_seed = 5},
          5,
          1};
  execute("DELETE FROM t");
  ours(job);
  const std::string together = rows("SELECT * FROM t ORDER BY id");
  execute("DELETE FROM t");
  for (const std::uint64_t number : {1, 2}) {
    Job share = job;
    share.rules.slice = {number, 2};
    share.rules.all_clients = 5;
    share.clients = share.rules.slice.of_count(5);
    ours(share);
  }
  EXPECT_EQ(rows("SELECT * FROM t ORDER BY id"), together);
}

TEST_F(ClientTest, AFailedPipelineLeavesNothingBehind) {
  const std::string good =
      "\\startpipeline\nINSERT INTO t VALUES (7, 7);\n\\syncpipeline\nDELETE FROM t WHERE id = 7;\n"
      "\\endpipeline\n";
  for (const Protocol protocol : {Protocol::extended, Protocol::prepared}) {
    const ScriptRules rules{.protocol = protocol};
    EXPECT_THAT(states({{good}, rules, 1, 2}), ElementsAre("", ""));
    EXPECT_THAT(states({{"\\startpipeline\nBEGIN;\nINSERT INTO t VALUES (8, 8);\nSELECT 1 / (id - 1) FROM t;\nEND;\n"
                         "\\endpipeline\n"},
                        rules,
                        1,
                        2}),
                ElementsAre("22012", "22012"));
    EXPECT_THAT(
        states(
            {{"\\startpipeline\nBEGIN;\nINSERT INTO t VALUES (8, 8);\n\\set x 1 / 0\n\\endpipeline\n"}, rules, 1, 2}),
        ElementsAre("22012", "22012"));
    EXPECT_THAT(states({{"\\startpipeline\nBEGIN;\nINSERT INTO t VALUES (8, 8);\n"}, rules, 1, 2}),
                ElementsAre("55000", "55000"));
    EXPECT_EQ(rows("SELECT id FROM t ORDER BY id"), "1\n2\n");
  }
  EXPECT_THAT(states({{good}, {.protocol = Protocol::simple}}), ElementsAre("55000"));
}

TEST_F(ClientTest, APipelineIsTriedAgain) {
  execute(R"(CREATE SEQUENCE tries;
    CREATE FUNCTION stumble() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('tries') % 2 = 1 THEN RAISE EXCEPTION 'not this time' USING errcode = '40001'; END IF;
      RETURN 1;
    END $$)");
  const auto endings =
      ours({{"\\startpipeline\nBEGIN;\nINSERT INTO t VALUES (8, stumble());\nDELETE FROM t WHERE id = 8;\n"
             "END;\n\\endpipeline\n"},
            {.max_tries = 0},
            1,
            2});
  for (const Ending& ending : endings) {
    EXPECT_EQ(ending.sqlstate, "") << ending.message;
    EXPECT_EQ(ending.retries, 1u);
  }
}

TEST_F(ClientTest, AWrongStatementFailsWithTheServersReason) {
  const auto endings = ours({{"SELECT 1 + ;"}, {}, 1, 2});
  for (const Ending& ending : endings) EXPECT_EQ(ending.sqlstate, "42601") << "also when it is prepared again";
  EXPECT_THAT(endings[0].message, HasSubstr("syntax error"));
}

TEST_F(ClientTest, ASleepTakesItsTime) {
  const auto began = clock_.now();
  EXPECT_THAT(states({{"\\set n 20\nBEGIN;\n\\sleep :n ms\n\\sleep 30000us\nEND;"}}), ElementsAre(""));
  EXPECT_GE(clock_.now() - began, 50ms);
}

TEST_F(ClientTest, AConnectionThatIsLostInASleepEndsTheOperation) {
  for (const char* script :
       {"SELECT 1;\n\\sleep 100 s\n", "\\startpipeline\nSELECT 1;\n\\sleep 100 s\n\\endpipeline"}) {
    const auto scripts = parse({{script}});
    ScriptWorld world(*scripts, nullptr, {}, 1);
    const SessionSettings settings(*scripts);
    Client client(world, settings, 0, clock_);
    client.connect(database_.target());
    until(client, [&] { return client.state() == Client::State::free; });
    EXPECT_FALSE(client.begin({}));
    until(client, [&] { return client.state() == Client::State::sleeping; });
    execute("SELECT pg_terminate_backend(" + std::to_string(client.connection()->backend_pid()) + ")");
    const Ending* ending = nullptr;
    while (!ending) ending = step(client);
    EXPECT_TRUE(postgres::is_connection_lost(ending->sqlstate)) << ending->sqlstate;
    EXPECT_EQ(client.state(), Client::State::offline);
  }
}

TEST_F(ClientTest, AConnectionThatIsLostInAPipelineEndsTheOperation) {
  const auto scripts =
      parse({{"\\startpipeline\nSELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());\nSELECT 2;\n"
              "\\syncpipeline\nSELECT 3;\n\\endpipeline\n"}});
  ScriptWorld world(*scripts, nullptr, {.max_tries = 3}, 1);
  const SessionSettings settings(*scripts);
  Client client(world, settings, 0, clock_);
  for (int times = 0; times < 2; ++times) {
    client.connect(database_.target());
    until(client, [&] { return client.state() == Client::State::free; });
    const Ending ending = run(client, 0, {});
    EXPECT_TRUE(postgres::is_connection_lost(ending.sqlstate)) << ending.sqlstate;
    EXPECT_EQ(client.state(), Client::State::offline);
  }
}

// ---- keys of a database --------------------------------------------------------------------------------------------

class ServerKeysTest : public ClientTest {
 protected:
  std::shared_ptr<const KeySource> find(const std::string& table) {
    const auto session = database_.session();
    auto keys = server_keys(*session, base::Seed{1})->find(table);
    if (keys) return *keys;
    mistake_ = keys.errors()[0].message;
    return nullptr;
  }
  static std::string text(const KeySource& keys, std::uint64_t n, std::size_t column = 0) {
    const auto value = keys.value(n, column);
    const auto* whole = std::get_if<std::int64_t>(&value);
    return whole ? std::to_string(*whole) : std::get<std::string>(value);
  }
  std::string mistake_;
};

TEST_F(ServerKeysTest, DenseNumbersAreARange) {
  execute(
      "CREATE TABLE dense (id bigint PRIMARY KEY); INSERT INTO dense SELECT i FROM generate_series(-5, 9994) i "
      "WHERE i <> 100; ANALYZE dense");
  const auto keys = find("dense");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 10'000u);
  EXPECT_EQ(text(*keys, 0), "-5");
  EXPECT_EQ(text(*keys, 9999), "9994");
}

TEST_F(ServerKeysTest, OthersAreReadFromAFewPages) {
  execute(
      "CREATE TABLE sparse (id int PRIMARY KEY, filler char(700)); "
      "INSERT INTO sparse SELECT i * 10, 'x' FROM generate_series(1, 20000) i; ANALYZE sparse");
  const auto keys = find("public.sparse");
  ASSERT_TRUE(keys);
  EXPECT_GT(keys->size(), 100u);
  EXPECT_LT(keys->size(), 4000u) << "of 20,000, ten on a page, 128 pages on average";
  std::set<int> seen;
  for (std::uint64_t n = 0; n < keys->size(); ++n) {
    const int id = std::stoi(text(*keys, n));
    EXPECT_EQ(id % 10, 0);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST_F(ServerKeysTest, TablesWithoutStatisticsAreSampledToo) {
  const auto keys = find("t");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 2u);
}

TEST_F(ServerKeysTest, KeysOfSeveralColumnsAndPartitions) {
  execute(
      "CREATE TABLE \"My parts\" (b text, a date, PRIMARY KEY (a, b)) PARTITION BY RANGE (a); "
      "CREATE TABLE p1 PARTITION OF \"My parts\" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); "
      "CREATE TABLE p2 PARTITION OF \"My parts\" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); "
      "INSERT INTO \"My parts\" VALUES ('x', '2024-05-01'), ('y', '2025-05-01')");
  const auto keys = find("\"My parts\"");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->columns(), 2u);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_THAT((std::set<std::string>{text(*keys, 0, 0) + text(*keys, 0, 1), text(*keys, 1, 0) + text(*keys, 1, 1)}),
              ElementsAre("2024-05-01x", "2025-05-01y"));
}

TEST_F(ServerKeysTest, MistakesAreExplained) {
  execute("CREATE TABLE keyless (a int); CREATE TABLE nothing (id int PRIMARY KEY)");
  EXPECT_FALSE(find("nowhere"));
  EXPECT_EQ(mistake_, "there is no table 'nowhere'");
  EXPECT_FALSE(find("keyless"));
  EXPECT_EQ(mistake_, "keyless has no primary key");
  EXPECT_FALSE(find("nothing"));
  EXPECT_EQ(mistake_, "public.nothing has no rows to draw from");
}

TEST_F(ServerKeysTest, ScriptsDrawThem) {
  const auto session = database_.session();
  const auto keys = server_keys(*session, base::Seed{1});
  Job job{{"\\key id t zipfian 1.1\nUPDATE t SET n = n + 1 WHERE id = :id::int;"}, {}, 1, 50};
  job.keys = keys.get();
  for (const Ending& ending : ours(job)) EXPECT_EQ(ending.sqlstate, "") << ending.message;
  EXPECT_EQ(rows("SELECT sum(n), min(n - 10 * id) > 0 FROM t"), "80|t\n");
}

// ---- the names of scripts ------------------------------------------------------------------------------------------

TEST(ScriptSources, AreFoundByTheBeginningOfTheirNames) {
  EXPECT_EQ(builtin_script("tp")->name, "tpcb-like");
  EXPECT_EQ(builtin_script("se@3")->weight, 3);
  EXPECT_EQ(builtin_script("si")->source, "<builtin: simple-update>");
  EXPECT_THAT(builtin_script("s").errors()[0].message, HasSubstr("ambiguous"));
  EXPECT_THAT(builtin_script("no-such").errors()[0].message, HasSubstr("no builtin script found for name \"no-such\""));
  for (const char* weight : {"select-only@one", "select-only@-1", "select-only@", "select-only@99999999999"}) {
    EXPECT_THAT(builtin_script(weight).errors()[0].message, HasSubstr("invalid weight specification"));
  }
  EXPECT_THAT(script_file("/nonexistent/a.sql@2").errors()[0].message,
              HasSubstr("'/nonexistent/a.sql' cannot be read"));
}

}  // namespace
}  // namespace pgrehearse::load
