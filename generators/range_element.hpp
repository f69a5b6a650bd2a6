// What a range is of.
#pragma once

#include <optional>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Of a range type. None: of values that are no whole numbers of some unit (see quantity.hpp), or unknown ones.
std::optional<Type> range_element(const Type& range);

// Where nobody knows better, ranges of such elements are one to ten times so many units long.
inline constexpr std::uint64_t kUsualSteps = 10;
std::int64_t range_step(Kind element);

}  // namespace pgrehearse::generators
