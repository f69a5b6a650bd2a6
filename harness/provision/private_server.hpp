// What the servers that are ours alone have in common, wherever their processes run: roles, databases, and the change
// between loading and measuring.
#pragma once

#include <string>

#include "harness/provision/roles.hpp"
#include "harness/provision/server.hpp"
#include "harness/provision/settings.hpp"

namespace pgrehearse::provision {

class PrivateServer : public Server {
 public:
  postgres::Target target(const std::string& database) const override;
  postgres::Target traffic_target(const std::string& database) const override;
  postgres::Target migration_target(const std::string& database) const override;
  base::Result<Facts> facts() const override;
  bool is_private() const override { return true; }
  base::Status relax() override;
  base::Status make_honest() override;
  base::Status clone(const std::string& from, const std::string& name) override;
  base::Status create(const std::string& name) override;
  base::Status drop(const std::string& name) override;

 protected:
  struct Place {
    std::string host;  // or the folder of the socket
    int port = 0;
  };
  virtual Place place() const = 0;
  virtual std::string provider() const = 0;  // for Facts
  virtual std::string storage() const = 0;   // likewise
  // Starts with the settings of `mode`, until sessions can be opened; shuts down first where it runs, in order. What a
  // relaxed server wrote is in the kernel's cache only: it is on disk before an honest one starts.
  virtual base::Status start_in(Mode mode) = 0;
  // Brings all files of the server to disk.
  virtual base::Status sync_files() const = 0;

  // After the first start of a new cluster.
  base::Status set_up();
  // After the first start of a restored one, whose administrator's password still is the old one: gives all roles
  // theirs.
  base::Status renew_passwords(const std::string& old_password);
  // The shell command; the password goes into a file in `folder`, which is ours.
  base::Result<std::string> connect_command(const std::string& folder, const std::string& database) const;

  Passwords passwords_ = random_passwords();
  Mode mode_ = Mode::relaxed;

 private:
  postgres::Target as(const char* role, const std::string& password, const std::string& database) const;
  postgres::Target errand() const;
  base::Status change_to(Mode mode);
};

}  // namespace pgrehearse::provision
