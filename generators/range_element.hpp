// What a range is of.
#pragma once

#include <optional>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Of a range type. None: of values that are no whole numbers of some unit (see quantity.hpp), or unknown ones.
std::optional<Type> range_element(const Type& range);

}  // namespace pgrehearse::generators
