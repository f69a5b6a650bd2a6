// Checks that a single column or two can be led to satisfy by limits of their own. That is better than a pool: the
// columns keep all their variety, and can be keys.
#pragma once

#include <set>
#include <vector>

#include "harness/populate/check_bench.hpp"

namespace pgrehearse::populate {

// For failing checks of one text column, such as `code = upper(code)` or `is_iban(code)`: tries forms that texts
// usually have, and gives the column the first that passes as its pattern. Throws postgres::Failure. Returns the
// positions of the columns that got one.
std::set<std::size_t> try_text_forms(CheckBench& bench, const TableFacts& facts,
                                     const std::vector<std::size_t>& failing, generators::TableShape& shape);

// For ordered pairs that a key needs, so that they cannot be pooled: divides what they hold (`sample`, by place in
// bench.columns()) in the middle. Returns the positions of the columns that were so limited.
std::set<std::size_t> divide_ordered_keys(const CheckBench& bench, const TableFacts& facts,
                                          const std::vector<CheckBench::Tuple>& sample, generators::TableShape& shape);

}  // namespace pgrehearse::populate
