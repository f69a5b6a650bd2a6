// A stall in an open loop: what is reported of it beside what must be, with pgbench's own report as a witness.
#pragma once

#include "harness/provision/server.hpp"

namespace pgrehearse::bench {

// Response times of select-only at 1,000/s while another session locks the table for one second of eight, with 16, 64
// and 256 clients. The server needs as many connections.
void print_stall(provision::Server& server, int rounds, int scale);

}  // namespace pgrehearse::bench
