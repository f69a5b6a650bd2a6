// Follows the server's log from file to file. The logging collector names the file that it writes now in
// `current_logfiles` in the data directory; when that names another one, the old one is read to its end first.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/observe/server_log.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::observe {

struct LogPlace {
  std::string data_directory;
  LogFormat format = LogFormat::json;
};

// Where the session's server writes its log; needs a superuser. All reasons at once why its log cannot tell of lock
// waits: no collector, no format that we read, log_lock_waits off, messages in another language, another time zone, or
// files that this process may not read.
base::Result<LogPlace> locate_log(postgres::Session& session);

// Not thread-safe.
class LogFollower {
 public:
  // Begins at the present end of the current file.
  explicit LogFollower(LogPlace place);
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  struct News {
    std::vector<LogEntry> entries;
    std::vector<std::string> troubles;  // what could not be read, one line each
  };
  // All that was written since the last call; never blocks for more to come.
  News read();

 private:
  std::string current_path() const;
  bool open(const std::string& path);
  void read_to_end(News& news);

  LogPlace place_;
  std::string path_;
  int fd_ = -1;
  LogSplitter splitter_;
};

}  // namespace pgrehearse::observe
