// The report as a comment on a pull request, or as the summary of a CI step.
#pragma once

#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::reports {

// GitHub refuses a step summary above 1024 KiB as a whole, and a comment above 65,536 characters.
constexpr std::size_t markdown_limit_bytes = 60'000;

// Verdict, evidence and advice are always there; what then does not fit is left out with a line that says so.
std::string markdown(const analyse::Analysis& analysis, std::size_t limit_bytes = markdown_limit_bytes);

}  // namespace pgrehearse::reports
