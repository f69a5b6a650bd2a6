// The texts are the server's own: PostgreSQL 15.20, with log_destination = 'jsonlog,csvlog'.
#include "harness/observe/server_log.hpp"

#include <gtest/gtest.h>

#include "tests/observe/support.hpp"

namespace pgrehearse::observe {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view json_wait =
    R"({"timestamp":"2026-11-20 23:57:21.047 UTC","user":"traffic","dbname":"app","pid":8744,"remote_host":"[local]","session_id":"6b00de60.2228","line_num":1,"ps":"UPDATE waiting","session_start":"2026-11-20 23:57:20 UTC","vxid":"4/12","txid":733,"error_severity":"LOG","message":"process 8744 still waiting for ShareLock on transaction 732 after 10.156 ms","detail":"Process holding the lock: 8743. Wait queue: 8744.","context":"while updating tuple (0,1) in relation \"users\"","statement":"UPDATE users SET name='y' WHERE id=1;","application_name":"pgrehearse:traffic:read","backend_type":"client backend","query_id":0})";
constexpr std::string_view csv_wait =
    R"(2026-11-20 23:57:21.047 UTC,"traffic","app",8744,"[local]",6b00de60.2228,1,"UPDATE waiting",2026-11-20 23:57:20 UTC,4/12,733,LOG,00000,"process 8744 still waiting for ShareLock on transaction 732 after 10.156 ms","Process holding the lock: 8743. Wait queue: 8744.",,,,"while updating tuple (0,1) in relation ""users""","UPDATE users SET name='y' WHERE id=1;",,,"pgrehearse:traffic:read","client backend",,0)";

void expect_the_wait(const std::optional<LogEntry>& entry) {
  ASSERT_TRUE(entry);
  EXPECT_EQ(StillClock().from_wall(entry->time), 21047ms);
  EXPECT_EQ(entry->pid, 8744);
  EXPECT_FALSE(entry->leader_pid);
  EXPECT_EQ(entry->database, "app");
  EXPECT_EQ(entry->application, "pgrehearse:traffic:read");
  EXPECT_EQ(entry->severity, "LOG");
  EXPECT_EQ(entry->message, "process 8744 still waiting for ShareLock on transaction 732 after 10.156 ms");
  EXPECT_EQ(entry->detail, "Process holding the lock: 8743. Wait queue: 8744.");
  EXPECT_EQ(entry->context, "while updating tuple (0,1) in relation \"users\"");
  EXPECT_EQ(entry->statement, "UPDATE users SET name='y' WHERE id=1;");
}

TEST(JsonLog, GivesTheFieldsOfAnEntry) { expect_the_wait(parse_json_entry(json_wait)); }
TEST(CsvLog, GivesTheSameFields) { expect_the_wait(parse_csv_entry(csv_wait)); }

TEST(CsvLog, ReadsAnErrorWithNewlinesAndQuotes) {
  const auto entry = parse_csv_entry(
      "2026-11-20 23:57:23.418 UTC,\"postgres\",\"app\",8759,\"[local]\",6b00de62.2237,2,\"UPDATE\",2026-11-20 "
      "23:57:22 "
      "UTC,3/24,738,ERROR,40P01,\"deadlock detected\",\"Process 8759 waits for ShareLock on transaction 739; blocked "
      "by "
      "process 8760.\nProcess 8760 waits\",\"See server log for query details.\",,,\"while updating tuple (0,4) in "
      "relation \"\"users\"\"\",\"SELECT ';,' -- a \"\"quoted\"\" comment\n;\",,,\"pgrehearse:migration\",\"client "
      "backend\",8700,0");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->sqlstate, "40P01");
  EXPECT_EQ(entry->statement, "SELECT ';,' -- a \"quoted\" comment\n;");
  EXPECT_EQ(entry->leader_pid, 8700);
}

TEST(LogEntries, RefuseWhatIsNoEntry) {
  EXPECT_FALSE(parse_json_entry(""));
  EXPECT_FALSE(parse_json_entry(json_wait.substr(0, 100)));
  EXPECT_FALSE(parse_json_entry("[1]"));
  EXPECT_FALSE(parse_csv_entry(csv_wait.substr(0, 100)));
  EXPECT_FALSE(parse_csv_entry(std::string(csv_wait) + "\""));
}

TEST(LogTime, ReadsUtcAndNumericOffsetsOnly) {
  const auto utc = parse_log_time("2026-11-20 23:57:21.047 UTC");
  ASSERT_TRUE(utc);
  EXPECT_EQ(parse_log_time("2026-11-21 00:57:21.047 +01"), utc);
  EXPECT_EQ(parse_log_time("2026-11-20 18:27:21.047 -05:30"), utc);
  EXPECT_FALSE(parse_log_time("2026-11-21 00:57:21.047 CET"));
  EXPECT_FALSE(parse_log_time("2026-13-20 23:57:21.047 UTC"));
  EXPECT_FALSE(parse_log_time("yesterday"));
}

std::vector<std::string> split_in_pieces(LogFormat format, std::string_view text, std::size_t piece) {
  LogSplitter splitter(format);
  std::vector<std::string> entries;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    splitter.add(text.substr(at, piece));
    while (auto entry = splitter.next()) entries.push_back(*entry);
  }
  return entries;
}

TEST(LogSplitter, CutsAtTheEndsOfEntriesHoweverTheBytesArrive) {
  for (std::size_t piece : {1, 2, 3, 7, 100}) {
    EXPECT_EQ(split_in_pieces(LogFormat::json, "{1}\n{22}\n{torn", piece), (std::vector<std::string>{"{1}", "{22}"}));
    EXPECT_EQ(split_in_pieces(LogFormat::csv, "a,\"x\n\"\"y\"\nb,2\nc,\"open\n", piece),
              (std::vector<std::string>{"a,\"x\n\"\"y\"", "b,2"}));
  }
}

}  // namespace
}  // namespace pgrehearse::observe
