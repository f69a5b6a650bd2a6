#include "harness/observe/activity.hpp"

#include <gmock/gmock.h>

namespace pgrehearse::observe {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SessionSeen working(int pid, std::string state = "active") {
  SessionSeen seen;
  seen.pid = pid;
  seen.in_database = true;
  seen.state = std::move(state);
  return seen;
}

SessionSeen waiting(int pid, base::Duration waited, std::vector<int> blockers, std::string since = "since 1") {
  SessionSeen seen = working(pid);
  seen.waits = true;
  seen.mode = "AccessShareLock";
  seen.object = "relation 16386 of database 16385";
  seen.relation = 16386;
  seen.since = std::move(since);
  seen.waited = waited;
  seen.blockers = std::move(blockers);
  return seen;
}

TEST(Summary, CountsSessionsAndFindsWhoBlocksWithoutWaiting) {
  SessionSeen elsewhere = working(50);
  elsewhere.in_database = false;
  const auto sample = summarise({working(1, "idle in transaction"), working(2, "idle in transaction (aborted)"),
                                 waiting(10, 5ms, {1}), waiting(11, 3ms, {1, 10}), working(3), elsewhere},
                                7s, "app");
  EXPECT_EQ(sample.at, 7s);
  EXPECT_EQ(sample.database, "app");
  EXPECT_EQ(sample.active, 3);
  EXPECT_EQ(sample.waiting, 2);
  EXPECT_EQ(sample.idle_in_transaction, 2);
  EXPECT_EQ(sample.longest_queue, 2);
  EXPECT_THAT(sample.root_blockers, ElementsAre(1));
}

class Sampled : public ::testing::Test {
 protected:
  Sampled() { names.add(16386, "public", "users"); }
  RelationNames names;
  SampledWaits waits{names, "app"};
};

TEST_F(Sampled, WaitsBeginWhenTheServerSaysAndEndWhenLastSeen) {
  EXPECT_THAT(waits.update({waiting(10, 4ms, {1})}, 1000ms), IsEmpty());
  EXPECT_THAT(waits.update({waiting(10, 24ms, {1}), waiting(11, 1ms, {1, 10})}, 1020ms), IsEmpty());
  const auto ended = waits.update({}, 1030ms);
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[0].source, "sampler");
  EXPECT_EQ(ended[0].start, 996ms);
  EXPECT_EQ(ended[0].duration, 24ms);
  EXPECT_EQ(ended[0].relation, "public.users");
  EXPECT_EQ(ended[0].end, record::WaitEnd::acquired);
  EXPECT_THAT(ended[0].holders, ElementsAre(1));
  EXPECT_THAT(ended[1].queue, ElementsAre(10, 11));
}

TEST_F(Sampled, WaitsForTheSameLockAreToldApartByTheirStart) {
  EXPECT_THAT(waits.update({waiting(10, 4ms, {1}, "since 1")}, 1000ms), IsEmpty());
  EXPECT_THAT(waits.update({waiting(10, 2ms, {1}, "since 2")}, 1010ms), SizeIs(1));
  EXPECT_THAT(waits.update({}, 1020ms), SizeIs(1));
}

TEST_F(Sampled, WaitsWhoseStartIsNotKnownYetLearnItLater) {
  SessionSeen first = waiting(10, 0ms, {1}, "");
  first.waited.reset();
  waits.update({first}, 1000ms);
  waits.update({waiting(10, 10100us, {1})}, 1010ms);
  const auto ended = waits.update({}, 1020ms);
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].start, 999900us);
  EXPECT_EQ(ended[0].duration, 10100us);
}

TEST_F(Sampled, WaitsStillOpenAtTheEndAreUnresolved) {
  waits.update({waiting(10, 4ms, {1})}, 1000ms);
  const auto left = waits.finish();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].end, record::WaitEnd::unresolved);
}

TEST_F(Sampled, WaitsInOtherDatabasesAreNotOurs) {
  SessionSeen elsewhere = waiting(10, 4ms, {1});
  elsewhere.in_database = false;
  waits.update({elsewhere}, 1000ms);
  EXPECT_THAT(waits.update({}, 1010ms), IsEmpty());
}

}  // namespace
}  // namespace pgrehearse::observe
