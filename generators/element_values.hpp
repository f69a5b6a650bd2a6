// The elements of arrays and the lexemes of text vectors as statistics describe them: the common ones with their
// shares, and rare ones, of which the statistics only show that there must be some.
#pragma once

#include <optional>
#include <string>

#include "generators/statistical_values.hpp"

namespace pgrehearse::generators {

struct ElementValues {
  StatisticalValues made;  // numbered in ascending order; the distribution is over all elements of all rows
  double per_row = 0;      // different elements a row, of rows that are not NULL

  // How many of a stretch of the distribution a row has.
  double wanted(std::size_t stretch) const { return per_row * made.distribution->mass(stretch); }
  // The number of an element, or about where it would stand; none: unknown.
  std::optional<std::uint64_t> number_of(const std::string& text) const;
};

// Those that a row has beside the common ones.
struct RareElements {
  double per_row = 0;
  double sampled = 0;                  // rows in which ANALYZE looked for common ones
  double width = 0;                    // of texts: their mean, as stored_width() counts it; 0: like the common ones
  std::vector<std::string> seen = {};  // shown elsewhere by the statistics; the rare ones lie between them as they do
};

// The rows of the column in which ANALYZE saw elements.
double rows_with_elements(const Aim& aim);

// `wanted`: of an element. None where there are no common elements, or the type's values cannot be made.
std::optional<ElementValues> make_element_values(const Wanted& wanted, const ElementStatistics& statistics,
                                                 RareElements rare);

// The sum of the common elements' shares: how many of them a row has.
double common_per_row(const ElementStatistics& statistics);
// The mean of what they take, of texts, as stored_width() counts it.
double common_width(const ElementStatistics& statistics);

}  // namespace pgrehearse::generators
