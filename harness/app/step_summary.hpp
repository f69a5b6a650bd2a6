// The report on the page of a CI run: GitHub shows what is appended to the file that GITHUB_STEP_SUMMARY names
// (docs.github.com, "Workflow commands for GitHub Actions", adding a job summary).
#pragma once

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::app {

// Appends the Markdown report where that variable is set; else nothing. A file that cannot be written is told on
// standard error and changes nothing of the verdict.
void append_step_summary(const analyse::Analysis& analysis);

}  // namespace pgrehearse::app
