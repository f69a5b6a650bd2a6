#include "harness/provision/existing_remains.hpp"

#include "harness/provision/databases.hpp"
#include "harness/provision/owner.hpp"
#include "harness/provision/roles.hpp"

namespace pgrehearse::provision {
namespace {

bool is_remains(const postgres::Rows& rows, std::size_t row) {
  const auto owner = read_owner(rows.string(row, 1));
  return owner && !owner->alive();
}

}  // namespace

void clear_remains(postgres::Session& session, const std::string& prefix) {
  const auto databases = session.query(
      "SELECT datname, pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database "
      "WHERE pg_catalog.starts_with(datname, $1)",
      {prefix});
  for (std::size_t row = 0; row < databases.size(); ++row) {
    if (is_remains(databases, row)) drop_database(session, databases.string(row, 0));
  }
  const auto roles = session.query(
      "SELECT rolname, pg_catalog.shobj_description(oid, 'pg_authid') FROM pg_catalog.pg_roles "
      "WHERE pg_catalog.starts_with(rolname, $1) OR pg_catalog.starts_with(rolname, $2)",
      {std::string(migration_role) + "_", std::string(traffic_role) + "_"});
  for (std::size_t row = 0; row < roles.size(); ++row) {
    // One that still owns something in a database of another prefix stays until that goes.
    if (is_remains(roles, row)) session.attempt("DROP ROLE " + postgres::quote_identifier(roles.text(row, 0)));
  }
}

}  // namespace pgrehearse::provision
