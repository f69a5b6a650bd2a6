// Follows the server's log from file to file: when the logging collector has begun another one, the old one is read to
// its end first.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/observe/log_files.hpp"
#include "harness/observe/server_log.hpp"

namespace pgrehearse::observe {

// Not thread-safe.
class LogFollower {
 public:
  // Begins at the present end of the current file.
  LogFollower(std::unique_ptr<LogFiles> files, LogFormat format);

  struct News {
    std::vector<LogEntry> entries;
    std::vector<std::string> troubles;  // what could not be read, one line each
  };
  // All that was written since the last call; never blocks for more to come.
  News read();

 private:
  void add(const std::string& bytes, News& news);
  void turn_to(const std::string& file);

  std::unique_ptr<LogFiles> files_;
  LogFormat format_;
  std::string file_;  // empty: none yet
  std::int64_t offset_ = 0;
  LogSplitter splitter_;
};

}  // namespace pgrehearse::observe
