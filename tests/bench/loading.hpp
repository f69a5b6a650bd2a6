// Loading the tables of pgbench: generated, and by `pgbench -i`.
#pragma once

#include "harness/provision/server.hpp"

namespace pgrehearse::bench {

// On a relaxed server, in turns; rows of accounts a second, indexes and vacuum included.
void print_loading(provision::Server& server, int rounds, int scale);

}  // namespace pgrehearse::bench
