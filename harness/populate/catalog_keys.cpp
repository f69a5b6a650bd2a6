// What must be unique, and what must exist elsewhere.
#include <fmt/format.h>

#include <algorithm>

#include "harness/populate/catalog_reader.hpp"
#include "harness/populate/limits.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Key;

bool is_part_of(const Key& part, const Key& whole) {
  return std::all_of(part.columns.begin(), part.columns.end(), [&](std::size_t column) {
    return std::find(whole.columns.begin(), whole.columns.end(), column) != whole.columns.end();
  });
}

bool minds_nulls(const Key& key) { return key.primary || key.nulls_not_distinct || key.nulls_as_values; }

// Rows that differ in `part` differ in `whole`. (Where NULLs are equal, two of them in `part` may be one in `whole`.)
bool implies(const Key& part, const Key& whole) {
  return is_part_of(part, whole) && (minds_nulls(part) || !minds_nulls(whole));
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

// Those that hold for all rows, then the partial ones, as far as the former leave anything to them.
void CatalogReader::read_unique_indexes() {
  // Exclusion constraints have an index too, which is not unique. A NULL in COALESCE(a, 0) is a value like any other.
  const auto rows = session_.query(R"(
      SELECT i.indrelid, c.relname, i.indisprimary,
             coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false),
             ARRAY(SELECT pg_get_indexdef(c.oid, k, true) FROM generate_series(1, i.indnkeyatts) AS k),
             ARRAY(SELECT i.indkey[k - 1] FROM generate_series(1, i.indnkeyatts) AS k),
             pg_get_expr(i.indpred, i.indrelid), pg_get_indexdef(c.oid) ~ 'COALESCE'
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indisunique AND i.indrelid = ANY ($1::oid[])
      ORDER BY i.indpred IS NOT NULL, i.indrelid, i.indisprimary DESC, i.indnkeyatts, c.relname)",
                                   {oids()});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t table = *table_of(rows, r, 0);
    const auto texts = rows.array(r, 4), attributes = rows.array(r, 5);
    std::string predicate = rows.string(r, 6);
    std::vector<std::vector<std::size_t>> parts;
    for (std::size_t part = 0; part < texts.size(); ++part) {
      parts.push_back(mentioned(table, texts[part]));
      // CASE WHEN is_default THEN true END: rows for which it is NULL are as good as not in the index.
      if (predicate.empty() && !rows.boolean(r, 3) && !rows.boolean(r, 7) &&
          texts[part].find("NULL") != std::string::npos)
        predicate = fmt::format("({}) IS NOT NULL", texts[part]);
      if (attributes[part] == "0" && parts.back().size() == 1)
        catalog_.tables[table].unique_expressions.push_back({rows.string(r, 1), texts[part], parts.back().front()});
    }
    const Key index{rows.string(r, 1), {}, rows.boolean(r, 2), rows.boolean(r, 3), rows.boolean(r, 7)};
    for (Key& key : index_keys(table, index, parts)) add_partial_or_whole(table, std::move(key), predicate);
  }
}

// A part may stem from several columns: CASE WHEN a IS NULL THEN b::text ELSE a END. Whatever it makes of them, it
// differs when each of them does, so where they are free each becomes a key; that one part is then enough.
std::vector<Key> CatalogReader::index_keys(std::size_t table, Key key,
                                           const std::vector<std::vector<std::size_t>>& parts) const {
  const auto free = [&](std::size_t column) { return is_free(catalog_.shape.tables[table], column); };
  std::vector<Key> keys;
  for (const auto& part : parts) {
    if (part.size() < 2 || !std::all_of(part.begin(), part.end(), free)) continue;
    for (std::size_t column : part) keys.push_back({key.name, {column}, false, false});
    return keys;
  }
  std::vector<std::size_t> columns;
  for (const auto& part : parts) columns.insert(columns.end(), part.begin(), part.end());
  key.columns = stems(table, columns);
  keys.push_back(std::move(key));
  return keys;
}

void CatalogReader::add_partial_or_whole(std::size_t table, Key key, const std::string& predicate) {
  if (predicate.empty()) return add_key(table, std::move(key));
  const auto& keys = catalog_.shape.tables[table].keys;
  const bool kept = std::any_of(keys.begin(), keys.end(), [&](const Key& k) { return implies(k, key); });
  if (key.columns.empty() || kept) return;
  catalog_.tables[table].partial_keys.push_back({std::move(key), predicate, mentioned(table, predicate)});
}

// EXCLUDE (room WITH =, during WITH &&): unique in all its columns when different ranges do not overlap, which
// generators see to. Where a part is a range of two columns, tstzrange(starts, ends), the starts of one room are set
// apart, and each end follows its start. With other expressions the columns compared for equality must do alone.
void CatalogReader::read_exclusions() {
  const auto rows = session_.query(R"(
      SELECT x.conrelid, x.conname, x.conkey,
             ARRAY(SELECT o.oprname FROM unnest(x.conexclop) WITH ORDINALITY AS e(op, n)
                   JOIN pg_operator o ON o.oid = e.op ORDER BY e.n),
             ARRAY(SELECT pg_get_indexdef(x.conindid, k::int, true) FROM generate_series(1, cardinality(x.conkey)) AS k),
             (SELECT pg_get_expr(i.indpred, i.indrelid) FROM pg_index i WHERE i.indexrelid = x.conindid)
      FROM pg_constraint x WHERE x.contype = 'x' AND x.conrelid = ANY ($1::oid[]) ORDER BY x.conrelid, x.conname)",
                                   {oids()});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t table = *table_of(rows, r, 0);
    const auto attributes = rows.array(r, 2), operators = rows.array(r, 3), texts = rows.array(r, 4);
    const bool plain = std::find(attributes.begin(), attributes.end(), "0") == attributes.end();
    std::vector<std::string> used;
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      if (plain || operators[i] == "=") used.push_back(attributes[i]);
      if (attributes[i] != "0" || operators[i] != "&&") continue;
      if (const auto starts = range_of_two(table, texts[i])) columns.push_back(*starts);
    }
    for (std::size_t column : stems(table, positions(table, used))) columns.push_back(column);
    add_partial_or_whole(table, {rows.string(r, 1), std::move(columns), false, false}, rows.string(r, 5));
  }
}

// Ties the two columns of a range together; the one it starts with.
std::optional<std::size_t> CatalogReader::range_of_two(std::size_t table, const std::string& expression) {
  generators::TableShape& shape = catalog_.shape.tables[table];
  const auto columns = mentioned(table, expression);
  if (columns.size() != 2 || expression.substr(0, expression.find('(')).find("range") == std::string::npos) return {};
  generators::Column &starts = shape.columns[columns[0]], &ends = shape.columns[columns[1]];
  const bool free = starts.type.kind == ends.type.kind && !starts.sequence && !ends.sequence &&
                    (is_number(starts.type.kind) || is_time(starts.type.kind));
  if (!free) return {};
  constexpr std::uint64_t days = 7, hour_us = 3'600'000'000, numbers = 100;
  starts.limits.apart = starts.type.kind == generators::Kind::date ? days
                        : is_time(starts.type.kind)                ? hour_us
                                                                   : numbers;
  starts.not_null = ends.not_null = true;  // a range without an end overlaps all that come later
  shape.follows.push_back({columns[1], columns[0], false, starts.limits.apart - 1});
  return columns[0];
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
