#include "generators/able_parts.hpp"

#include <algorithm>

namespace pgrehearse::generators {
namespace {

using What = Part::What;

bool contains(const std::vector<std::size_t>& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

bool given_by_pool(const TableShape& shape, std::size_t column) {
  for (const ValuePool& pool : shape.pools)
    for (std::size_t i = 0; i < pool.columns.size(); ++i)
      if (pool.columns[i] == column && std::any_of(pool.tuples.begin(), pool.tuples.end(), [&](const auto& tuple) {
            return tuple[i].cell == ValuePool::Cell::value;
          }))
        return true;
  return false;
}

// Whether the parent's columns that the key shares are a key of the parent.
bool identifies_parent(const DatabaseShape& database, const ForeignKey& reference, const Key& key) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < reference.columns.size(); ++i)
    if (contains(key.columns, reference.columns[i])) known.push_back(reference.parent_columns[i]);
  if (known.size() == reference.columns.size()) return true;
  const auto& keys = database.tables[reference.parent].keys;
  return std::any_of(keys.begin(), keys.end(), [&](const Key& parent_key) {
    return std::all_of(parent_key.columns.begin(), parent_key.columns.end(),
                       [&](std::size_t column) { return contains(known, column); });
  });
}

bool is_able(const DatabaseShape& database, std::size_t table, const Part& part, const Key& key) {
  const TableShape& shape = database.tables[table];
  if (part.what == What::value) return !given_by_pool(shape, part.index);
  if (part.what == What::itself) return false;
  const ForeignKey& reference = shape.foreign_keys[part.index];
  const bool chosen = part.what == What::reference ? !part.in_turn : part.group && reference.parent != table;
  return chosen && identifies_parent(database, reference, key);
}

}  // namespace

std::vector<Part*> able_parts(const DatabaseShape& shape, std::size_t table, std::vector<Part>& parts, const Key& key) {
  std::vector<Part*> able;
  for (Part& part : parts)
    if (std::any_of(part.columns.begin(), part.columns.end(),
                    [&](std::size_t c) { return contains(key.columns, c); }) &&
        is_able(shape, table, part, key))
      able.push_back(&part);
  return able;
}

}  // namespace pgrehearse::generators
