#include "harness/load/provoked_vacuum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace pgrehearse::load {
namespace {

constexpr const char* changed_options =
    "autovacuum_enabled, autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay, "
    "autovacuum_vacuum_cost_limit, autovacuum_freeze_max_age";
constexpr const char* options_query = R"(
    SELECT coalesce(string_agg(format('%s = %L', o.option_name, o.option_value), ', '), '')
    FROM pg_catalog.pg_class c, pg_catalog.pg_options_to_table(c.reloptions) o
    WHERE c.oid = $1::oid AND o.option_name = ANY (string_to_array($2, ', ')))";

// The least that autovacuum_freeze_max_age takes.
constexpr int least_freeze_age = 100'000;

}  // namespace

ProvokedVacuum::ProvokedVacuum(postgres::Session& session, std::string table_oid, base::Duration hold, bool wraparound)
    : session_(session), table_oid_(std::move(table_oid)), hold_(hold), wraparound_(wraparound) {
  options_before_ = session_.query(options_query, {table_oid_, changed_options}).string(0, 0);
}

std::string ProvokedVacuum::table() const {
  const auto found = session_.query(
      "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
      {table_oid_});
  return found.size() == 0 ? std::string() : found.string(0, 0);
}

// One row a page, of twice the pages that a worker can visit in the time.
void ProvokedVacuum::leave_work(postgres::Session& session) {
  const auto pages = std::clamp<std::int64_t>(2 * hold_ / std::chrono::milliseconds(100), 50, 20'000);
  const auto column = session_.query(
      "SELECT quote_ident(attname) FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attnum > 0 "
      "AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a' ORDER BY attnum LIMIT 1",
      {table_oid_});
  if (column.size() == 0) return;
  session.query(
      fmt::format("BEGIN; UPDATE {0} SET {1} = {1} WHERE ctid = ANY (ARRAY(SELECT format('(%s,1)', page)::tid FROM "
                  "generate_series(0, least({2}, pg_relation_size({3}) / current_setting('block_size')::int8) - 1) "
                  "page)); ROLLBACK",
                  table(), column.text(0, 0), pages, table_oid_));
}

void ProvokedVacuum::call_worker(postgres::Session& session) {
  completed_before_ = completed();
  if (wraparound_) use_up_transactions(session);
  const std::string condition = wraparound_ ? fmt::format("autovacuum_freeze_max_age = {}", least_freeze_age)
                                            : "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0";
  options_changed_ = true;
  session.query(
      fmt::format("ALTER TABLE {} SET (autovacuum_enabled = true, autovacuum_vacuum_cost_delay = 100, "
                  "autovacuum_vacuum_cost_limit = 1, {})",
                  table(), condition));
  naptime_changed_ = true;
  session.query("ALTER SYSTEM SET autovacuum_naptime = '1s'");
  session.query("SELECT pg_reload_conf()");
}

// A transaction that only takes its number writes next to nothing.
void ProvokedVacuum::use_up_transactions(postgres::Session& session) const {
  const auto age =
      session_.query("SELECT age(relfrozenxid) FROM pg_catalog.pg_class WHERE oid = $1::oid", {table_oid_});
  const std::int64_t missing = least_freeze_age + 1000 - age.integer(0, 0);
  if (missing <= 0) return;
  session.query("SET synchronous_commit = off");
  session.query(
      fmt::format("DO $$ BEGIN FOR i IN 1..{} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$", missing));
}

void ProvokedVacuum::call_no_more() {
  if (!naptime_changed_) return;
  session_.query("ALTER SYSTEM RESET autovacuum_naptime");
  session_.query("SELECT pg_reload_conf()");
  naptime_changed_ = false;
}

std::int64_t ProvokedVacuum::completed() const {
  const auto found =
      session_.query("SELECT autovacuum_count FROM pg_catalog.pg_stat_all_tables WHERE relid = $1::oid", {table_oid_});
  return found.size() == 0 ? 0 : found.integer(0, 0);
}

bool ProvokedVacuum::was_completed() const { return completed() > completed_before_; }

void ProvokedVacuum::restore() {
  call_no_more();
  while (options_changed_ && !restore_options()) session_.query("SELECT pg_sleep(0.2)");
}

// The migration may have the table's lock, and for long; so may a worker that came after all.
bool ProvokedVacuum::restore_options() {
  const std::string name = table();
  if (name.empty()) return true;
  session_.query("SELECT pg_cancel_backend(pid) FROM pg_catalog.pg_stat_progress_vacuum WHERE relid = $1::oid",
                 {table_oid_});
  std::string sql = fmt::format("SET lock_timeout = '20ms'; BEGIN; ALTER TABLE {} RESET ({})", name, changed_options);
  if (!options_before_.empty()) sql += fmt::format("; ALTER TABLE {} SET ({})", name, options_before_);
  const auto failure = session_.attempt(sql + "; COMMIT");
  if (!failure) return true;
  session_.attempt("ROLLBACK");
  return failure->connection_lost() || !(failure->sqlstate() == "55P03" || failure->sqlstate() == "40P01");
}

}  // namespace pgrehearse::load
