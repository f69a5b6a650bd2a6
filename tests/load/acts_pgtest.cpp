// Each kind of adversary on a real server: it does what it is named for, and nothing of it is left afterwards.
#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "harness/load/adversary.hpp"
#include "harness/load/provoked_vacuum.hpp"
#include "harness/provision/binaries.hpp"
#include "tests/load/traffic_fixture.hpp"

namespace pgrehearse::load {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Kind = scenario::Adversary::Kind;

class ActTest : public TrafficFixture {
 protected:
  ActTest() {
    session()->query(
        "CREATE TABLE \"My t\" (id int PRIMARY KEY, note text);"
        "CREATE TABLE other (id int);"
        "INSERT INTO \"My t\" SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n");
    session()->query("VACUUM FREEZE \"My t\"");
    scene_.settings.name = "it";
    scene_.settings.hold = 300s;
  }

  std::unique_ptr<Adversary> begun(Kind kind) {
    scene_.settings.kind = kind;
    auto adversary = std::make_unique<Adversary>(scene_);
    const auto begun = adversary->begin();
    if (!begun) ADD_FAILURE() << to_string(begun.errors()[0]);
    return adversary;
  }
  std::vector<record::AdversaryStep> events(const std::string& step) const {
    std::vector<record::AdversaryStep> found;
    for (auto& event : recorder_.events<record::AdversaryStep>()) {
      if (event.step == step) found.push_back(event);
    }
    return found;
  }
  // "relation mode" of what that backend, or a prepared transaction, holds on tables.
  std::vector<std::string> locks(int pid) const {
    const auto rows = session()->query(
        "SELECT relname || ' ' || mode FROM pg_locks JOIN pg_class c ON c.oid = relation "
        "WHERE granted AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND coalesce(pid, 0) = $1 "
        "ORDER BY "
        "1",
        {std::to_string(pid)});
    std::vector<std::string> found;
    for (std::size_t i = 0; i < rows.size(); ++i) found.push_back(rows.string(i, 0));
    return found;
  }
  std::string options() const {
    return session()->query("SELECT reloptions FROM pg_class WHERE relname = 'My t'").string(0, 0);
  }
  // What it was named for, gone: sessions, locks, prepared transactions.
  void expect_nothing_left() const {
    await("its sessions to end", [&] {
      return session()
                 ->query("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pgrehearse:adversary%'")
                 .size() == 0;
    });
    EXPECT_EQ(session()->query("SELECT 1 FROM pg_prepared_xacts").size(), 0u);
    EXPECT_EQ(session()->query("SELECT 1 FROM pg_stat_progress_vacuum").size(), 0u);
    session()->query(
        "SET lock_timeout = '5s'; ALTER TABLE \"My t\" ADD COLUMN a int; ALTER TABLE \"My t\" DROP COLUMN a");
    EXPECT_THAT(events("ended"), SizeIs(1));
  }
  std::optional<postgres::Failure> try_to_alter(const char* timeout) const {
    return session()->attempt(std::string("SET lock_timeout = '") + timeout +
                              "'; ALTER TABLE \"My t\" ADD COLUMN b int; ALTER TABLE \"My t\" DROP COLUMN b");
  }

  Scene scene_{.clock = clock_,
               .recorder = recorder_,
               .target = database_.target(),
               .administrator = database_.target(),
               .program_folders = provision::program_folders(),
               .pass = "adversary:it",
               .settings = {},
               .schema = "public",
               .table = "My t"};
};

// ---- all kinds that wait for a lock ----

struct NamedKind {
  const char* name;
  Kind kind;
};
void PrintTo(const NamedKind& named, std::ostream* out) { *out << named.name; }

class InterruptedAct : public ActTest, public ::testing::WithParamInterface<NamedKind> {};

// It would wait half a minute.
TEST_P(InterruptedAct, LeavesAtOnceWhileItTakesItsPlace) {
  const auto locker = session();
  locker->query("BEGIN; LOCK TABLE \"My t\"");
  scene_.settings.kind = GetParam().kind;
  Adversary adversary(scene_);
  base::Cancellation interrupted;
  base::Duration asked{};
  std::thread user([&] {
    await("it to wait", [&] {
      return session()
                 ->query(
                     "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pgrehearse:adversary%' "
                     "AND wait_event_type = 'Lock'")
                 .size() > 0;
    });
    asked = clock_.now();
    interrupted.cancel();
  });
  const auto begun = adversary.begin(&interrupted);
  const auto left = clock_.now();
  user.join();
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.errors()[0].kind, base::ErrorKind::interrupted);
  EXPECT_LT(left - asked, 3s) << "a fraction of a second, on a machine that is not busy";
  EXPECT_EQ(session()
                ->query("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pgrehearse:adversary%' "
                        "AND wait_event_type = 'Lock'")
                .size(),
            0u)
      << "while the lock is still held";
  locker->query("COMMIT");
  expect_nothing_left();
}

