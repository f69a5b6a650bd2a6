#include "harness/provision/existing_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "harness/base/files.hpp"
#include "harness/base/secrets.hpp"
#include "harness/provision/administration.hpp"
#include "harness/provision/databases.hpp"
#include "harness/provision/existing_permission.hpp"
#include "harness/provision/existing_remains.hpp"
#include "harness/provision/facts.hpp"
#include "harness/provision/owner.hpp"
#include "harness/provision/roles.hpp"

namespace pgrehearse::provision {
namespace {

using postgres::quote_identifier;
using postgres::quote_literal;
using postgres::Session;

// The databases that every server has; which of them lets us in is up to the server.
base::Result<std::string> maintenance_database(const postgres::Target& named) {
  base::Errors errors;
  for (const char* name : {"postgres", "template1", "defaultdb"}) {
    postgres::Target target = named;
    target.database = name;
    if (const auto session = Session::open(target))
      return std::string(name);
    else if (errors.empty())
      errors = session.errors();
  }
  errors.front().message =
      "databases are made from another one than the named, and none lets us in: " + errors.front().message;
  return errors;
}

}  // namespace

base::Result<postgres::Target> named_target(const std::string& use) {
  std::string text = use;
  if (use == "existing") {
    const char* url = std::getenv("DATABASE_URL");
    text = url == nullptr ? "" : url;
  }
  auto target = postgres::parse_target(text);
  if (!target) return target.errors();
  if (target->database.empty()) {
    return base::usage_error("an existing server needs the name of a database on it",
                             "put it into the URI (postgresql://host/rehearsal), DATABASE_URL or PGDATABASE");
  }
  target->application = "pgrehearse";
  return target;
}

struct ExistingServer::State {
  postgres::Target named;   // as the user gave it
  std::string maintenance;  // database for errands
  Rights rights;
  Owner owner;
  Passwords passwords = random_passwords();
  std::string suffix;  // of the roles that we made; empty: none
  std::vector<std::string> databases;

