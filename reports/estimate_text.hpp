// The estimate command's result for people: the times with their interval first, what they rest on, and what could not
// be said.
#pragma once

#include <string>

#include "harness/analyse/estimate.hpp"
#include "reports/terminal.hpp"

namespace pgrehearse::reports {

// `subject`: the table whose rows were scaled. UTF-8, ends with a newline.
std::string estimate_text(const analyse::Estimate& estimate, const std::string& subject,
                          const TerminalOptions& options = {});

}  // namespace pgrehearse::reports
