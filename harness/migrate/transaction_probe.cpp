#include "harness/migrate/transaction_probe.hpp"

#include <algorithm>

namespace pgrehearse::migrate {
namespace {

constexpr const char* look_sql =
    "SELECT l.relation, l.mode, n.nspname || '.' || c.relname, c.relkind, c.relfilenode, c.reltuples, "
    "pg_catalog.pg_stat_get_xact_numscans(l.relation), pg_catalog.pg_stat_get_xact_tuples_returned(l.relation) "
    "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation "
    "LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384 "
    "AND n.nspname IS DISTINCT FROM 'pg_toast' ORDER BY l.relation, l.mode";

// A scan of all rows, not of the first few (LIMIT). The estimate of the rows may be off, and in a parallel build this
// backend counts only its own share: a third, with two workers.
constexpr double least_share_of_a_full_scan = 0.1;

}  // namespace

const Relation* TransactionProbe::find(Oid oid) const {
  if (const auto seen = seen_.find(oid); seen != seen_.end()) return &seen->second;
  if (const auto known = before_.find(oid); known != before_.end()) return &known->second;
  return nullptr;
}

bool TransactionProbe::scanned(Oid oid, const Relation& relation, Scans now) {
  const Scans last = std::exchange(scans_[oid], now);
  return relation.is_table() && before_.contains(oid) && now.count > last.count &&
         static_cast<double>(now.rows - last.rows) >= least_share_of_a_full_scan * relation.rows;
}

// Later versions are made to start from zero: flush_scan_counters().
void TransactionProbe::begin() {
  if (session_.server_version() >= 150000) return;
  const postgres::Rows rows = session_.query(
      "SELECT oid, pg_catalog.pg_stat_get_xact_numscans(oid), pg_catalog.pg_stat_get_xact_tuples_returned(oid) "
      "FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'm')");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    scans_[static_cast<Oid>(rows.integer(row, 0))] = {rows.integer(row, 1), rows.integer(row, 2)};
  }
}

Effects TransactionProbe::look() {
  const postgres::Rows rows = session_.query(look_sql);
  Effects effects;
  std::set<Oid> looked_at;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Oid oid = static_cast<Oid>(rows.integer(row, 0));
    const std::string mode = rows.string(row, 1);
    const bool dropped = rows.null(row, 2);
    if (!dropped && looked_at.insert(oid).second) {
      const Relation now{rows.string(row, 2), rows.text(row, 3).front(),
                         static_cast<std::uint64_t>(rows.integer(row, 4)), std::max(rows.number(row, 5), 0.0)};
      const Relation* last = find(oid);
      if (last != nullptr && before_.contains(oid) && now.is_table() && now.filenode != last->filenode) {
        effects.rewrites.push_back(last->name);
      }
      if (scanned(oid, now, {rows.integer(row, 6), rows.integer(row, 7)})) effects.scans.push_back(now.name);
      seen_[oid] = now;
    }
    const Relation* relation = find(oid);
    if (relation == nullptr || !held_.insert({oid, mode}).second) continue;
    // Under the old name where the transaction renamed it: that is what others wait for.
    const auto old = before_.find(oid);
    effects.locks.push_back(
        {oid, old != before_.end() ? old->second.name : relation->name, mode, old != before_.end()});
  }
  return effects;
}

Catalog TransactionProbe::after() const {
  Catalog catalog = before_;
  for (const auto& [oid, relation] : seen_) catalog[oid] = relation;
  return catalog;
}

}  // namespace pgrehearse::migrate
