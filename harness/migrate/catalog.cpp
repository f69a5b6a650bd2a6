#include "harness/migrate/catalog.hpp"

#include <algorithm>

namespace pgrehearse::migrate {

Catalog read_catalog(postgres::Session& session) {
  const postgres::Rows rows = session.query(
      "SELECT c.oid, n.nspname || '.' || c.relname, c.relkind, c.relfilenode, c.reltuples "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.oid >= 16384 AND n.nspname <> 'pg_toast'");
  Catalog catalog;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    catalog[static_cast<Oid>(rows.integer(row, 0))] = {rows.string(row, 1), rows.text(row, 2).front(),
                                                       static_cast<std::uint64_t>(rows.integer(row, 3)),
                                                       std::max(rows.number(row, 4), 0.0)};
  }
  return catalog;
}

std::vector<std::string> rewritten(const Catalog& before, const Catalog& after) {
  std::vector<std::string> names;
  for (const auto& [oid, relation] : before) {
    const auto now = after.find(oid);
    if (!relation.is_table() || now == after.end() || now->second.filenode == relation.filenode) continue;
    names.push_back(relation.name);
  }
  return names;
}

}  // namespace pgrehearse::migrate
