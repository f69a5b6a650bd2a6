// What to do instead. Each piece of advice needs something that was seen to go wrong (a wait, a stall, a failure, a
// difference); the text of the statement only decides how to word it. A statement gets advice when it stopped traffic
// for longer than the scenario's limits on stalls and waits allow; without limits, for longer than a tenth of a second.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

std::vector<std::string> advice(const std::vector<Pass>& passes, const scenario::Gates& limits);

}  // namespace pgrehearse::analyse
