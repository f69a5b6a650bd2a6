// One life of a private server's process: made by initdb, started, stopped.
#pragma once

#include <optional>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/base/subprocess.hpp"
#include "harness/postgres/session.hpp"
#include "harness/provision/binaries.hpp"
#include "harness/provision/private_folder.hpp"
#include "harness/provision/settings.hpp"

namespace pgrehearse::provision {

// The parts of a private cluster's folder.
struct Layout {
  std::string folder;  // holds the socket too
  std::string data() const { return folder + "/data"; }
  std::string log() const { return folder + "/log"; }
  std::string settings_file() const { return data() + "/pgrehearse.conf"; }
  std::string output() const { return folder + "/postmaster.out"; }  // what it says before its log is open
};

class Postmaster {
 public:
  Postmaster(Binaries binaries, ServerUser user, Layout layout);

  // A copy of the data folder that store() wrote.
  base::Status adopt(const std::string& stored);
  // Of a server that was shut down.
  base::Status store(const std::string& folder) const;
  // From now on it runs by itself and outlives this process.
  base::Status set_free();
  // A new cluster, with scram-sha-256 passwords for all, in the locale C.UTF-8 where the system has it.
  base::Status initialise(const std::string& password, const base::Cancellation* cancellation);
  // The configuration for the next start.
  base::Status configure(const Settings& settings);
  // The server's own opinion on the configuration; a usage error, since all but the user's settings are known to work.
  base::Status check_configuration();

  // Until a session to `target` opens.
  base::Status start(const postgres::Target& target, base::Duration deadline, const base::Cancellation* cancellation);
  // In order, with everything written; sessions are ended.
  base::Status shut_down();
  // At once; for a cluster that is thrown away.
  void abandon();
  std::optional<pid_t> pid() const;

 private:
  base::Status wait_until_ready(const postgres::Target& target, base::Duration deadline,
                                const base::Cancellation* cancellation);
  base::Error did_not_start(const std::string& why) const;
  base::Command command(std::vector<std::string> arguments) const;

  Binaries binaries_;
  ServerUser user_;
  Layout layout_;
  std::optional<base::Child> child_;
};

}  // namespace pgrehearse::provision
