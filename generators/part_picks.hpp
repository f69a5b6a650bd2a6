// From how a part of a row is to be chosen to the pick that does it.
#pragma once

#include <map>

#include "generators/choices.hpp"
#include "generators/pick.hpp"

namespace pgrehearse::generators {

// Refers to its arguments, which must outlive it. Not thread-safe.
class PartPicks {
 public:
  PartPicks(const DatabaseShape& shape, const Layout& layout, const Choices& choices)
      : shape_(shape), layout_(layout), choices_(choices) {}

  // Never NULL, but where a self-reference or sibling that need not have a value (`required`) finds no row.
  PickPtr value(std::size_t table, std::size_t part, const Values& values);
  PickPtr reference(std::size_t table, std::size_t part, bool required);
  // Whose values the part's numbers stand for: its own column's, or those of the column that it must differ from.
  std::size_t values_column(std::size_t table, std::size_t part) const;
  bool distinct_values(std::size_t table, std::size_t part) const;
  base::Seed seed(std::size_t table, const Part& part) const;

 private:
  PickPtr open_value(const Column& column, std::size_t table, const Values& values, base::Seed seed) const;
  PickPtr counted_sibling(std::size_t table, const Part& part, base::Seed own);
  PickPtr open_reference(const Part& part, std::size_t table, bool required, base::Seed seed);
  PickPtr unmapped_reference(std::size_t table, std::size_t part, bool required);

  const DatabaseShape& shape_;
  const Layout& layout_;
  const Choices& choices_;
};

}  // namespace pgrehearse::generators
