#include "harness/provision/existing_permission.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "harness/provision/binaries.hpp"

namespace pgrehearse::provision {
namespace {

using postgres::Session;

const std::string empty_database_hint =
    "make an empty database for rehearsals (createdb rehearsal) and name that; it stays as it is";

// Everything of the user's that a database can hold: relations (foreign tables too), types, routines, schemas and
// foreign servers; members of extensions aside.
constexpr const char* contents = R"(
  WITH members AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'),
  found AS (
    SELECT CASE c.relkind WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                          WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind,
           format('%I.%I', n.nspname, c.relname) AS name, 'pg_class'::regclass AS classid, c.oid AS objid
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, 'pg_proc'::regclass, p.oid
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 'type', t.oid::regtype::text, 'pg_type'::regclass, t.oid
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e', 'r') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 'schema', quote_ident(n.nspname), 'pg_namespace'::regclass, n.oid FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public')
    UNION ALL
    SELECT 'foreign server', quote_ident(s.srvname), 'pg_foreign_server'::regclass, s.oid
    FROM pg_catalog.pg_foreign_server s)
  SELECT kind, name FROM found f
  WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = f.classid AND m.objid = f.objid)
  ORDER BY kind = 'foreign table' DESC, kind, name)";

std::string count_and_examples(const postgres::Rows& rows) {
  std::vector<std::string> names;
  for (std::size_t row = 0; row < std::min<std::size_t>(rows.size(), 3); ++row) {
    names.push_back(rows.string(row, 0) + " " + rows.string(row, 1));
  }
  return fmt::format("{} object{}: {}{}", rows.size(), rows.size() == 1 ? "" : "s", fmt::join(names, ", "),
                     rows.size() > 3 ? ", ..." : "");
}

bool is_marked(Session& session) {
  const auto rows = session.query(
      "SELECT pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database "
      "WHERE datname = current_database()");
  return rows.text(0, 0) == permission_mark;
}

// Roles of other sessions are visible to everybody, what they do is not.
std::string other_sessions(Session& session) {
  const auto rows = session.query(
      "SELECT format('%s%s', usename, CASE WHEN coalesce(application_name, '') = '' THEN '' "
      "ELSE ' (' || application_name || ')' END) FROM pg_catalog.pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid() AND leader_pid IS NULL "
      "AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY 1");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < std::min<std::size_t>(rows.size(), 5); ++row) names.push_back(rows.string(row, 0));
  if (names.empty()) return "";
  return fmt::format("{} other session{}: {}{}", rows.size(), rows.size() == 1 ? "" : "s", fmt::join(names, ", "),
                     rows.size() > 5 ? ", ..." : "");
}

class Refusals {
 public:
  void add(bool refused, std::string message, std::string hint) {
    if (refused) errors_.push_back(base::environment_error(std::move(message), std::move(hint)));
  }
  void add(const base::Status& status) {
    if (!status) errors_.insert(errors_.end(), status.errors().begin(), status.errors().end());
  }
  base::Errors take() { return std::move(errors_); }

 private:
  base::Errors errors_;
};

base::Result<Rights> ask(Session& session) {
  postgres::Target named = session.target();
  named.database = session.query("SELECT current_database()").string(0, 0);
  const std::string& database = named.database;
  Rights rights;
  rights.version = session.server_version();
  const auto role =
      session.query("SELECT rolsuper, rolcreatedb, rolname FROM pg_catalog.pg_roles WHERE rolname = current_user");
  rights.superuser = role.boolean(0, 0);

  Refusals refusals;
  refusals.add(
      refuse_production(named, "rehearse on another server, in a database whose name does not say production"));
  refusals.add(
      rights.version / 10000 < oldest_supported_major,
      fmt::format("the server is PostgreSQL {}: {} or newer is needed", rights.version / 10000, oldest_supported_major),
      "");
  refusals.add(session.query("SELECT pg_catalog.pg_is_in_recovery()").boolean(0, 0),
               "the server is a standby: nothing can be written there", "name its primary's staging copy");
  refusals.add(!rights.superuser && !role.boolean(0, 1),
               fmt::format("the role {} may not create databases", role.string(0, 2)),
               fmt::format("ALTER ROLE {} CREATEDB: each pass needs a copy of the filled database",
                           postgres::quote_identifier(role.text(0, 2))));
  const auto found = session.query(contents);
  rights.empty = found.size() == 0;
  refusals.add(!rights.empty && !is_marked(session),
               fmt::format("the database {} is not empty ({})", database, count_and_examples(found)),
               empty_database_hint + fmt::format("; or allow this one: COMMENT ON DATABASE {} IS {}",
                                                 postgres::quote_identifier(database),
                                                 postgres::quote_literal(permission_mark)));
  rights.neighbours = static_cast<int>(
      session
          .query("SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname <> current_database() AND "
                 "coalesce(backend_type, 'client backend') = 'client backend'")
          .integer(0, 0));
  const std::string others = other_sessions(session);
  refusals.add(!others.empty(), fmt::format("the database {} is in use by {}", database, others),
               "end them, or name a database that nobody uses");
  if (auto errors = refusals.take(); !errors.empty()) return errors;
  return rights;
}

}  // namespace

base::Status refuse_production(const postgres::Target& target, const std::string& hint) {
  base::Errors refusals;
  for (const std::string& name : {target.host, target.database}) {
    if (!named_like_production(name)) continue;
    refusals.push_back(base::environment_error(fmt::format("'{}' is named like production", name), hint));
  }
  if (!refusals.empty()) return refusals;
  return base::success();
}

bool named_like_production(const std::string& name) {
  static const std::vector<std::string> words{"prod", "prd", "production", "live", "primary"};
  std::string word;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const auto c = i < name.size() ? static_cast<unsigned char>(name[i]) : static_cast<unsigned char>('-');
    if (std::isalpha(c)) {
      word += static_cast<char>(std::tolower(c));
      continue;
    }
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
    word.clear();
  }
  return false;
}

base::Result<Rights> check_permission(Session& session) {
  try {
    return ask(session);
  } catch (const postgres::Failure& failure) {
    return postgres::to_error(failure, "looking at the existing server");
  }
}

}  // namespace pgrehearse::provision
