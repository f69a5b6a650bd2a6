#include "harness/provision/private_server.hpp"

#include <fmt/format.h>

#include "harness/provision/administration.hpp"
#include "harness/provision/databases.hpp"
#include "harness/provision/facts.hpp"
#include "harness/provision/private_folder.hpp"

namespace pgrehearse::provision {

postgres::Target PrivateServer::as(const char* role, const std::string& password, const std::string& database) const {
  const Place at = place();
  return {.host = at.host,
          .port = at.port,
          .database = database,
          .user = role,
          .password = password,
          .application = "pgrehearse",
          .settings = {}};
}

postgres::Target PrivateServer::target(const std::string& database) const {
  return as(administrator_role, passwords_.administrator, database);
}

postgres::Target PrivateServer::traffic_target(const std::string& database) const {
  return as(traffic_role, passwords_.traffic, database);
}

postgres::Target PrivateServer::migration_target(const std::string& database) const {
  return as(migration_role, passwords_.migration, database);
}

// Without the library the setting is a placeholder that nobody reads; with it, it keeps passwords out of the
// statistics.
postgres::Target PrivateServer::errand() const {
  auto administrator = target("postgres");
  administrator.settings["pg_stat_statements.track"] = "none";
  return administrator;
}

base::Status PrivateServer::set_up() {
  return administer(errand(), "setting up the server's roles", [this](postgres::Session& session) {
    create_roles(session, passwords_);
    const auto offered =
        session.query("SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = 'pg_stat_statements'");
    if (offered.size() > 0) session.query("CREATE EXTENSION pg_stat_statements");
  });
}

base::Status PrivateServer::renew_passwords(const std::string& old_password) {
  postgres::Target target = errand();
  target.password = old_password;
  return administer(target, "setting the roles' passwords", [this](postgres::Session& session) {
    for (const auto& [role, password] :
         {std::pair(migration_role, passwords_.migration), std::pair(traffic_role, passwords_.traffic),
          std::pair(administrator_role, passwords_.administrator)}) {
      session.query(fmt::format("ALTER ROLE {} PASSWORD {}", postgres::quote_identifier(role),
                                postgres::quote_literal(password)));
    }
  });
}

// In ~/.pgpass's form; every part of ours is free of colons and backslashes.
base::Result<std::string> PrivateServer::connect_command(const std::string& folder, const std::string& database) const {
  const std::string file = folder + "/pgpass";
  const std::string line = fmt::format("*:*:*:{}:{}\n", administrator_role, passwords_.administrator);
  if (auto written = write_server_file(file, line, ourselves()); !written) return written.errors();
  const Place at = place();
  return fmt::format("PGPASSFILE={} psql -h {} -p {} -U {} {}", file, at.host, at.port, administrator_role, database);
}

base::Result<Facts> PrivateServer::facts() const {
  Facts facts;
  const auto read = administer(errand(), "reading the server's settings",
                               [&facts](postgres::Session& session) { facts = read_facts(session); });
  if (!read) return read.errors();
  facts.provider = provider();
  facts.storage = storage();
  return facts;
}

base::Status PrivateServer::change_to(Mode mode) {
  if (mode_ == mode) return base::success();
  return start_in(mode);
}

base::Status PrivateServer::relax() { return change_to(Mode::relaxed); }

base::Status PrivateServer::make_honest() {
  if (auto changed = change_to(Mode::honest); !changed) return changed;
  return administer(errand(), "writing a checkpoint", [](postgres::Session& session) { session.query("CHECKPOINT"); });
}

base::Status PrivateServer::clone(const std::string& from, const std::string& name) {
  const auto cloned = administer(errand(), fmt::format("copying the database {}", from),
                                 [&](postgres::Session& session) { clone_database(session, from, name); });
  if (!cloned || mode_ == Mode::relaxed) return cloned;
  return sync_files();
}

base::Status PrivateServer::create(const std::string& name) {
  return administer(errand(), fmt::format("creating the database {}", name),
                    [&](postgres::Session& session) { create_database(session, name); });
}

base::Status PrivateServer::drop(const std::string& name) {
  return administer(errand(), fmt::format("dropping the database {}", name),
                    [&](postgres::Session& session) { drop_database(session, name); });
}

}  // namespace pgrehearse::provision
