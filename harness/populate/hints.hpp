// Checks that a single column or two can be led to satisfy by limits of their own, or by what ties them to each other.
// That is better than a pool: the columns keep all their variety, and can be keys.
#pragma once

#include <set>
#include <vector>

#include "harness/populate/check_bench.hpp"

namespace pgrehearse::populate {

// Forms that texts usually have, as regular expressions; those with the most different values first.
std::vector<const char*> text_patterns();

// For failing checks of one text or json column, such as `code = upper(code)` or `jsonb_typeof(tags) = 'array'`: tries
// forms that texts or documents usually have, and gives the column the first that passes as its pattern. Throws
// postgres::Failure. Returns the positions of the columns that got one.
std::set<std::size_t> try_text_forms(CheckBench& bench, const TableFacts& facts,
                                     const std::vector<std::size_t>& failing, generators::TableShape& shape);

// For ordered pairs that a key needs, so that they cannot be pooled: divides what they hold (`sample`, by place in
// bench.columns()) in the middle. Returns the positions of the columns that were so limited.
std::set<std::size_t> divide_ordered_keys(const CheckBench& bench, const TableFacts& facts,
                                          const std::vector<CheckBench::Tuple>& sample, generators::TableShape& shape);

// For failing checks such as `starts < ends`: where both are foreign keys to one column, the pair is kept in order;
// where one is a free number, date or time, it follows the other. Returns the positions of the columns of such pairs.
std::set<std::size_t> keep_in_order(const TableFacts& facts, const std::vector<std::size_t>& failing,
                                    generators::TableShape& shape);

}  // namespace pgrehearse::populate
