// How wide values are in the row, from what the type's send function would give of them.
#pragma once

#include <cstddef>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Of an array's element, whose binary form has so many bytes: with its header and what aligns the next one
// (src/backend/utils/adt/arrayfuncs.c, pg_type.dat for alignments).
double stored_element(const Type& element, std::size_t bytes);
// Of an array of elements that take so many bytes together; `with_null`: it has a bitmap for so many.
double stored_array(double elements, std::size_t with_null);

}  // namespace pgrehearse::generators
