// A private cluster from the PostgreSQL binaries of this machine: made for one run in a temporary folder, reachable by
// a Unix socket in that folder only, gone with the run.
#pragma once

#include <memory>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/private_server.hpp"

namespace pgrehearse::provision {

class LocalCluster final : public PrivateServer {
 public:
  // Returns when sessions can be opened. The calling thread must live as long as the cluster: the kernel ends the
  // server when the thread that started it ends (base::Child). So must the one that calls relax() or make_honest().
  static base::Result<std::unique_ptr<LocalCluster>> start(const ServerOptions& options,
                                                           const base::Cancellation* cancellation = nullptr);
  ~LocalCluster() override;

  bool files_are_here() const override { return true; }
  std::vector<std::string> remarks() const override;
  std::optional<pid_t> postmaster_pid() const override;
  bool can_be_saved() const override { return true; }
  base::Status save(const std::string& folder) override;
  base::Result<std::string> keep(const std::string& database) override;
  base::Status stop() override;

  // All of it is in here; gone after stop().
  const std::string& folder() const;

 private:
  struct State;
  explicit LocalCluster(std::unique_ptr<State> state);
  Place place() const override;
  std::string provider() const override { return "local"; }
  std::string storage() const override;
  base::Status start_in(Mode mode) override;
  base::Status sync_files() const override;
  base::Status bring_up();
  base::Status restore(const std::string& stored);
  base::Status configure(Mode mode);

  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::provision
