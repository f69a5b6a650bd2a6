// What statistics of a large target cost: planning, encoding rows, and loading them.
#pragma once

#include "harness/provision/server.hpp"

namespace pgrehearse::bench {

// Ten columns of several types with statistics of target 10,000 beside the same of target 100. Prints the processor's
// seconds for planning, rows for each of its seconds, and rows for each second of a COPY into the server, as series of
// `rounds` pairs.
void print_statistics(provision::Server& server, int rounds);

}  // namespace pgrehearse::bench
