// How many ways there are to choose a part of a row, given how many rows each table gets.
#pragma once

#include <cstdint>
#include <vector>

#include "generators/layout.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {

// What planning knows so far. Refers to its arguments, which must outlive it.
class Choices {
 public:
  Choices(const DatabaseShape& shape, const Layout& layout, const std::vector<std::uint64_t>& rows)
      : shape_(shape), layout_(layout), rows_(rows) {}

  std::uint64_t rows(std::size_t table) const { return rows_[table]; }
  // Rows of the parent that a reference may point at.
  std::uint64_t parents(std::size_t table, const Part& part) const;
  // Where only some rows that already stand can be pointed at (the others have NULL in a key): these. Else empty.
  std::vector<std::uint64_t> usable_parents(std::size_t table, const Part& part) const;
  // The rows of the smallest table that follows `root` in turn.
  std::uint64_t group_size(std::size_t root) const;
  // How many rows of its parent a sibling can choose from at least, whatever the other reference chose.
  std::uint64_t siblings(std::size_t table, const Part& part) const;
  // The errors name the column.
  base::Result<ValuesPtr> values(std::size_t table, std::size_t column, bool distinct) const;
  // What the column asks of its values; `limits` holds those that it refers to.
  Wanted wanted(std::size_t table, std::size_t column, bool distinct, Limits& limits) const;

 private:
  const DatabaseShape& shape_;
  const Layout& layout_;
  const std::vector<std::uint64_t>& rows_;
};

}  // namespace pgrehearse::generators
