// What statistics of a large target cost: planning, and encoding rows.
#pragma once

namespace pgrehearse::bench {

// Ten columns of several types with statistics of target 10,000 beside the same of target 100; needs no server. Prints
// the processor's seconds for planning, and rows for each of its seconds as series of `rounds` pairs.
void print_statistics(int rounds);

}  // namespace pgrehearse::bench
