// A scenario at other sizes: for estimates.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::app {

// "users=40M"
struct SizeTarget {
  std::string table;
  std::uint64_t rows = 0;
};
base::Result<SizeTarget> parse_size_target(const std::string& text);

// How many rows the scenario gives the table. An error where that is a ratio to another table, which then is the one
// to name.
base::Result<std::uint64_t> rows_of(const scenario::Data& data, const std::string& table);

// `largest` and smaller sizes, each a third of the next; ascending. At least three, and `count` unless they would go
// below 1,000 rows, where fixed costs hide the growth.
std::vector<std::uint64_t> geometric_sizes(std::uint64_t largest, std::size_t count);

// All absolute row counts, and the shape's scale, times (rows / rows_of(table)), at least 1: the tables keep their
// proportions.
scenario::Data scaled_to(scenario::Data data, const std::string& table, std::uint64_t rows);

}  // namespace pgrehearse::app