  postgres::Target in(const std::string& database) const {
    postgres::Target target = named;
    target.database = database;
    // Only a superuser may set these; for the others see remarks().
    if (rights.superuser) target.settings.insert({{"log_lock_waits", "on"}, {"lc_messages", "C"}});
    return target;
  }
  postgres::Target as(const char* role, const std::string& password, const std::string& database) const {
    postgres::Target target = in(database);
    if (suffix.empty()) return target;
    target.settings = {};
    target.user = role + suffix;
    target.password = password;
    return target;
  }
  template <class Work>
  base::Status errand(const std::string& doing, Work work) const {
    return administer(in(maintenance), doing, work);
  }
  base::Status make_roles();
  void make_own_roles(Session& session);
  base::Status make_database(const std::string& name, const std::string& doing, const std::string& source);
};

// A run's roles are its own, because several runs may rehearse on one server.
base::Status ExistingServer::State::make_roles() {
  if (!rights.superuser) return base::success();
  suffix = fmt::format("_{}", owner.pid);
  return errand("making the rehearsal's roles", [this](Session& session) { make_own_roles(session); });
}

void ExistingServer::State::make_own_roles(Session& session) {
  const auto make = [&](const char* role, const std::string& password, const char* attributes) {
    const std::string name = quote_identifier(role + suffix);
    session.query(fmt::format("CREATE ROLE {} LOGIN {} PASSWORD {}", name, attributes, quote_literal(password)));
    session.query(fmt::format("COMMENT ON ROLE {} IS {}", name, quote_literal(to_text(owner))));
    session.query(fmt::format("ALTER ROLE {} SET log_lock_waits = on", name));
    session.query(fmt::format("ALTER ROLE {} SET lc_messages = 'C'", name));
    return name;
  };
  make(migration_role, passwords.migration, "SUPERUSER");
  const std::string traffic = make(traffic_role, passwords.traffic, "BYPASSRLS");
  session.query(fmt::format("GRANT pg_read_all_data, pg_write_all_data TO {}", traffic));
  session.query(fmt::format("ALTER ROLE {} SET deadlock_timeout = '10ms'", traffic));
}

// The comment comes a moment later, because CREATE DATABASE runs outside transactions.
base::Status ExistingServer::State::make_database(const std::string& name, const std::string& doing,
                                                  const std::string& source) {
  return errand(doing, [&](Session& session) {
    session.query(fmt::format("CREATE DATABASE {} {}", quote_identifier(name), source));
    databases.push_back(name);
    session.query(fmt::format("COMMENT ON DATABASE {} IS {}", quote_identifier(name), quote_literal(to_text(owner))));
  });
}

base::Result<std::unique_ptr<ExistingServer>> ExistingServer::start(const ServerOptions& options) {
  auto named = named_target(options.server.use);
  if (!named) return named.errors();
  auto session = Session::open(*named);
  if (!session) return session.errors();
  const auto rights = check_permission(**session);
  if (!rights) return rights.errors();
  auto maintenance = maintenance_database(*named);
  if (!maintenance) return maintenance.errors();
  auto state = std::make_unique<State>();
  state->named = std::move(named).value();
  state->maintenance = std::move(maintenance).value();
  state->rights = *rights;
  state->owner = this_process(options.label, options.server.keep);
  const std::string prefix = state->named.database + "_";
  const auto cleared = state->errand("removing what earlier rehearsals left",
                                     [&](Session& errand_session) { clear_remains(errand_session, prefix); });
  if (!cleared) return cleared.errors();
  std::unique_ptr<ExistingServer> server(new ExistingServer(std::move(state)));
  if (auto made = server->state_->make_roles(); !made) return made.errors();
  return server;
}

ExistingServer::ExistingServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

ExistingServer::~ExistingServer() { static_cast<void>(stop().ok()); }

std::string ExistingServer::database_name(const std::string& name) const { return state_->named.database + "_" + name; }

postgres::Target ExistingServer::target(const std::string& database) const {
  return state_->in(database == "postgres" ? state_->maintenance : database);
}

postgres::Target ExistingServer::traffic_target(const std::string& database) const {
  return state_->as(traffic_role, state_->passwords.traffic, database);
}

postgres::Target ExistingServer::migration_target(const std::string& database) const {
  return state_->as(migration_role, state_->passwords.migration, database);
}

base::Result<Facts> ExistingServer::facts() const {
  Facts facts;
  const auto read =
      state_->errand("reading the server's settings", [&facts](Session& session) { facts = read_facts(session); });
  if (!read) return read.errors();
  facts.provider = "existing";
  return facts;
}

std::vector<std::string> ExistingServer::remarks() const {
  std::vector<std::string> remarks{
      "the server is not ours: its settings were taken as they are, and it was not restarted between loading and "
      "measuring"};
  if (!postmaster_pid()) {
    remarks.push_back("the server runs on another machine: what else used its CPU was not seen");
  }
  if (state_->rights.neighbours > 0) {
    remarks.push_back(
        fmt::format("{} session(s) of other databases were connected to the server: their load is in the "
                    "numbers",
                    state_->rights.neighbours));
  }
  if (!state_->rights.superuser) {
    remarks.push_back(
        "without superuser: lock waits are sampled, not logged, so that short ones may be missed and lengths are "
        "rough; "
        "traffic and migration ran under one role");
  }
  return remarks;
}

// Our own backend's parent, where the backend is a process that is visible here.
std::optional<pid_t> ExistingServer::postmaster_pid() const {
  const auto session = Session::open(state_->in(state_->maintenance));
  if (!session) return {};
  const auto stat = base::read_file(fmt::format("/proc/{}/stat", (*session)->backend_pid())).value_or("");
  const auto title = base::read_file(fmt::format("/proc/{}/cmdline", (*session)->backend_pid())).value_or("");
  const auto after_name = stat.rfind(')');
  if (after_name == std::string::npos || !title.starts_with("postgres: ")) return {};
  if (title.find(state_->maintenance) == std::string::npos) return {};
  const pid_t parent = std::atoi(stat.c_str() + after_name + 4);  // ") S <ppid>"
  return parent > 0 ? std::optional(parent) : std::nullopt;
}

base::Status ExistingServer::make_honest() {
  return state_->errand("writing a checkpoint", [](Session& session) {
    const auto denied = session.attempt("CHECKPOINT");
    if (denied && denied->sqlstate() != "42501") throw *denied;
  });
}

base::Status ExistingServer::clone(const std::string& from, const std::string& name) {
  const bool names_strategy = state_->rights.version >= 150000;
  return state_->make_database(
      name, fmt::format("copying the database {}", from),
      fmt::format("TEMPLATE {}{}", quote_identifier(from), names_strategy ? " STRATEGY FILE_COPY" : ""));
}

// From the named database where it is empty: whoever made it may have put extensions into it that we may not.
base::Status ExistingServer::create(const std::string& name) {
  const std::string source =
      state_->rights.empty ? "TEMPLATE " + quote_identifier(state_->named.database) : std::string();
  return state_->make_database(name, fmt::format("creating the database {}", name), source);
}

base::Status ExistingServer::drop(const std::string& name) {
  auto& own = state_->databases;
  if (std::find(own.begin(), own.end(), name) == own.end()) return base::success();
  const auto dropped = state_->errand(fmt::format("dropping the database {}", name),
                                      [&](Session& session) { drop_database(session, name); });
  if (dropped) std::erase(own, name);
  return dropped;
}

// The password is the user's own, and stays where they keep it.
base::Result<std::string> ExistingServer::keep(const std::string& database) {
  state_->databases.clear();
  state_->suffix.clear();
  postgres::Target target = state_->named;
  target.password.clear();
  target.application.clear();
  target.database = database;
  return fmt::format("psql \"{}\"", target.connection_string());
}

base::Status ExistingServer::stop() {
  base::Errors errors;
  const auto keep = [&errors](const base::Status& status) {
    if (!status) errors.insert(errors.end(), status.errors().begin(), status.errors().end());
  };
  for (const std::string& name : std::vector<std::string>(state_->databases)) keep(drop(name));
  if (!state_->suffix.empty() && errors.empty()) {
    const std::string suffix = std::exchange(state_->suffix, "");
    keep(state_->errand("dropping the rehearsal's roles", [&](Session& session) {
      for (const char* role : {traffic_role, migration_role}) {
        session.query("DROP ROLE IF EXISTS " + quote_identifier(role + suffix));
      }
    }));
  }
  if (!errors.empty()) return errors;
  return base::success();
}

}  // namespace pgrehearse::provision
