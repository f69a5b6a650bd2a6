// The report on a terminal: the verdict first, then the evidence, then the numbers.
#pragma once

#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::reports {

struct TerminalOptions {
  bool colour = false;
  std::size_t width = 100;  // columns; at least 60 are used
};

// UTF-8, ends with a newline. Pure.
std::string terminal(const analyse::Analysis& analysis, const TerminalOptions& options = {});

}  // namespace pgrehearse::reports
