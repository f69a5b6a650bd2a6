// A throw-away server, wherever it comes from: a private cluster, a container, an existing server that was named. The
// rest of the program sees only this.
//
// A run's order: a provider starts it (relaxed), the tables are filled, make_honest(), then clone() for each pass.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"

namespace pgrehearse::provision {

// What to print beside every duration.
struct Facts {
  std::string version;                          // "15.18"
  std::string provider;                         // local | container | existing
  std::map<std::string, std::string> settings;  // those that bias timing, as SHOW prints them
  std::string locale;                           // of the template database: "C.UTF-8 (libc)"
  std::string storage;                          // file system type of the data directory; empty: unknown
};

// The server's own log, where this process can read it.
struct ServerLog {
  enum class Kind { jsonlog, csvlog };  // jsonlog from PostgreSQL 15
  std::string path;                     // one file for the whole life of the server; times are UTC
  Kind kind = Kind::jsonlog;
};

// Not thread-safe, except the const members.
class Server {
 public:
  virtual ~Server() = default;

  // The administrator (superuser); ours, for the set-up and for observers.
  virtual postgres::Target target(const std::string& database) const = 0;
  // The application's role: reads and writes all tables, row security does not apply, deadlock_timeout = 10 ms so that
  // the server logs its lock waits from there on.
  virtual postgres::Target traffic_target(const std::string& database) const = 0;
  // The deployer's role: superuser, owns what the migrations make, deadlock_timeout as in production.
  virtual postgres::Target migration_target(const std::string& database) const = 0;

  // As of now: settings differ between relax() and make_honest().
  virtual base::Result<Facts> facts() const = 0;
  // None where the log cannot be read from here.
  virtual std::optional<ServerLog> log() const = 0;
  // The root of the server's process tree, where it runs on this machine: to tell its CPU time from others'. A restart
  // (relax, make_honest) changes it.
  virtual std::optional<pid_t> postmaster_pid() const = 0;

  // Settings for bulk loading: no fsync, minimal WAL, no autovacuum. Ends all sessions. Nothing to do when it is so.
  virtual base::Status relax() = 0;
  // Production-like settings, with the user's on top, and everything on disk; ends all sessions. Before measuring.
  virtual base::Status make_honest() = 0;

  // A copy of the database `from`, to which nobody may be connected, without WAL for its contents; on disk on return.
  virtual base::Status clone(const std::string& from, const std::string& name) = 0;
  virtual base::Status create(const std::string& name) = 0;
  // Ends the sessions in it. No error when there is no such database.
  virtual base::Status drop(const std::string& name) = 0;

  // Gives the server back: a private one is gone afterwards. Also done by the destructor. May be called again.
  virtual base::Status stop() = 0;
};

}  // namespace pgrehearse::provision
