// What to do instead. Each piece of advice needs something that was seen to go wrong (a wait, a stall, a failure, a
// difference); the text of the statement only decides how to word it. A statement that harmed nobody gets no advice.
#pragma once

#include <string>
#include <vector>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

std::vector<std::string> advice(const std::vector<Pass>& passes);

}  // namespace pgrehearse::analyse
