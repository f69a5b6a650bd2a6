// Distances between two columns' distributions, as their marks tell them. Pure; internal to this module.
#pragma once

#include <optional>

#include "generators/statistics.hpp"

namespace pgrehearse::profile {

// Both columns know all their values.
bool know_values(const generators::ColumnStatistics& a, const generators::ColumnStatistics& b);

// Total variation distance over the common values: half the sum of the differences of their shares, by value, or, where
// values are private, of the shares in falling order. A value that the other side does not list has there at most the
// share of the least that it lists: only what is above that counts. None: the target has no common values.
std::optional<double> common_distance(const generators::ColumnStatistics& target,
                                      const generators::ColumnStatistics& achieved, bool by_value);

// Kolmogorov-Smirnov distance of the merged distributions, over values that are not null: where values have positions
// (numbers, times) at all marks of both, else at the common values that both have. None: no values that compare.
std::optional<double> value_distance(const generators::ColumnStatistics& target,
                                     const generators::ColumnStatistics& achieved);

// What stands for it where values are private: the greatest difference in how many rows the common values hold that
// stand in the first part of the order, over all parts (0 to 1 of the values that are not null). So common values have
// to be as frequent, and to stand where the others stand. Of each that much is left out as the least on either list
// has: which ones come last on a list of some of the values is chance. None: no marks.
std::optional<double> rank_distance(const generators::ColumnStatistics& target,
                                    const generators::ColumnStatistics& achieved);

// Kolmogorov-Smirnov distance of the sampled widths. None: one side has none.
std::optional<double> width_distance(const generators::ColumnStatistics& target,
                                     const generators::ColumnStatistics& achieved);

// Kolmogorov-Smirnov distance of the lengths of the marks, common values by their share and bounds by that of the
// buckets beside them. None: no marks, or a type whose values are not as wide as their text is long.
std::optional<double> length_distance(const generators::ColumnStatistics& target,
                                      const generators::ColumnStatistics& achieved);

}  // namespace pgrehearse::profile
