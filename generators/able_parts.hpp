// Which parts of a table's rows, being different, make a key different.
#pragma once

#include <algorithm>
#include <vector>

#include "generators/layout.hpp"

namespace pgrehearse::generators {

// Of `parts`, which are those of shape.tables[table]: values, and references to rows of which the key has enough to
// tell them apart. In their order, and into `parts`.
std::vector<Part*> able_parts(const DatabaseShape& shape, std::size_t table, std::vector<Part>& parts, const Key& key);

inline bool holds(const std::vector<Part*>& parts, const Part& part) {
  return std::find(parts.begin(), parts.end(), &part) != parts.end();
}

}  // namespace pgrehearse::generators
