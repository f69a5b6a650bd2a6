#include <gmock/gmock.h>

#include "harness/observe/sampler.hpp"
#include "tests/observe/observing.hpp"

namespace pgrehearse::observe {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Sampling : public ::testing::Test, protected Observing {
 protected:
  Sampling() : Observing("CREATE TABLE users (id int PRIMARY KEY)") {}

  bool eventually_sampled(const std::function<bool(const record::ActivitySample&)>& wanted) {
    return eventually([&] {
      const auto samples = recorder.all<record::ActivitySample>();
      return std::any_of(samples.begin(), samples.end(), wanted);
    });
  }

  std::unique_ptr<Sampler> sampler = started(Sampler::start(database.target(), names, clock, recorder));
};

TEST_F(Sampling, SeesWhoWaitsForWhomAndHowLong) {
  holder->query("BEGIN; LOCK TABLE users");
  Waiter alter(database, "ALTER TABLE users ADD COLUMN score int");
  ASSERT_TRUE(alter.waits(*watcher, 10));
  Waiter reader(database, "SELECT count(*) FROM users");
  ASSERT_TRUE(eventually_sampled([](const auto& sample) { return sample.longest_queue == 2; }));
  const auto at = clock.now();
  holder->query("COMMIT");
  alter.join();
  reader.join();
  sampler->stop();
  EXPECT_THAT(recorder.all<record::Gap>(), IsEmpty());
  const auto waits = recorder.all<record::LockWait>();
  ASSERT_THAT(waits, SizeIs(2));
  for (const auto& wait : waits) {
    EXPECT_EQ(wait.source, "sampler");
    EXPECT_EQ(wait.relation, "public.users");
    EXPECT_EQ(wait.end, record::WaitEnd::acquired);
    EXPECT_LE(wait.start, at);
    EXPECT_GE(wait.start + wait.duration, at - 50ms);
    if (wait.pid != reader.pid()) continue;
    EXPECT_THAT(wait.queue, ElementsAre(alter.pid(), reader.pid()));
    EXPECT_EQ(wait.statement, "SELECT count(*) FROM users");
    EXPECT_THAT(wait.holders, ::testing::UnorderedElementsAre(alter.pid(), holder->backend_pid()));
  }
  const auto samples = recorder.all<record::ActivitySample>();
  const auto queue = std::find_if(samples.begin(), samples.end(), [](auto& sample) { return sample.waiting == 2; });
  ASSERT_NE(queue, samples.end());
  EXPECT_THAT(queue->root_blockers, ElementsAre(holder->backend_pid()));
  EXPECT_EQ(queue->idle_in_transaction, 1);
}

TEST_F(Sampling, IsNotBlockedByAnAccessExclusiveLock) {
  holder->query("BEGIN; LOCK TABLE users; CREATE INDEX ON users (id); ALTER TABLE users ADD COLUMN score int");
  const auto locked = clock.now();
  ASSERT_TRUE(eventually_sampled([&](const auto& sample) { return sample.at > locked + 200ms; }));
  holder->query("COMMIT");
  sampler->stop();
  EXPECT_EQ(recorder.all<record::ActivitySample>().back().waiting, 0);
}

TEST_F(Sampling, GoesOnAfterALostConnection) {
  ASSERT_TRUE(eventually_sampled([](const auto&) { return true; }));
  watcher->query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgrehearse:observe:sampler'");
  const auto lost = clock.now();
  EXPECT_TRUE(eventually_sampled([&](const auto& sample) { return sample.at > lost + 300ms; }));
  sampler->stop();
}

TEST_F(Sampling, RecordsAGapWhileItCannotSee) {
  ASSERT_TRUE(eventually_sampled([](const auto&) { return true; }));
  holder.reset();
  const testing::ScratchDatabase elsewhere;
  const auto admin = elsewhere.session();
  const auto name = postgres::quote_identifier(database.target().database);
  admin->query(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS false", name));
  watcher->query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgrehearse:observe:sampler'");
  const auto lost = clock.now();
  ASSERT_TRUE(eventually([&] { return clock.now() > lost + 700ms; }));
  admin->query(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", name));
  ASSERT_TRUE(eventually_sampled([&](const auto& sample) { return sample.at > lost + 700ms; }));
  sampler->stop();
  const auto gaps = recorder.all<record::Gap>();
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].observer, "sampler");
  EXPECT_GE(gaps[0].duration, 700ms);
  EXPECT_LE(gaps[0].start, lost);
}

}  // namespace
}  // namespace pgrehearse::observe
