#include "harness/provision/settings.hpp"

#include <gmock/gmock.h>

namespace pgrehearse::provision {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t GiB = std::uint64_t{1} << 30;
Fixed place(int major, bool statements_library) {
  return {.socket_folder = "/tmp/x",
          .listen_addresses = "",
          .log_folder = "/tmp/x/log",
          .major = major,
          .statements_library = statements_library};
}
const Fixed fixed = place(15, true);

TEST(SettingsTest, TellsAllMistakesAtOnce) {
  const auto checked = check_settings({{"Port", "5432"},
                                       {"log_lock_waits", "off"},
                                       {"work mem", "1MB"},
                                       {"work_mem", "1\nMB"},
                                       {"maintenance_work_mem", "1GB"}});
  ASSERT_FALSE(checked.ok());
  ASSERT_EQ(checked.errors().size(), 4u);
  for (const auto& error : checked.errors()) EXPECT_EQ(error.kind, base::ErrorKind::usage);
  EXPECT_THAT(checked.errors()[0].message, HasSubstr("Port cannot be chosen: the private server lives in a folder"));
}

TEST(SettingsTest, TakesOrdinarySettings) {
  EXPECT_TRUE(check_settings({{"work_mem", "64MB"}, {"auto_explain.log_min_duration", "1s"}}).ok());
}

TEST(SettingsTest, SizesFollowTheMemory) {
  EXPECT_EQ(server_settings(Mode::honest, {}, fixed, 8 * GiB)["shared_buffers"], "1024MB");
  EXPECT_EQ(server_settings(Mode::honest, {}, fixed, 512 * GiB)["shared_buffers"], "2048MB");
  EXPECT_EQ(server_settings(Mode::honest, {}, fixed, GiB / 4)["shared_buffers"], "128MB");
}

TEST(SettingsTest, TheUsersWinWhenMeasuring) {
  auto settings = server_settings(Mode::honest, {{"Fsync", "off"}, {"shared_buffers", "77MB"}}, fixed, GiB);
  EXPECT_EQ(settings["fsync"], "off");
  EXPECT_EQ(settings["shared_buffers"], "77MB");
  EXPECT_EQ(settings["full_page_writes"], "on");
  EXPECT_EQ(settings["wal_level"], "replica");
}

TEST(SettingsTest, RelaxedSettingsWinWhenLoading) {
  auto settings = server_settings(Mode::relaxed, {{"wal_level", "logical"}, {"work_mem", "9MB"}}, fixed, GiB);
  EXPECT_EQ(settings["wal_level"], "minimal");
  EXPECT_EQ(settings["max_wal_senders"], "0");
  EXPECT_EQ(settings["fsync"], "off");
  EXPECT_EQ(settings["work_mem"], "9MB");
}

TEST(SettingsTest, MinimalWalNeedsNoSenders) {
  EXPECT_EQ(server_settings(Mode::honest, {{"wal_level", "minimal"}}, fixed, GiB)["max_wal_senders"], "0");
  EXPECT_EQ(server_settings(Mode::honest, {}, fixed, GiB)["max_wal_senders"], "10");
}

TEST(SettingsTest, LogsInAFormThatTheVersionKnows) {
  EXPECT_EQ(server_settings(Mode::honest, {}, place(15, true), GiB)["log_destination"], "jsonlog");
  EXPECT_EQ(server_settings(Mode::honest, {}, place(14, true), GiB)["log_destination"], "csvlog");
}

TEST(SettingsTest, KeepsTheUsersLibraries) {
  const Settings wanted = {{"shared_preload_libraries", "auto_explain"}};
  EXPECT_EQ(server_settings(Mode::honest, wanted, fixed, GiB)["shared_preload_libraries"],
            "auto_explain, pg_stat_statements");
  EXPECT_EQ(server_settings(Mode::honest, wanted, place(15, false), GiB)["shared_preload_libraries"], "auto_explain");
}

TEST(SettingsTest, QuotesValues) {
  EXPECT_EQ(configuration_file({{"a", "it's \\ 5"}, {"b", ""}}), "a = 'it''s \\\\ 5'\nb = ''\n");
}

}  // namespace
}  // namespace pgrehearse::provision
