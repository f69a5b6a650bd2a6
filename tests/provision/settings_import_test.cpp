#include "harness/provision/settings_import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgrehearse::provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t memory = 24ull << 30;

std::string reason(const std::string& name, const std::string& value = "x") {
  const auto sifted = sift_settings({{name, value}}, memory);
  return sifted.left_out.empty() ? "" : sifted.left_out[0].reason;
}

TEST(Sifting, TakesWhatDecidesHowLongThingsTake) {
  const Settings production{{"work_mem", "64MB"},
                            {"maintenance_work_mem", "2GB"},
                            {"shared_buffers", "8GB"},
                            {"max_wal_size", "50GB"},
                            {"checkpoint_timeout", "15min"},
                            {"wal_level", "logical"},
                            {"effective_cache_size", "192GB"},
                            {"max_parallel_maintenance_workers", "4"},
                            {"random_page_cost", "1.1"},
                            {"autovacuum_naptime", "15s"},
                            {"deadlock_timeout", "2s"},
                            {"fsync", "on"},
                            {"jit", "off"}};
  const auto sifted = sift_settings(production, memory);
  EXPECT_EQ(sifted.imported, production);
  EXPECT_THAT(sifted.left_out, SizeIs(0));
}

TEST(Sifting, LeavesWhatBelongsToProductionsPlace) {
  for (const char* name : {"data_directory",
                           "port",
                           "listen_addresses",
                           "hba_file",
                           "unix_socket_permissions",
                           "ssl_cert_file",
                           "krb_server_keyfile",
                           "log_min_duration_statement",
                           "logging_collector",
                           "archive_command",
                           "restore_command",
                           "primary_conninfo",
                           "max_wal_senders",
                           "hot_standby_feedback",
                           "shared_preload_libraries",
                           "lc_monetary",
                           "TimeZone",
                           "cluster_name",
                           "temp_tablespaces",
                           "default_transaction_read_only",
                           "statement_timeout",
                           "idle_in_transaction_session_timeout",
                           "huge_pages",
                           "search_path",
                           "max_connections"}) {
    EXPECT_NE(reason(name), "") << name;
  }
  EXPECT_THAT(reason("synchronous_standby_names", "ANY 1 (a, b)"), HasSubstr("commits would wait"));
  EXPECT_THAT(reason("port", "5433"), HasSubstr("private server"));
  EXPECT_THAT(reason("auto_explain.log_analyze", "on"), HasSubstr("extension"));
  EXPECT_THAT(reason("pg_stat_statements.max", "10000"), HasSubstr("measures with it"));
}

TEST(Sifting, LeavesMemoryThatDoesNotFit) {
  EXPECT_THAT(reason("shared_buffers", "64GB"), HasSubstr("does not fit into this machine's 24 GB"));
  EXPECT_EQ(reason("shared_buffers", "1048576"), "") << "8 kB each";
  EXPECT_NE(reason("shared_buffers", "4194304"), "") << "32 GB";
  EXPECT_NE(reason("work_mem", "8GB"), "");
  EXPECT_EQ(reason("work_mem", "65536"), "") << "1 kB each";
  EXPECT_EQ(reason("autovacuum_work_mem", "-1"), "");
}

TEST(SettingsFile, ReadsWhatTheServerReads) {
  const auto settings = parse_settings_file(
      "# production\n\nwork_mem = '64MB'   # a comment\nfsync on\nrandom_page_cost=1.1\n"
      "  my.text = 'it''s \\'here\\''\nsearch_path = '\"$user\", public'\nother = E'a\\\\b'\nwork_mem = 32MB",
      "p.conf");
  ASSERT_TRUE(settings);
  EXPECT_THAT(*settings, UnorderedElementsAre(Pair("work_mem", "32MB"), Pair("fsync", "on"),
                                              Pair("random_page_cost", "1.1"), Pair("my.text", "it's 'here'"),
                                              Pair("search_path", "\"$user\", public"), Pair("other", "a\\b")));
}

TEST(SettingsFile, NamesEveryLineThatIsNone) {
  const auto settings = parse_settings_file("work_mem = 'open\nfsync = on\n= 5\njit = on off\n", "p.conf");
  ASSERT_FALSE(settings);
  ASSERT_THAT(settings.errors(), SizeIs(3));
  EXPECT_EQ(settings.errors()[0].place.line, 1);
  EXPECT_EQ(settings.errors()[1].place.line, 3);
  EXPECT_EQ(settings.errors()[2].place.line, 4);
  EXPECT_EQ(settings.errors()[2].place.file, "p.conf");
}

TEST(Import, SaysWhichFileCannotBeRead) {
  const auto imported = import_settings("/nowhere/production.conf", memory);
  ASSERT_FALSE(imported);
  EXPECT_THAT(imported.errors()[0].message, HasSubstr("/nowhere/production.conf"));
}

TEST(Refused, AreThoseThatTheServerNames) {
  const Settings imported{{"io_method", "worker"}, {"work_mem", "1kB"}, {"jit", "on"}};
  base::Errors rest;
  const auto refused = refused_settings(
      {base::usage_error("the server refuses a setting: unrecognized configuration parameter \"io_method\""),
       base::usage_error("the server refuses a setting: 1 kB is outside the valid range for parameter \"work_mem\""),
       base::environment_error("no space left on device")},
      imported, rest);
  ASSERT_THAT(refused, SizeIs(2));
  EXPECT_EQ(refused[0].name, "io_method");
  EXPECT_THAT(refused[1].reason, HasSubstr("outside the valid range"));
  ASSERT_THAT(rest, SizeIs(1));
}

}  // namespace
}  // namespace pgrehearse::provision
