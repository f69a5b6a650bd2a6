#include "harness/migrate/wal_meter.hpp"

#include <fmt/format.h>

namespace pgrehearse::migrate {
namespace {

// Without the statements' texts, which would be read from a file. Statements inside functions are counted with the
// statement that called them (toplevel, from 14). The role's older entries are dropped first: a reading takes 0.1 ms
// with a few entries and 2.4 ms with the 900 that a history leaves, and the migration holds its locks meanwhile.
std::string by_role_sql(postgres::Session& observer, const std::string& role) {
  // A setting that exists once the library is loaded.
  const postgres::Rows extension = observer.query(
      "SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace "
      "WHERE e.extname = 'pg_stat_statements' "
      "AND pg_catalog.current_setting('pg_stat_statements.max', true) IS NOT NULL");
  if (extension.size() == 0) return "NULL";
  const std::string schema = postgres::quote_identifier(extension.text(0, 0));
  const postgres::Rows allowed = observer.query("SELECT pg_catalog.has_function_privilege($1, 'EXECUTE')",
                                                {schema + ".pg_stat_statements_reset(oid, oid, bigint)"});
  if (!allowed.boolean(0, 0)) return "NULL";
  const postgres::Rows owner = observer.query("SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1", {role});
  if (owner.size() == 0) return "NULL";
  const std::string user = owner.string(0, 0);
  observer.query(fmt::format("SELECT {}.pg_stat_statements_reset({}, 0, 0)", schema, user));
  return fmt::format(
      "(SELECT coalesce(sum(wal_bytes), 0)::bigint FROM {}.pg_stat_statements(false) WHERE toplevel AND userid = {})",
      schema, user);
}

const char* checkpoints_sql(const postgres::Session& observer) {
  if (observer.server_version() >= 170000) {
    return "(SELECT num_timed + num_requested FROM pg_catalog.pg_stat_checkpointer)";
  }
  return "(SELECT checkpoints_timed + checkpoints_req FROM pg_catalog.pg_stat_bgwriter)";
}

}  // namespace

WalMeter::WalMeter(postgres::Session& observer, const std::string& role, bool quiet)
    : observer_(observer),
      sql_(fmt::format("SELECT {}, (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::bigint, {}",
                       by_role_sql(observer, role), checkpoints_sql(observer))),
      quiet_(quiet) {}

WalMeter::Reading WalMeter::read() {
  const postgres::Rows rows = observer_.query(sql_);
  Reading reading;
  if (!rows.null(0, 0)) reading.by_role = static_cast<std::uint64_t>(rows.integer(0, 0));
  reading.position = static_cast<std::uint64_t>(rows.integer(0, 1));
  reading.checkpoints = rows.integer(0, 2);
  return reading;
}

std::optional<std::uint64_t> WalMeter::between(const Reading& from, const Reading& to, bool failed) const {
  // The sum shrinks when entries are evicted.
  if (!failed && from.by_role && to.by_role && *to.by_role >= *from.by_role) return *to.by_role - *from.by_role;
  if (quiet_) return to.position - from.position;
  return std::nullopt;
}

std::optional<int> WalMeter::checkpoints_between(const Reading& from, const Reading& to) {
  if (to.checkpoints < from.checkpoints) return std::nullopt;
  return static_cast<int>(to.checkpoints - from.checkpoints);
}

}  // namespace pgrehearse::migrate
