// A private server in a container of the machine's engine, from an image that keeps the contract of the official
// `postgres` image (https://hub.docker.com/_/postgres): POSTGRES_USER, POSTGRES_PASSWORD_FILE, POSTGRES_INITDB_ARGS,
// PGDATA, arguments of the server as command. Reachable on 127.0.0.1 at a port that the engine chooses, with random
// passwords that neither the process list nor `inspect` shows; gone with the run, its volume too.
#pragma once

#include <memory>
#include <string>

#include "harness/base/cancellation.hpp"
#include "harness/base/result.hpp"
#include "harness/provision/private_server.hpp"

namespace pgrehearse::provision {

class ContainerServer final : public PrivateServer {
 public:
  // Returns when the final server (not the one with which the image sets itself up) lets sessions in over TCP. Pulls
  // the image where the engine does not have it.
  static base::Result<std::unique_ptr<ContainerServer>> start(const ServerOptions& options,
                                                              const base::Cancellation* cancellation = nullptr);
  ~ContainerServer() override;

  bool files_are_here() const override { return false; }
  std::vector<std::string> remarks() const override;
  std::optional<pid_t> postmaster_pid() const override;
  base::Result<std::string> keep(const std::string& database) override;
  base::Status stop() override;

  const std::string& name() const;  // of the container

 private:
  struct State;
  explicit ContainerServer(std::unique_ptr<State> state);
  Place place() const override;
  std::string provider() const override { return "container"; }
  std::string storage() const override;
  base::Status start_in(Mode mode) override;
  base::Status sync_files() const override;
  base::Status bring_up();

  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::provision
