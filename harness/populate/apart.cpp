#include "harness/populate/apart.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "harness/populate/limits.hpp"

namespace pgrehearse::populate {
namespace {

using generators::Different;
using generators::TableShape;

// What a column refers to, and through how many columns.
struct Reference {
  std::size_t parent = 0, column = 0, columns = 0;
  bool operator==(const Reference&) const = default;
};

std::optional<Reference> reference_of(const TableShape& shape, std::size_t column) {
  for (const auto& key : shape.foreign_keys)
    for (std::size_t i = 0; i < key.columns.size(); ++i)
      if (key.columns[i] == column) return Reference{key.parent, key.parent_columns[i], key.columns.size()};
  return std::nullopt;
}

double highest(const generators::Generator& generator, const Reference& reference) {
  double found = 0;
  for (std::uint64_t row = 0; row < generator.rows(reference.parent); ++row)
    if (const auto text = generator.text(reference.parent, row, reference.column))
      found = std::max(found, std::strtod(text->c_str(), nullptr));
  return found;
}

void move_above(const generators::Generator& generator, const Reference& reference, generators::Column& free) {
  if (!is_number(free.type.kind)) return;
  free.limits.minimum = std::max(free.limits.minimum.value_or(0), highest(generator, reference) + 1);
}

// One of the two, or none, where they may be NULL.
void take_turns(TableShape& shape, Different pair) {
  using Cell = generators::ValuePool::Cell;
  for (const auto& pool : shape.pools)
    for (std::size_t column : pool.columns)
      if (column == pair.left || column == pair.right) return;
  generators::ValuePool pool;
  pool.name = shape.columns[pair.left].name + " or " + shape.columns[pair.right].name;
  pool.columns = {pair.left, pair.right};
  if (!shape.columns[pair.right].not_null) pool.tuples.push_back({{Cell::own, {}}, {Cell::null, {}}});
  if (!shape.columns[pair.left].not_null) pool.tuples.push_back({{Cell::null, {}}, {Cell::own, {}}});
  if (!pool.tuples.empty()) shape.pools.push_back(std::move(pool));
}

}  // namespace

void keep_apart(const generators::Generator& generator, std::size_t table, Different pair, TableShape& shape) {
  const bool known = std::any_of(shape.different.begin(), shape.different.end(), [&](const Different& other) {
    return (other.left == pair.left && other.right == pair.right) ||
           (other.left == pair.right && other.right == pair.left);
  });
  if (known) return;
  const auto left = reference_of(shape, pair.left), right = reference_of(shape, pair.right);
  const bool same_type = shape.columns[pair.left].type.oid == shape.columns[pair.right].type.oid;
  const bool to_itself =
      (left && *left == Reference{table, pair.right, 1}) || (right && *right == Reference{table, pair.left, 1});
  const bool composite = (left && left->columns > 1) || (right && right->columns > 1);
  if (composite) {
    take_turns(shape, pair);
  } else if (left == right ? (left || same_type) : to_itself) {
    shape.different.push_back(pair);
  } else if (left && !right) {
    move_above(generator, *left, shape.columns[pair.right]);
  } else if (right && !left) {
    move_above(generator, *right, shape.columns[pair.left]);
  }
}

}  // namespace pgrehearse::populate
