// How wide arrays are in their rows.
#pragma once

#include "generators/recipe_arrays.hpp"

namespace pgrehearse::generators {

struct ArrayWidths {
  double mean = 0;     // as pg_stats.avg_width counts it
  double element = 0;  // the mean of an element, in its array
  double pairs = 0;    // of different elements of those that are not common, a row
};

// Of a sample. `beside`: what the row's other columns take.
ArrayWidths widths_of(const RecipeArrays& arrays, double beside);

}  // namespace pgrehearse::generators
