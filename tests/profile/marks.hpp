// Marks of a column's statistics as tests write them.
#pragma once

#include <optional>
#include <string>

#include "generators/statistics.hpp"

namespace pgrehearse::profile {

inline generators::Mark known(std::string value, double frequency = 0) { return {std::move(value), 0, frequency}; }

// Of a value that stays private, the length alone.
inline generators::Mark hidden(std::uint32_t length, double frequency = 0) { return {std::nullopt, length, frequency}; }

}  // namespace pgrehearse::profile
