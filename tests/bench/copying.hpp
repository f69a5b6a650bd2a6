// How much generation costs COPY: the same rows, once generated while they are sent, once as bytes that were ready.
#pragma once

#include "harness/provision/server.hpp"

namespace pgrehearse::bench {

// On a relaxed server, one stream each, no indexes; pgbench's accounts and a table of twelve mixed columns. Prints
// rows/s as series of `rounds` pairs.
void print_copying(provision::Server& server, int rounds, std::uint64_t account_rows);

}  // namespace pgrehearse::bench
