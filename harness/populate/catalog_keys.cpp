// What must be unique, and what must exist elsewhere.
#include <algorithm>

#include "harness/populate/catalog_reader.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Key;

bool is_part_of(const Key& part, const Key& whole) {
  return std::all_of(part.columns.begin(), part.columns.end(), [&](std::size_t column) {
    return std::find(whole.columns.begin(), whole.columns.end(), column) != whole.columns.end();
  });
}

// Rows that differ in `part` differ in `whole`. (Where NULLs are equal, two of them in `part` may be one in `whole`.)
bool implies(const Key& part, const Key& whole) {
  return is_part_of(part, whole) && (part.nulls_not_distinct || part.primary || !whole.nulls_not_distinct);
}

// Whether values can be chosen as different as one likes.
bool is_free(const generators::TableShape& shape, std::size_t position) {
  const auto& keys = shape.foreign_keys;
  if (std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
        return std::find(key.columns.begin(), key.columns.end(), position) != key.columns.end();
      }))
    return false;
  const generators::Column& column = shape.columns[position];
  const bool wide = column.type.kind >= generators::Kind::int4 && column.type.kind <= generators::Kind::uuid;
  return wide && column.limits.allowed.empty() && column.type.length.value_or(100) >= 8;
}

}  // namespace

// The primary key stays in any case: others look for it.
void CatalogReader::add_key(std::size_t table, Key key) {
  if (key.columns.empty()) return;
  auto& keys = catalog_.shape.tables[table].keys;
  if (!key.primary && std::any_of(keys.begin(), keys.end(), [&](const Key& k) { return implies(k, key); })) return;
  std::erase_if(keys, [&](const Key& k) { return !k.primary && implies(key, k); });
  keys.push_back(std::move(key));
}

// Exclusion constraints have an index too, which is not unique. A NULL in COALESCE(a, 0) is a value like any other.
void CatalogReader::read_unique_indexes() {
  const auto rows = session_.query(R"(
      SELECT i.indrelid, c.relname, i.indisprimary,
             coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) OR pg_get_indexdef(c.oid) ~ 'COALESCE',
             ARRAY(SELECT pg_get_indexdef(c.oid, k, true) FROM generate_series(1, i.indnkeyatts) AS k)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indisunique AND i.indrelid = ANY ($1::oid[])
      ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, c.relname)",
                                   {oids()});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t table = *table_of(rows, r, 0);
    std::vector<std::vector<std::size_t>> parts;
    for (const std::string& part : rows.array(r, 4)) parts.push_back(mentioned(table, part));
    add_index_key(table, {rows.string(r, 1), {}, rows.boolean(r, 2), rows.boolean(r, 3)}, parts);
  }
}

// A part may stem from several columns: CASE WHEN a IS NULL THEN b::text ELSE a END. Whatever it makes of them, it
// differs when each of them does, so where they are free each becomes a key; that one part is then enough.
void CatalogReader::add_index_key(std::size_t table, Key key, const std::vector<std::vector<std::size_t>>& parts) {
  const auto free = [&](std::size_t column) { return is_free(catalog_.shape.tables[table], column); };
  for (const auto& part : parts) {
    if (part.size() < 2 || !std::all_of(part.begin(), part.end(), free)) continue;
    for (std::size_t column : part) add_key(table, {key.name, {column}, false, false});
    return;
  }
  std::vector<std::size_t> columns;
  for (const auto& part : parts) columns.insert(columns.end(), part.begin(), part.end());
  key.columns = stems(table, columns);
  add_key(table, std::move(key));
}

// EXCLUDE (room WITH =, during WITH &&): unique in all its columns when different ranges do not overlap, which
// generators see to. Where a part is an expression, tstzrange(a, b), the columns compared for equality must do alone.
void CatalogReader::read_exclusions() {
  const auto rows = session_.query(R"(
      SELECT x.conrelid, x.conname, x.conkey,
             ARRAY(SELECT o.oprname FROM unnest(x.conexclop) WITH ORDINALITY AS e(op, n)
                   JOIN pg_operator o ON o.oid = e.op ORDER BY e.n)
      FROM pg_constraint x WHERE x.contype = 'x' AND x.conrelid = ANY ($1::oid[]) ORDER BY x.conrelid, x.conname)",
                                   {oids()});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t table = *table_of(rows, r, 0);
    const auto attributes = rows.array(r, 2), operators = rows.array(r, 3);
    const bool plain = std::find(attributes.begin(), attributes.end(), "0") == attributes.end();
    std::vector<std::string> used;
    for (std::size_t i = 0; i < attributes.size(); ++i)
      if (plain || operators[i] == "=") used.push_back(attributes[i]);
    add_key(table, {rows.string(r, 1), stems(table, positions(table, used)), false, false});
  }
}

// A child with PRIMARY KEY (file) and a foreign key (file, folder) can only have as many rows as the parent has
// different files, and must find them: so the parent is asked to have each file once, which most of them are anyway.
void CatalogReader::support_keys_of_children() {
  std::vector<std::pair<std::size_t, Key>> wanted_keys;
  for (std::size_t child = 0; child < catalog_.tables.size(); ++child)
    for (const Key& key : catalog_.shape.tables[child].keys)
      for (const generators::ForeignKey& reference : catalog_.shape.tables[child].foreign_keys) {
        Key wanted{key.name, {}, false, false};
        for (std::size_t i = 0; i < reference.columns.size(); ++i)
          if (std::find(key.columns.begin(), key.columns.end(), reference.columns[i]) != key.columns.end())
            wanted.columns.push_back(reference.parent_columns[i]);
        const bool within = wanted.columns.size() == key.columns.size();
        if (within && wanted.columns.size() < reference.columns.size())
          wanted_keys.emplace_back(reference.parent, wanted);
      }
  for (auto& [table, key] : wanted_keys) add_key(table, std::move(key));
}

void CatalogReader::read_foreign_keys() {
  const auto rows = session_.query(R"(
      SELECT conrelid, conname, confrelid, conkey, confkey
      FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY ($1::oid[])
      ORDER BY conrelid, conname)",
                                   {oids()});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t child = *table_of(rows, r, 0);
    const auto parent = table_of(rows, r, 2);
    if (!parent) continue;  // a table of an extension, or a single partition: the check after filling tells
    catalog_.shape.tables[child].foreign_keys.push_back(
        {rows.string(r, 1), positions(child, rows.array(r, 3)), *parent, positions(*parent, rows.array(r, 4))});
  }
}

}  // namespace pgrehearse::populate
