#include "harness/migrate/scan_counters.hpp"

#include <algorithm>

namespace pgrehearse::migrate {

void flush_scan_counters(postgres::Session& session) {
  if (session.server_version() >= 150000) session.query("SELECT pg_catalog.pg_stat_force_next_flush()");
}

ScannedRows read_scanned_rows(postgres::Session& session) {
  flush_scan_counters(session);
  const postgres::Rows rows = session.query("SELECT relid, seq_tup_read FROM pg_catalog.pg_stat_user_tables");
  ScannedRows counters;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    counters[static_cast<Oid>(rows.integer(row, 0))] = rows.integer(row, 1);
  }
  return counters;
}

std::vector<std::string> scanned_between(const ScannedRows& before, const ScannedRows& after, const Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& [oid, count] : after) {
    const auto earlier = before.find(oid);
    const auto relation = catalog.find(oid);
    if (earlier == before.end() || relation == catalog.end()) continue;
    const std::int64_t read = count - earlier->second;
    if (read > 0 && static_cast<double>(read) >= 0.9 * relation->second.rows) names.push_back(relation->second.name);
  }
  return names;
}

}  // namespace pgrehearse::migrate
