// CHECK (user_id <> friend_id): two columns that may not be equal in a row, and cannot be pooled because keys or
// foreign keys choose their values.
#pragma once

#include "generators/generator.hpp"

namespace pgrehearse::populate {

// Tells the shape, where generation can keep the two apart by itself: references to the same rows, or two columns of
// one type. Where one refers to numbers and the other is a free number, the free one is moved above all those; of two
// that are parts of composite references one is NULL, if it may be. What else there may be is left to chance, and to
// the error when the table is loaded.
void keep_apart(const generators::Generator& generator, std::size_t table, generators::Different pair,
                generators::TableShape& shape);

}  // namespace pgrehearse::populate
