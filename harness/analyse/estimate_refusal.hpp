// When a series of measurements says nothing about a larger size. Each rule gives its reason in words, or nothing.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/estimate.hpp"

namespace pgrehearse::analyse {

// The sizes that were measured under the same conditions as the largest: as many parallel workers and checkpoints in
// each statement, as far as they are known (the median of the repetitions). A curve through both kinds would follow
// neither: builds without workers were 1.5 to 1.8 times slower.
StatementSeries comparable(const StatementSeries& series);
// "37k rows left out: other parallel workers than at 1M rows"; empty when nothing was.
std::vector<std::string> left_out(const StatementSeries& series);

// All rules that refuse; empty: estimate away.
std::vector<std::string> refusals(const StatementSeries& series, double target_rows);

}  // namespace pgrehearse::analyse
