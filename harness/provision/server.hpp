// A throw-away server, wherever it comes from: a private cluster, a container, an existing server that was named. The
// rest of the program sees only this.
//
// A run's order: a provider starts it (relaxed), the tables are filled, make_honest(), then clone() for each pass.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/progress.hpp"
#include "harness/base/result.hpp"
#include "harness/postgres/session.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::provision {

// What to print beside every duration.
struct Facts {
  std::string version;                          // "15.18"
  std::string provider;                         // local | container | existing
  std::map<std::string, std::string> settings;  // those that bias timing, as SHOW prints them
  std::string locale;                           // of the template database: "C.UTF-8 (libc)"
  std::string storage;                          // file system type of the data directory; empty: unknown
};

// relaxed: for bulk loading; honest: production-like, for measuring.
enum class Mode { relaxed, honest };

// What a provider is asked for.
struct ServerOptions {
  scenario::Server server;
  std::string label;                   // of the run, for people who find it on the machine
  Mode mode = Mode::relaxed;           // at the start; loading comes first
  std::string temp_folder;             // for what has to be on this machine; empty: $TMPDIR, else /tmp
  std::string restore_from = {};       // what save() wrote: begin with those databases, honest; empty: with none
  base::Progress* progress = nullptr;  // for what takes long, such as pulling an image; may be null
};

// Not thread-safe, except the const members.
class Server {
 public:
  virtual ~Server() = default;

  // Databases are named by their name on the server: what the program calls "template" may stand beside others' there.
  virtual std::string database_name(const std::string& name) const { return name; }
  // The administrator (superuser on a server of ours); for the set-up and for observers.
  virtual postgres::Target target(const std::string& database) const = 0;
  // The application's role: reads and writes all tables, row security does not apply, deadlock_timeout = 10 ms so that
  // the server logs its lock waits from there on. Where we may not make roles, this and the next are the administrator.
  virtual postgres::Target traffic_target(const std::string& database) const = 0;
  // The deployer's role: superuser, owns what the migrations make, deadlock_timeout as in production.
  virtual postgres::Target migration_target(const std::string& database) const = 0;

  // As of now: settings differ between relax() and make_honest().
  virtual base::Result<Facts> facts() const = 0;
  // Ours alone: then any evidence that is missing is a failure. Elsewhere some may not be had; see remarks().
  virtual bool is_private() const = 0;
  // Whether this process can open the server's files; where not, its log is read through a session.
  virtual bool files_are_here() const = 0;
  // What a reader of the report should know of this server, such as what cannot be seen or set on it; one sentence
  // each.
  virtual std::vector<std::string> remarks() const { return {}; }
  // The root of the server's process tree, where it is visible on this machine: to tell its CPU time from others'. A
  // restart (relax, make_honest) changes it.
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

  // Whether save() works here.
  virtual bool can_be_saved() const { return false; }
  // Writes all databases into `folder`, an empty one of this machine, for ServerOptions::restore_from. Ends all
  // sessions; the server is honest afterwards.
  virtual base::Status save(const std::string& folder);

  // Leaves the server as it is when this object goes. Returns the shell command that connects to `database`.
  virtual base::Result<std::string> keep(const std::string& database) = 0;
  // Gives the server back: a private one is gone afterwards. Also done by the destructor. May be called again.
  virtual base::Status stop() = 0;
};

}  // namespace pgrehearse::provision
