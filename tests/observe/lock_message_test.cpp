#include "harness/observe/lock_message.hpp"

#include <gmock/gmock.h>

namespace pgrehearse::observe {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = LockMessage::Kind;

struct Example {
  const char* text;
  Kind kind;
  int pid;
  const char* mode;
  const char* object;
  base::Duration waited;
};

TEST(LockMessage, ReadsEveryKindAndObject) {
  const Example examples[] = {
      {"process 8725 still waiting for AccessShareLock on relation 16386 of database 16385 after 10.140 ms",
       Kind::still_waiting, 8725, "AccessShareLock", "relation 16386 of database 16385", 10140us},
      {"process 8725 acquired AccessShareLock on relation 16386 of database 16385 after 150.353 ms", Kind::acquired,
       8725, "AccessShareLock", "relation 16386 of database 16385", 150353us},
      {"process 8759 detected deadlock while waiting for ShareLock on transaction 739 after 1000.157 ms",
       Kind::detected_deadlock, 8759, "ShareLock", "transaction 739", 1000157us},
      {"process 77 avoided deadlock for RowExclusiveLock on relation 5 of database 6 by rearranging queue order after "
       "11.002 ms",
       Kind::avoided_deadlock, 77, "RowExclusiveLock", "relation 5 of database 6", 11002us},
      {"process 77 failed to acquire ExclusiveLock on tuple (0,2) of relation 16386 of database 16385 after 10.114 ms",
       Kind::failed, 77, "ExclusiveLock", "tuple (0,2) of relation 16386 of database 16385", 10114us},
      {"process 8772 acquired ExclusiveLock on advisory lock [16385,0,42,1] after 150.009 ms", Kind::acquired, 8772,
       "ExclusiveLock", "advisory lock [16385,0,42,1]", 150009us},
  };
  for (const Example& example : examples) {
    const auto message = parse_lock_message(example.text);
    ASSERT_TRUE(message) << example.text;
    EXPECT_EQ(message->kind, example.kind) << example.text;
    EXPECT_EQ(message->pid, example.pid) << example.text;
    EXPECT_EQ(message->mode, example.mode) << example.text;
    EXPECT_EQ(message->object, example.object) << example.text;
    EXPECT_LT(std::chrono::abs(message->waited - example.waited), 1us) << example.text;
  }
}

TEST(LockMessage, IsNotReadIntoOtherMessages) {
  for (const char* text : {"", "process", "process 12 exited", "canceling statement due to lock timeout",
                           "process 1 still waiting for AccessShareLock on relation 1 of database 2",
                           "process 1 still waiting for AccessShareLock on relation 1 of database 2 after long",
                           "server process (PID 12) was terminated by signal 9: Killed"}) {
    EXPECT_FALSE(parse_lock_message(text)) << text;
  }
}

TEST(LockQueue, GivesHoldersAndWaitersInOrder) {
  const auto one = parse_lock_queue("Process holding the lock: 8747. Wait queue: 8748, 8750.");
  EXPECT_THAT(one.holders, ElementsAre(8747));
  EXPECT_THAT(one.waiting, ElementsAre(8748, 8750));
  const auto many = parse_lock_queue("Processes holding the lock: 1, 2, 3. Wait queue: 4.");
  EXPECT_THAT(many.holders, ElementsAre(1, 2, 3));
  const auto victim = parse_lock_queue("Process holding the lock: 8760. Wait queue: .");
  EXPECT_THAT(victim.holders, ElementsAre(8760));
  EXPECT_THAT(victim.waiting, IsEmpty());
  EXPECT_THAT(parse_lock_queue("Key (id)=(1) already exists.").holders, IsEmpty());
}

TEST(LockedRelation, IsFoundInTheObject) {
  EXPECT_EQ(relation_of_object("relation 16386 of database 16385"), 16386u);
  EXPECT_EQ(relation_of_object("tuple (0,2) of relation 16387 of database 16385"), 16387u);
  EXPECT_EQ(relation_of_object("extension of relation 16388 of database 16385"), 16388u);
  EXPECT_EQ(relation_of_object("page 7 of relation 16389 of database 16385"), 16389u);
  EXPECT_FALSE(relation_of_object("transaction 731"));
  EXPECT_FALSE(relation_of_object("object 1 of class 1247 of database 16385"));
}

TEST(LockedRelation, IsFoundInTheContext) {
  EXPECT_EQ(relation_of_context("while updating tuple (0,2) in relation \"users\""), "users");
  EXPECT_EQ(relation_of_context("while inserting index tuple (0,2) in relation \"say \"hi\"\"\nPL/pgSQL function f()"),
            "say \"hi\"");
  EXPECT_EQ(relation_of_context("PL/pgSQL function f() line 3 at SQL statement"), "");
}

}  // namespace
}  // namespace pgrehearse::observe