INSTANTIATE_TEST_SUITE_P(Kinds, InterruptedAct,
                         ::testing::Values(NamedKind{"LongReader", Kind::long_reader},
                                           NamedKind{"PgDump", Kind::pg_dump},
                                           NamedKind{"Autovacuum", Kind::autovacuum},
                                           NamedKind{"BatchUpdate", Kind::batch_update},
                                           NamedKind{"PreparedTransaction", Kind::prepared_transaction}),
                         [](const auto& info) { return info.param.name; });

// ---- pg_dump ----

TEST_F(ActTest, PgDumpItselfHoldsAllTables) {
  const auto dump = begun(Kind::pg_dump);
  const auto holds = events("holds").at(0);
  EXPECT_THAT(holds.detail, HasSubstr("pg_dump 1"));
  EXPECT_THAT(locks(holds.backend_pid), ElementsAre("My t AccessShareLock", "other AccessShareLock"));
  EXPECT_EQ(try_to_alter("20ms")->sqlstate(), "55P03");
  dump->end();
  expect_nothing_left();
}

TEST_F(ActTest, PgDumpsLocksAreTakenBySqlWhereThereIsNone) {
  scene_.program_folders = {"/nowhere"};
  const auto dump = begun(Kind::pg_dump);
  const auto holds = events("holds").at(0);
  EXPECT_THAT(holds.detail, HasSubstr("by SQL"));
  EXPECT_THAT(locks(holds.backend_pid), ElementsAre("My t AccessShareLock", "other AccessShareLock"));
  EXPECT_EQ(session()
                ->query("SELECT 1 FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid = $1",
                        {std::to_string(holds.backend_pid)})
                .size(),
            1u)
      << "a snapshot, which keeps dead rows";
  dump->end();
  expect_nothing_left();
}

TEST_F(ActTest, PgDumpsLocksOutlastATinyDump) {
  session()->query("TRUNCATE \"My t\"");
  const auto dump = begun(Kind::pg_dump);
  await("the locks by SQL", [&] { return events("holds").back().detail.find("over at once") != std::string::npos; });
  EXPECT_THAT(locks(events("holds").back().backend_pid), ElementsAre("My t AccessShareLock", "other AccessShareLock"));
  dump->end();
  expect_nothing_left();
}

// ---- autovacuum ----

class VacuumTest : public ActTest {
 protected:
  VacuumTest() {
    session()->query("ALTER TABLE \"My t\" SET (fillfactor = 80, autovacuum_vacuum_threshold = 77)");
    set("ALTER SYSTEM SET autovacuum = on");
  }
  ~VacuumTest() override { set("ALTER SYSTEM RESET autovacuum"); }
  void set(const char* sql) const {
    session()->query(sql);
    session()->query("SELECT pg_reload_conf()");
  }
  void expect_settings_are_back() const {
    EXPECT_EQ(options(), "{fillfactor=80,autovacuum_vacuum_threshold=77}");
    await("the server's own naptime", [&] { return session()->query("SHOW autovacuum_naptime").text(0, 0) == "1min"; });
  }
};

TEST_F(VacuumTest, AWaitingDdlCancelsTheOrdinaryWorker) {
  const auto before = session()->query("SELECT sum(hashtext(t::text)) FROM \"My t\" t").string(0, 0);
  const auto vacuum = begun(Kind::autovacuum);
  const auto holds = events("holds").at(0);
  EXPECT_THAT(holds.detail, StartsWith("autovacuum: VACUUM"));
  EXPECT_THAT(locks(holds.backend_pid), Contains("My t ShareUpdateExclusiveLock"));
  EXPECT_EQ(try_to_alter("20ms")->sqlstate(), "55P03");
  EXPECT_FALSE(try_to_alter("20s")) << "after deadlock_timeout";
  await("the act to see it", [&] { return !events("ended").empty(); });
  EXPECT_THAT(events("cancelled"), SizeIs(1));
  vacuum->end();
  expect_settings_are_back();
  EXPECT_EQ(session()->query("SELECT sum(hashtext(t::text)) FROM \"My t\" t").string(0, 0), before);
  expect_nothing_left();
}

