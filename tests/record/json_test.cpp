#include "harness/record/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pgrehearse::record {
namespace {

using namespace std::chrono_literals;

// One of each type, with no member at its default.
const std::vector<Event>& every_event() {
  static const std::vector<Event> events{
      PassStart{1ms, "traffic", "clone_1"},
      PassEnd{2ms, "traffic"},
      PhaseStart{3ms, "traffic", "up"},
      PhaseEnd{4ms, "traffic", "up"},
      Statement{.pass = "quiet",
                .phase = "down",
                .number = 3,
                .file = "down.sql",
                .line = 7,
                .sql = "ALTER TABLE \"Größe\"\n  DROP COLUMN x -- it's \\ gone",
                .start = 12003417us,
                .end = 12s,
                .backend_pid = 4711,
                .transaction = 2,
                .transaction_end = 13s,
                .attempts = 2,
                .sqlstate = "55P03",
                .message = "canceling statement due to lock timeout",
                .locks = {{"public.users", "AccessExclusiveLock", 1ms, 2ms, 16385u, false}},
                .rewrites = {"public.users"},
                .scans = {"public.orders", "public.users"},
                .wal_bytes = std::uint64_t{1} << 60,
                .checkpoints = 2,
                .parallel_workers = 1,
                .lock_wait = 400us},
      LockWait{"server_log",
               "app",
               12,
               "pgrehearse:traffic",
               "RowExclusiveLock",
               "relation 1 of database 2",
               "public.users",
               5ms,
               3200ms,
               WaitEnd::lock_timeout,
               {1, 2},
               {12, 13},
               "UPDATE users"},
      Deadlock{9ms, "app", 13, "pgrehearse:traffic", "Process 13 waits for ..."},
      ActivitySample{10ms, "app", 1, 2, 3, 4, {5, 6}},
      Gap{"sampler", 11ms, 2ms, "the query took too long"},
      CpuUse{"traffic", "up", 12ms, 13ms, 1.5, 1.25, 0.125, 0.5, 2},
      Stall{"traffic", "read-profile", 14ms, 1500ms},
      PoolExhausted{"traffic", 14ms, 900ms, 16, 500ms, 490ms, 300, 250, 50},
      Delivery{"traffic", 1ms, 15ms, Histogram::from_buckets({{3, 2}}, 3us, 3us), 7, 0.5, 18},
      TrafficScript{"traffic", "old:read-profile", "old", {"baseline", "up"}},
      AdversaryStep{15ms, "adversary:long-reader", "long-reader", "holds", 99, "ACCESS SHARE", 3ms},
      Comparison{16ms, "quiet", "data", "up_again", false, {"public.users: 3 rows differ"}, {"the order of columns"}},
      TableFilled{"public.users", 1000000, 94371840, 610ms, "kept 12 rows"},
      Notice{17ms, "no down file"},
  };
  return events;
}

class EveryEvent : public ::testing::TestWithParam<std::size_t> {};

TEST_P(EveryEvent, RoundTrips) {
  const std::string text = to_json(every_event()[GetParam()]);
  Event read;
  std::string problem;
  ASSERT_TRUE(from_json(text, read, problem)) << problem;
  EXPECT_EQ(read.index(), GetParam());
  EXPECT_EQ(to_json(read), text);
}

// Otherwise the test above could not see that a member is lost.
TEST_P(EveryEvent, HasNoMemberAtItsDefault) {
  const auto given = nlohmann::json::parse(to_json(every_event()[GetParam()]));
  const auto plain = std::visit(
      [](const auto& event) { return nlohmann::json::parse(to_json(Event(std::decay_t<decltype(event)>{}))); },
      every_event()[GetParam()]);
  for (const auto& [key, value] : given.items()) {
    if (key == "type") continue;
    EXPECT_NE(value, plain.at(key)) << key;
  }
}

TEST_P(EveryEvent, IsOneLine) { EXPECT_EQ(to_json(every_event()[GetParam()]).find('\n'), std::string::npos); }

INSTANTIATE_TEST_SUITE_P(Events, EveryEvent, ::testing::Range(std::size_t{0}, std::variant_size_v<Event>));

TEST(Json, TimesAreMillisecondsCutToMicroseconds) {
  EXPECT_EQ(to_json(Event(Notice{12003417999ns, "x"})), R"({"type":"notice","at_ms":12003.417,"text":"x"})");
}

TEST(Json, EveryEndOfAWaitHasItsWord) {
  for (auto end :
       {WaitEnd::acquired, WaitEnd::lock_timeout, WaitEnd::cancelled, WaitEnd::deadlock, WaitEnd::unresolved}) {
    LockWait wait;
    wait.end = end;
    Event read;
    std::string problem;
    ASSERT_TRUE(from_json(to_json(Event(wait)), read, problem)) << problem;
    EXPECT_EQ(std::get<LockWait>(read).end, end);
  }
}

TEST(Json, ReplacesWhatIsNotUtf8) {
  Event read;
  std::string problem;
  ASSERT_TRUE(from_json(to_json(Event(Notice{1ms, "caf\xe9"})), read, problem)) << problem;
  EXPECT_EQ(std::get<Notice>(read).text, "caf\xef\xbf\xbd");
}

TEST(Json, ReadsOlderAndNewerRecords) {
  Event read;
  std::string problem;
  ASSERT_TRUE(from_json(R"({"type":"gap","observer":"cpu","a_new_key":[1]})", read, problem)) << problem;
  EXPECT_EQ(std::get<Gap>(read).observer, "cpu");
  EXPECT_EQ(std::get<Gap>(read).duration, 0ns);
}

TEST(Json, SaysWhatIsWrong) {
  Event read;
  std::string problem;
  EXPECT_FALSE(from_json(R"({"type":"earthquake"})", read, problem));
  EXPECT_NE(problem.find("earthquake"), std::string::npos);
  for (const char* text : {"", "[]", "{}", R"({"type":"gap","start_ms":"soon"})", R"({"type":"lock_wait","end":"?"})",
                           R"({"type":"statement","locks":[7]})"}) {
    problem.clear();
    EXPECT_FALSE(from_json(text, read, problem)) << text;
    EXPECT_FALSE(problem.empty()) << text;
  }
}

TEST(Json, AWindowRoundTrips) {
  Window window{.pass = "traffic", .script = "read", .start = 1s, .end = 1200ms};
  window.tally = {10, 9, 1, 6, 2, 1, {{"40P01", 2}}, 3};
  for (int i = 1; i <= 6; ++i) window.within.response.record(i * 100us);
  window.within.service.record(90us, 6);
  window.outlived.response.record(3s, 2);
  window.outlived.service.record(2999ms, 2);
  window.carried.response.record(24h);
  window.carried.service.record(1s);
  Window read;
  std::string problem;
  ASSERT_TRUE(from_json(to_json(window), read, problem)) << problem;
  EXPECT_EQ(to_json(read), to_json(window));
  EXPECT_TRUE(read.tally.adds_up());
  EXPECT_EQ(read.tally.errors.at("40P01"), 2u);
  EXPECT_EQ(read.within.response.count(), 6u);
  EXPECT_EQ(read.outlived.service.max(), 2999ms);
  EXPECT_EQ(read.carried.response.clipped(), 1u);
}

TEST(Json, AManifestRoundTrips) {
  Manifest manifest;
  manifest.tool_version = "0.1.0";
  manifest.command = {"pgrehearse", "run"};
  manifest.started = "2026-01-02T03:04:05Z";
  manifest.wall_start_s = 1767323045.123456;
  manifest.seed = ~std::uint64_t{0};
  manifest.scenario_name = "s";
  manifest.scenario_json = R"({"rows":{"users":1000000}})";
  manifest.server = {"15.18", "local", {{"fsync", "on"}}, "C.UTF-8 (libc)", "ext4"};
  manifest.machine = {"host", "Debian", "cpu", 2, 1u << 30};
  manifest.ended_ms = 7;
  manifest.interrupted = true;
  manifest.failure = "disk full";
  Manifest read;
  std::string problem;
  ASSERT_TRUE(from_json(to_json(manifest), read, problem)) << problem;
  EXPECT_EQ(to_json(read), to_json(manifest));
  EXPECT_EQ(read.scenario_json, manifest.scenario_json);
  EXPECT_EQ(read.seed, manifest.seed);
}

}  // namespace
}  // namespace pgrehearse::record
