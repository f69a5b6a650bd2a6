// The run in one sentence, as one would say it to a colleague.
#pragma once

#include <string>

#include "harness/analyse/analysis.hpp"

namespace pgrehearse::analyse {

// From everything else in `analysis`: verdict, gates, passes, tables, reasons.
std::string headline(const Analysis& analysis);

// The worst that the migration's locks did to the traffic, in any pass.
struct Outage {
  const Pass* pass = nullptr;  // null: none was seen
  std::size_t statement = 0;   // index in pass->statements
  Duration length{};           // the longest wait or stall under this statement
  std::string behind;          // the migration was itself waiting, for this; empty: it held the lock
};
Outage worst_outage(const Analysis& analysis);

// A maintenance window in which something of this length fits: a tenth more, rounded up to two digits.
Duration window_for(Duration length);

}  // namespace pgrehearse::analyse
