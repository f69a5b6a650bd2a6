#include "harness/migrate/tracking_table.hpp"

#include <fmt/format.h>

#include "harness/postgres/session.hpp"

namespace pgrehearse::migrate {

std::optional<std::string> tracking_table(const std::string& format) {
  if (format == "diesel") return "__diesel_schema_migrations";
  if (format == "golang-migrate") return "schema_migrations";
  return std::nullopt;
}

std::string create_tracking_table(const std::string& format) {
  if (format == "diesel") {  // diesel/src/migration/mod.rs, CREATE_MIGRATIONS_TABLE
    return "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations ("
           "version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";
  }
  if (format == "golang-migrate") {  // database/postgres/postgres.go, ensureVersionTable
    return "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint not null primary key, dirty boolean not null)";
  }
  return {};
}

std::string note_applied(const std::string& format, const std::string& schema, const Migration& migration) {
  const auto name = tracking_table(format);
  if (!name) return {};
  const std::string table = postgres::quote_qualified(schema, *name);
  const std::string version = postgres::quote_literal(migration.version);
  if (format == "diesel") return fmt::format("INSERT INTO {} (version) VALUES ({})", table, version);
  return fmt::format("TRUNCATE {0}; INSERT INTO {0} (version, dirty) VALUES ({1}, false)", table, version);
}

}  // namespace pgrehearse::migrate
