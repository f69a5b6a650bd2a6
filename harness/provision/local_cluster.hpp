// A private cluster from the PostgreSQL binaries of this machine: made for one run in a temporary folder, reachable by
// a Unix socket in that folder only, gone with the run.
#pragma once

#include <memory>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"
#include "harness/provision/settings.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::provision {

struct LocalClusterOptions {
  scenario::Server server;
  std::string label;          // of the run, in the marker of the folder
  Mode mode = Mode::relaxed;  // at the start; loading comes first
  std::string temp_folder;    // empty: $TMPDIR, else /tmp
};

class LocalCluster final : public Server {
 public:
  // Returns when sessions can be opened. The calling thread must live as long as the cluster: the kernel ends the
  // server when the thread that started it ends (base::Child). So must the one that calls relax() or make_honest().
  static base::Result<std::unique_ptr<LocalCluster>> start(const LocalClusterOptions& options,
                                                           const base::Cancellation* cancellation = nullptr);
  ~LocalCluster() override;

  postgres::Target target(const std::string& database) const override;
  postgres::Target traffic_target(const std::string& database) const override;
  postgres::Target migration_target(const std::string& database) const override;
  base::Result<Facts> facts() const override;
  std::optional<ServerLog> log() const override;
  std::optional<pid_t> postmaster_pid() const override;
  base::Status relax() override;
  base::Status make_honest() override;
  base::Status clone(const std::string& from, const std::string& name) override;
  base::Status create(const std::string& name) override;
  base::Status drop(const std::string& name) override;
  base::Status stop() override;

  // All of it is in here; gone after stop().
  const std::string& folder() const;

 private:
  struct State;
  explicit LocalCluster(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::provision