TEST_F(VacuumTest, NoDdlCancelsTheOneAgainstWraparound) {
  const auto vacuum = begun(Kind::autovacuum_wraparound);
  EXPECT_THAT(events("holds").at(0).detail, HasSubstr("public.My t (to prevent wraparound)"));
  EXPECT_EQ(try_to_alter("2s")->sqlstate(), "55P03") << "twice the deadlock_timeout";
  EXPECT_THAT(events("cancelled"), IsEmpty());
  vacuum->end();
  expect_settings_are_back();
  expect_nothing_left();
}

TEST_F(VacuumTest, IsASessionsVacuumOnAServerThatIsNotOurs) {
  scene_.server_is_ours = false;
  const auto vacuum = begun(Kind::autovacuum);
  EXPECT_THAT(events("holds").at(0).detail, HasSubstr("by a session"));
  EXPECT_EQ(options(), "{fillfactor=80,autovacuum_vacuum_threshold=77}");
  EXPECT_EQ(try_to_alter("2s")->sqlstate(), "55P03");
  vacuum->end();
  expect_nothing_left();
}

TEST_F(VacuumTest, PutsSettingsBackInTheTablesPresentName) {
  const auto vacuum = begun(Kind::autovacuum_wraparound);
  EXPECT_THAT(options(), HasSubstr("autovacuum_freeze_max_age=100000"));
  const auto migration = session();
  std::thread renamer([&] { migration->query("ALTER TABLE \"My t\" RENAME TO \"New\""); });
  await("the migration to wait", [&] {
    return session()->query("SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'").size() == 1;
  });
  vacuum->end();
  renamer.join();
  EXPECT_EQ(session()->query("SELECT reloptions FROM pg_class WHERE relname = 'New'").string(0, 0),
            "{fillfactor=80,autovacuum_vacuum_threshold=77}");
}

// ---- transactions ----

TEST_F(ActTest, BatchUpdateGoesRoundTheTable) {
  scene_.settings.rows = 5000;
  const auto batch = begun(Kind::batch_update);
  EXPECT_THAT(events("holds").at(0).detail, HasSubstr("about 5000 rows"));
  await("more updates than there are rows", [&] {
    return session()->query("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'My t'").integer(0, 0) > 20'000;
  });
  batch->end();
  EXPECT_THAT(events("ended").at(0).detail, HasSubstr(" batches"));
  EXPECT_EQ(session()->query("SELECT 1 FROM \"My t\" WHERE note <> repeat('x', 100)").size(), 0u);
  expect_nothing_left();
}

TEST_F(ActTest, BatchUpdateGoesThroughThePartitions) {
  session()->query(
      "CREATE TABLE \"By id\" (id int PRIMARY KEY, note text) PARTITION BY RANGE (id);"
      "CREATE TABLE low PARTITION OF \"By id\" FOR VALUES FROM (1) TO (100);"
      "CREATE TABLE \"H igh\" PARTITION OF \"By id\" FOR VALUES FROM (100) TO (1000) PARTITION BY RANGE (id);"
      "CREATE TABLE higher PARTITION OF \"H igh\" FOR VALUES FROM (100) TO (1000);"
      "CREATE TABLE void PARTITION OF \"By id\" FOR VALUES FROM (1000) TO (2000);"
      "INSERT INTO \"By id\" SELECT n, 'x' FROM generate_series(1, 999) n");
  scene_.table = "By id";
  const auto batch = begun(Kind::batch_update);
  EXPECT_THAT(events("holds").at(0).detail, HasSubstr("in 2 partitions"));
  const auto updated = [&](const std::string& table) {
    return session()->query("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = $1", {table}).integer(0, 0);
  };
  await("updates of each row", [&] { return updated("low") > 200 && updated("higher") > 2000; });
  const auto migration = session();
  migration->query("SET lock_timeout = '20s'; ALTER TABLE \"By id\" ADD COLUMN a int");
  batch->end();
  EXPECT_EQ(session()->query("SELECT 1 FROM \"By id\" WHERE note = 'x'").size(), 999u);
  expect_nothing_left();
}

