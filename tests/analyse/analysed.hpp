// What the analysis says about a story, with the gates as they are by default. Shared by the tests of the analysis and
// of the reports.
#pragma once

#include "harness/analyse/analyse.hpp"
#include "tests/analyse/story.hpp"

namespace pgrehearse::testing {

inline analyse::Analysis analysed(Story story, const scenario::Gates& gates = {}) {
  return analyse::analyse(story.record(), gates);
}

}  // namespace pgrehearse::testing
