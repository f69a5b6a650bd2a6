// One entry of the server's log, in the two formats that keep fields apart: jsonlog (PostgreSQL 15 and newer) and
// csvlog (14). PostgreSQL documentation, "Using CSV-Format Log Output" and "Using JSON-Format Log Output".
//
// The timestamp has milliseconds and is cut off, not rounded: up to 1 ms early. It is in log_timezone, whose name is an
// abbreviation that only its owner understands, so that only UTC, GMT and numeric offsets are read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.hpp"

namespace pgrehearse::observe {

enum class LogFormat { json, csv };

struct LogEntry {
  base::WallTime time{};
  int pid = 0;
  std::optional<int> leader_pid;  // of a parallel worker
  std::string database, application;
  std::string severity;  // LOG, ERROR, FATAL, ...
  std::string sqlstate;  // "00000" or empty where nothing failed
  std::string message, detail, context, statement;
};

// Nothing when the text is not an entry of that format (`line` of json; `record` of csv, which may hold newlines).
std::optional<LogEntry> parse_json_entry(std::string_view line);
std::optional<LogEntry> parse_csv_entry(std::string_view record);
inline std::optional<LogEntry> parse_entry(LogFormat format, std::string_view text) {
  return format == LogFormat::json ? parse_json_entry(text) : parse_csv_entry(text);
}

// "2026-11-20 23:57:19.145 UTC" or "... +01" or "... +05:30".
std::optional<base::WallTime> parse_log_time(std::string_view text);

// Cuts what was read so far into entries. Bytes may arrive in pieces of any size; an entry whose end has not arrived
// yet is kept. Not thread-safe.
class LogSplitter {
 public:
  explicit LogSplitter(LogFormat format) : format_(format) {}
  void add(std::string_view bytes);
  // The next whole entry without its newline.
  std::optional<std::string> next();
  // Forgets a torn entry: after a rotation.
  void reset();

 private:
  LogFormat format_;
  std::string pending_;
  std::size_t begin_ = 0;    // of the first entry not yet returned
  std::size_t scanned_ = 0;  // up to here no end of it was found
  bool quoted_ = false;      // there, inside a quoted field
};

}  // namespace pgrehearse::observe
