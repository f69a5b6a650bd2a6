// Can this server's log tell of lock waits, and how is it read from here?
#pragma once

#include <memory>

#include "harness/base/result.hpp"
#include "harness/observe/log_files.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::observe {

// file: the server runs on this machine and its files can be opened. sql: by the server's own functions.
enum class LogAccess { file, sql };

struct LogPlace {
  LogFormat format = LogFormat::json;
  std::unique_ptr<LogFiles> files;
};

// Of the server that `target` names. All reasons at once why its log cannot tell of lock waits: no collector, no format
// that we read, log_lock_waits off, messages in another language, another time zone, or files that may not be read.
base::Result<LogPlace> locate_log(const postgres::Target& target, LogAccess access);

}  // namespace pgrehearse::observe
