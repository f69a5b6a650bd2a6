// Where the server's log files are read: on this machine, or through a session where the server is elsewhere (in a
// container, on another host).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/base/result.hpp"
#include "harness/observe/server_log.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::observe {

// A port; see the two adapters below. Not thread-safe.
class LogFiles {
 public:
  struct Look {
    std::string current;    // the file that the logging collector writes now; empty: none. Looked up before the rest
    std::string bytes;      // of `file` from `offset` on, 64 KiB at most; empty at its end
    std::int64_t size = 0;  // of `file`, at least
  };
  virtual ~LogFiles() = default;
  // With an empty name of a file: `current` alone.
  virtual base::Result<Look> look(const std::string& file, std::int64_t offset) = 0;
};

// The collector names its file in `current_logfiles` in the data directory.
std::unique_ptr<LogFiles> log_files_on_disk(std::string data_directory, LogFormat format);
// By pg_current_logfile() and pg_read_binary_file(): a superuser, or a member of pg_monitor and pg_read_server_files.
std::unique_ptr<LogFiles> log_files_over_sql(std::unique_ptr<postgres::Session> session, LogFormat format);

}  // namespace pgrehearse::observe
