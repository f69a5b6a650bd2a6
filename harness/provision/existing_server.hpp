// A server that others run: a staging clone, a managed database. The user names a database on it (see
// existing_permission.hpp); the rehearsal's own databases stand beside it, named "<that>_<ours>" and commented with
// their owner, and are dropped in the end, as are the roles that were made where the role is a superuser.
//
// Nothing of the server's configuration is changed: no restart, no ALTER SYSTEM. Settings of the scenario do not apply.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/provision/server.hpp"

namespace pgrehearse::provision {

// The database that the user means, named in so many words, never by an environment that happens to be there. `use` is
// a connection text, or "existing": DATABASE_URL, else PGHOST and friends.
base::Result<postgres::Target> named_target(const std::string& use);

class ExistingServer final : public Server {
 public:
  // `options.server.use` as for named_target().
  static base::Result<std::unique_ptr<ExistingServer>> start(const ServerOptions& options);
  ~ExistingServer() override;

  std::string database_name(const std::string& name) const override;
  postgres::Target target(const std::string& database) const override;
  postgres::Target traffic_target(const std::string& database) const override;
  postgres::Target migration_target(const std::string& database) const override;
  base::Result<Facts> facts() const override;
  bool is_private() const override { return false; }
  bool files_are_here() const override { return false; }
  std::vector<std::string> remarks() const override;
  std::optional<pid_t> postmaster_pid() const override;
  base::Status relax() override { return base::success(); }
  base::Status make_honest() override;
  base::Status clone(const std::string& from, const std::string& name) override;
  base::Status create(const std::string& name) override;
  base::Status drop(const std::string& name) override;
  base::Result<std::string> keep(const std::string& database) override;
  base::Status stop() override;

 private:
  struct State;
  explicit ExistingServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::provision
