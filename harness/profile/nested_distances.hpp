// Distances between what two columns' values hold, as statistics tell it: elements of arrays and text vectors, bounds
// of ranges. Pure; internal to this module. None: one side does not tell.
#pragma once

#include <optional>

#include "generators/statistics.hpp"

namespace pgrehearse::profile {

// The sum of the differences of the shares of rows that hold each common element, over the sum of all these shares: 0
// to 1. By element, or, where they are private, by shares in falling order. An element that the other side does not
// list has there at most the share of the least that it lists: only what is above that counts.
std::optional<double> element_distance(const generators::ColumnStatistics& target,
                                       const generators::ColumnStatistics& achieved);

// Kolmogorov-Smirnov distance of the numbers of different elements.
std::optional<double> count_distance(const generators::ColumnStatistics& target,
                                     const generators::ColumnStatistics& achieved);

// The greatest of: the Kolmogorov-Smirnov distance of the ranges' lengths, those of their lower and of their upper
// bounds (where both sides know them, as numbers or times), and the difference of the shares of empty ranges.
std::optional<double> range_distance(const generators::ColumnStatistics& target,
                                     const generators::ColumnStatistics& achieved);

}  // namespace pgrehearse::profile
