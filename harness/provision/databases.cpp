#include "harness/provision/databases.hpp"

#include <fmt/format.h>

#include "harness/base/wait_until.hpp"

namespace pgrehearse::provision {
namespace {

using postgres::quote_identifier;

// pg_reload_conf() only asks for it: the setting holds in this session once the postmaster has told it.
void reload_until_fsync_is(postgres::Session& session, const char* wanted) {
  session.query("SELECT pg_reload_conf()");
  base::wait_until([&] { return session.query("SHOW fsync").text(0, 0) == wanted; }, std::chrono::seconds(10),
                   std::chrono::milliseconds(1));
}

// fsync off for as long as this lives, on a server where it is on.
class WithoutFsync {
 public:
  explicit WithoutFsync(postgres::Session& session)
      : session_(session), needed_(session.query("SHOW fsync").text(0, 0) == "on") {
    if (!needed_) return;
    session_.query("ALTER SYSTEM SET fsync = off");
    reload_until_fsync_is(session_, "off");
  }
  void end() {
    if (!std::exchange(needed_, false)) return;
    session_.query("ALTER SYSTEM RESET fsync");
    reload_until_fsync_is(session_, "on");
  }
  // On the way out of a failure: what cannot be done because the connection is lost is not worth a second failure.
  ~WithoutFsync() {
    try {
      end();
    } catch (const postgres::Failure&) {
    }
  }

 private:
  postgres::Session& session_;
  bool needed_;
};

// What FORCE does not end: a prepared transaction, which only a session in its database can.
void roll_back_prepared(postgres::Session& session, const std::string& name) {
  const auto left = session.query("SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = $1", {name});
  if (left.size() == 0) return;
  postgres::Target target = session.target();
  target.database = name;
  const auto inside = postgres::Session::open(target);
  for (std::size_t i = 0; inside && i < left.size(); ++i) {
    (*inside)->attempt("ROLLBACK PREPARED " + postgres::quote_literal(left.text(i, 0)));
  }
}

}  // namespace

void create_database(postgres::Session& session, const std::string& name) {
  session.query("CREATE DATABASE " + quote_identifier(name));
}

void drop_database(postgres::Session& session, const std::string& name) {
  roll_back_prepared(session, name);
  session.query(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_identifier(name)));
}

// Before 15 copying files was the only way and had no name.
void clone_database(postgres::Session& session, const std::string& from, const std::string& name) {
  const bool names_strategy = session.server_version() >= 150000;
  WithoutFsync while_copying(session);
  session.query(fmt::format("CREATE DATABASE {} TEMPLATE {}{}", quote_identifier(name), quote_identifier(from),
                            names_strategy ? " STRATEGY FILE_COPY" : ""));
  while_copying.end();
  session.query("CHECKPOINT");
}

}  // namespace pgrehearse::provision
