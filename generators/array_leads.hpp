// With which element the arrays begin that a column's statistics single out. Arrays are ordered by their first
// elements, so that this tells where in the column's order arrays with a first element stand.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "generators/array_text.hpp"
#include "generators/element_values.hpp"

namespace pgrehearse::generators {

// A mark as an array.
struct MarkedArray {
  std::optional<ArrayElements> known;  // none: private
  std::size_t length = 0;              // of the text form in characters
  double mass = 0;                     // share of the non-null rows; 0: a bound of the histogram
  double before = 0;                   // the share of rows that stand before it
  bool empty = false;                  // {}
  bool single = false;                 // has one element
  std::uint64_t lead = 0;              // number of the first element; not of empty ones
};

// Sets `empty`, `single` and `lead`, which ascend. `lengths`: of the common elements, by stretch of the elements; 0: of
// rare ones; `single`: the share of the non-null rows with one element. Private ones are taken to be single where they
// are short enough, the shortest first, as far as that share goes. They get elements that are frequent enough, of
// fitting length, and in the order of both: as often alone as their shares of all elements let expect.
void find_leads(std::vector<MarkedArray>& marks, const ElementValues& elements, const std::vector<std::size_t>& lengths,
                double single);

}  // namespace pgrehearse::generators
