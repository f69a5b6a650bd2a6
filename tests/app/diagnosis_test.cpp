// What doctor makes of a machine, and how it says so.
#include "harness/app/diagnosis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace pgrehearse::app {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::uint64_t GiB = 1ull << 30;

Diagnosis healthy() {
  Diagnosis diagnosis;
  diagnosis.binaries = {{"/usr/lib/postgresql/15/bin", "15.18", 15}};
  diagnosis.engines = {{"docker", "/usr/bin/docker", "27.1", "unix:///var/run/docker.sock", ""},
                       {"podman", "", "", "", "it is not installed"}};
  diagnosis.disk = {"/tmp", "ext4", 10 * GiB, true, {}};
  diagnosis.machine = {"host", "Debian GNU/Linux 12", "a processor", 8, 16 * GiB};
  diagnosis.usable_memory_bytes = 4 * GiB;
  diagnosis.usable_cpus = 1.5;
  diagnosis.clock = {"tsc", std::chrono::nanoseconds(1), std::chrono::microseconds(60), std::chrono::microseconds(900)};
  diagnosis.has_apt = true;
  return diagnosis;
}

Diagnosis bare() {
  Diagnosis diagnosis = healthy();
  diagnosis.binaries.clear();
  diagnosis.engines[0] = {"docker", "", "", "", "it is not installed"};
  return diagnosis;
}

TEST(Obstacles, NoneOnAMachineWithAServerOrAnEngine) {
  EXPECT_THAT(obstacles(healthy()), IsEmpty());
  Diagnosis engine_only = healthy();
  engine_only.binaries = {{"/old", "12.1", 12}};
  engine_only.user_trouble = "PostgreSQL refuses root";
  EXPECT_THAT(obstacles(engine_only), IsEmpty());
  Diagnosis server_only = healthy();
  server_only.engines.clear();
  EXPECT_THAT(obstacles(server_only), IsEmpty());
}

TEST(Obstacles, NeitherServerNorEngine) {
  Diagnosis diagnosis = bare();
  EXPECT_THAT(obstacles(diagnosis), ElementsAre(HasSubstr("no PostgreSQL server program (14 or newer)")));
  diagnosis.binaries = {{"/old", "12.1", 12}};
  EXPECT_THAT(obstacles(diagnosis), SizeIs(1)) << "12 is too old";
  diagnosis.binaries = healthy().binaries;
  diagnosis.user_trouble = "PostgreSQL refuses root, and there is no other user";
  EXPECT_THAT(obstacles(diagnosis), ElementsAre(diagnosis.user_trouble));
}

TEST(Obstacles, TheDiskIsTooSmallOrClosed) {
  Diagnosis diagnosis = healthy();
  diagnosis.disk.need = DiskNeed{1'000'000, 11 * GiB};
  EXPECT_THAT(obstacles(diagnosis), ElementsAre(HasSubstr("10 GB free, and about 11 GB are needed")));
  diagnosis.disk.need.reset();
  diagnosis.disk.free_bytes = GiB / 10;
  EXPECT_THAT(obstacles(diagnosis), SizeIs(1)) << "not even an empty cluster";
  diagnosis.disk.writable = false;
  EXPECT_THAT(obstacles(diagnosis), ElementsAre("/tmp cannot be written"));
}

TEST(Missing, NamesOneCommandForEachThing) {
  EXPECT_THAT(missing(healthy()), IsEmpty());
  const auto lacking = missing(bare());
  ASSERT_THAT(lacking, SizeIs(2));
  EXPECT_EQ(lacking[0].command, "apt-get install postgresql");
  EXPECT_TRUE(lacking[0].required);
  EXPECT_EQ(lacking[1].command, "apt-get install docker.io");
  EXPECT_FALSE(lacking[1].required);
  Diagnosis elsewhere = bare();
  elsewhere.has_apt = false;
  EXPECT_THAT(missing(elsewhere)[0].command, HasSubstr("postgresql-server"));
}

