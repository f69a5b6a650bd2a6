// When a series of measurements says nothing about a larger size. Each rule gives its reason in words, or nothing.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/estimate.hpp"

namespace pgrehearse::analyse {

// All rules that refuse; empty: estimate away.
std::vector<std::string> refusals(const StatementSeries& series, double target_rows);

}  // namespace pgrehearse::analyse
