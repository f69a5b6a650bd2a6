// How wide arrays are in the row, from what the send function would give of their elements.
#pragma once

#include <cstddef>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Of an array's element, whose binary form has so many bytes: with its header and what aligns the next one
// (src/backend/utils/adt/arrayfuncs.c, pg_type.dat for alignments).
double stored_element(const Type& element, std::size_t bytes);
// Of an array that has any, before them and behind its own header: dimensions, offset, type, size, lower bound.
inline constexpr std::size_t kBeforeElements = 20;

}  // namespace pgrehearse::generators