TEST(DoctorText, SaysAllAndStaysWithinItsWidth) {
  Diagnosis diagnosis = healthy();
  diagnosis.leftovers = {{"/tmp/pgrehearse-abc\033[31m", "process 4711, run a"}};
  diagnosis.removed = {"pgrehearse-container"};
  diagnosis.disk.need = DiskNeed{40'000'000, 9 * GiB};
  const std::string text = doctor_text(diagnosis, {false, 80});
  for (const char* part : {" READY", "15.18 in /usr/lib/postgresql/15/bin", "27.1 at unix:///var/run/docker.sock",
                           "podman", "not installed", "8, 1.5 within the control group's limit", "4.0 GB within",
                           "40,000,000 rows", "resolution 1 ns", "pgrehearse-container", "doctor --clean"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_EQ(text.find('\033'), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(reports::display_width(line), 80u) << line;
  EXPECT_THAT(doctor_text(bare(), {false, 80}), HasSubstr(" NOT READY"));
}

TEST(DoctorText, WarnsOfAClockThatWakesLate) {
  Diagnosis diagnosis = healthy();
  EXPECT_THAT(doctor_text(diagnosis, {}), Not(HasSubstr("the machine is busy")));
  diagnosis.clock.late_p99 = std::chrono::milliseconds(20);
  EXPECT_THAT(doctor_text(diagnosis, {}), HasSubstr("the machine is busy"));
}

TEST(DoctorJson, HasItsKeys) {
  Diagnosis diagnosis = bare();
  diagnosis.leftovers = {{"/tmp/pgrehearse-abc", "process 4711"}};
  const Json json = Json::parse(doctor_json(diagnosis));
  EXPECT_EQ(json["format"], "pgrehearse-doctor/1");
  EXPECT_EQ(json["ready"], false);
  EXPECT_EQ(json["obstacles"].size(), 1u);
  EXPECT_EQ(json["servers"].size(), 0u);
  EXPECT_EQ(json["engines"][0]["usable"], false);
  EXPECT_EQ(json["missing"][0]["command"], "apt-get install postgresql");
  EXPECT_EQ(json["leftovers"][0]["name"], "/tmp/pgrehearse-abc");
  EXPECT_EQ(json["disk"]["free_bytes"], 10 * GiB);
  EXPECT_FALSE(json["disk"].contains("needed_bytes"));
  EXPECT_EQ(json["clock"]["late_ms"]["p99"], 0.9);
  EXPECT_EQ(json["machine"]["usable_cpus"], 1.5);
  EXPECT_TRUE(Json::parse(doctor_json(healthy()))["ready"].get<bool>());
}

TEST(DiskNeed, GrowsWithTheRowsOfNamedAndOtherTables) {
  scenario::Scenario scenario;
  scenario.data.default_rows = 1000;
  scenario.data.tables = {{"users", scenario::RowCount{1e6, ""}, {}, {}, {}},
                          {"orders", scenario::RowCount{10, "users"}, {}, {}, {}},
                          {"notes", {}, {}, {}, {}}};
  EXPECT_EQ(disk_need(scenario, 0).rows, 11'001'000u);
  EXPECT_EQ(disk_need(scenario, 5).rows, 11'003'000u) << "two more with the default";
  const auto more = disk_need(scenario, 5).bytes - disk_need(scenario, 4).bytes;
  EXPECT_EQ(more, 1000u * 150 * 3);
}

TEST(CountTables, ReadsSqlHoweverItIsWritten) {
  EXPECT_EQ(count_tables("CREATE TABLE a (x int);\ncreate  table\n IF NOT EXISTS b (y int);"), 2u);
  EXPECT_EQ(count_tables("CREATE UNLOGGED TABLE a (x int); CREATE TEMPORARY TABLE t (x int); ALTER TABLE a ADD y int"),
            1u);
  EXPECT_EQ(count_tables(""), 0u);
}

TEST(CpuLimit, ReadsTheControlGroup) {
  EXPECT_EQ(cpu_limit_of("150000 100000\n"), 1.5);
  EXPECT_FALSE(cpu_limit_of("max 100000\n"));
  EXPECT_FALSE(cpu_limit_of(""));
  EXPECT_FALSE(cpu_limit_of("100 0"));
}

}  // namespace
}  // namespace pgrehearse::app