TEST_F(ActTest, BatchUpdateOfPartitionsHoldsTheParentToo) {
  session()->query(
      "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);"
      "INSERT INTO p VALUES (1)");
  scene_.table = "p";
  const auto batch = begun(Kind::batch_update);
  const auto row = session();
  row->query("BEGIN; SELECT FROM p1 FOR UPDATE");  // on which its next batch waits
  const int pid = events("holds").at(0).backend_pid;
  const std::vector<std::string> both{"p RowExclusiveLock", "p1 RowExclusiveLock"};
  await("both locks", [&] {
    const auto held = locks(pid);
    return std::all_of(both.begin(), both.end(),
                       [&](const auto& lock) { return std::count(held.begin(), held.end(), lock) > 0; });
  });
  row->query("COMMIT");
  batch->end();
}

TEST_F(ActTest, BatchUpdateEndsWithItsTable) {
  const auto batch = begun(Kind::batch_update);
  session()->query("ALTER TABLE \"My t\" RENAME TO gone");
  await("it to give up", [&] { return !events("gave up").empty(); });
  EXPECT_THAT(events("gave up").at(0).detail, HasSubstr("does not exist"));
  session()->query("ALTER TABLE gone RENAME TO \"My t\"");
}

TEST_F(ActTest, SecondDdlHoldsItsLockAndLeavesNoTrace) {
  const auto ddl = begun(Kind::second_ddl);
  await("its lock", [&] { return !events("holds").empty(); });
  const auto holds = events("holds").at(0);
  EXPECT_THAT(locks(holds.backend_pid), Contains("My t AccessExclusiveLock"));
  EXPECT_THAT(holds.detail, HasSubstr("ALTER TABLE \"public\".\"My t\" ADD COLUMN"));
  ddl->end();
  EXPECT_EQ(session()->query("SELECT 1 FROM pg_attribute WHERE attname LIKE 'pgrehearse%'").size(), 0u);
  expect_nothing_left();
}

TEST_F(ActTest, SecondDdlGivesUpInTime) {
  const auto reader = session();
  reader->query("BEGIN; SELECT 1 FROM other");
  scene_.settings.sql = "DROP TABLE other";
  scene_.settings.lock_timeout = 50ms;
  const auto ddl = begun(Kind::second_ddl);
  await("it to give up", [&] { return !events("gave up").empty(); });
  EXPECT_THAT(events("gave up").at(0).detail, HasSubstr("lock timeout"));
  EXPECT_THAT(events("holds"), IsEmpty());
}

TEST_F(ActTest, PreparedTransactionBelongsToNobody) {
  const auto prepared = begun(Kind::prepared_transaction);
  EXPECT_EQ(events("holds").at(0).backend_pid, 0) << "as the server's lists of holders say it";
  EXPECT_THAT(locks(0), ElementsAre("My t RowExclusiveLock"));
  EXPECT_EQ(try_to_alter("20ms")->sqlstate(), "55P03");
  prepared->end();
  expect_nothing_left();
}

// ---- connections ----

TEST_F(ActTest, ConnectionBurstTakesWhatThereIs) {
  session()->query("CREATE ROLE crowd LOGIN PASSWORD 'x' CONNECTION LIMIT 20");
  scene_.target.user = "crowd";
  scene_.target.password = "x";
  scene_.settings.connections = 25;
  const auto burst = begun(Kind::connection_burst);
  const auto holds = events("holds").at(0);
  EXPECT_THAT(holds.detail, HasSubstr("20 connections, and 5 refused: "));
  EXPECT_THAT(holds.detail, HasSubstr("too many connections"));
  EXPECT_TRUE(holds.took);
  EXPECT_EQ(session()->query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'crowd'").integer(0, 0), 20);
  burst->end();
  expect_nothing_left();
  session()->query("DROP ROLE crowd");
}

TEST_F(ActTest, AdminTriesTheDoorAgainAndAgain) {
  session()->query("CREATE ROLE guest LOGIN PASSWORD 'x'");
  scene_.target.user = "guest";
  scene_.target.password = "x";
  const auto admin = begun(Kind::admin);
  await("both to come in", [&] { return events("connected").size() >= 4; });
  EXPECT_THAT(events("refused"), IsEmpty());
  session()->query("ALTER ROLE guest CONNECTION LIMIT 0");
  await("the guest to be refused", [&] { return !events("refused").empty(); });
  admin->end();
  EXPECT_THAT(events("refused").at(0).detail, HasSubstr("ordinary role: "));
  for (const auto& step : recorder_.events<record::AdversaryStep>()) {
    if (step.step == "connected" || step.step == "refused") {
      EXPECT_TRUE(step.took);
    }
  }
  expect_nothing_left();
  session()->query("DROP ROLE guest");
}

}  // namespace
}  // namespace pgrehearse::load
