// Which columns may be NULL, and in what share of the rows, as far as keys leave it to them.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Refers to its argument, which must outlive it.
class NullShares {
 public:
  explicit NullShares(const DatabaseShape& shape);

  // Whether the column itself has nothing against it. Those that foreign keys point at are never NULL, so that every
  // row can be a parent.
  bool allowed(std::size_t table, std::size_t column) const {
    return !shape_.tables[table].columns[column].not_null && !referenced_.contains({table, column});
  }
  // Whether a pool says when it is.
  bool pooled(std::size_t table, std::size_t column) const;
  // Of columns that are NULL together: the user knows best, then the statistics, then the name.
  double fraction(std::size_t table, const std::vector<std::size_t>& columns) const;

 private:
  const DatabaseShape& shape_;
  std::set<std::pair<std::size_t, std::size_t>> referenced_;  // table, column
};

}  // namespace pgrehearse::generators
