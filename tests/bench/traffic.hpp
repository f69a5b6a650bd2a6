// Traffic beside pgbench's, on the tables of one `pgbench -i`, in turns; and what only we have: send lag, and the cost
// of recording.
#pragma once

#include "harness/provision/server.hpp"

namespace pgrehearse::bench {

struct TrafficOptions {
  int rounds = 5;
  int scale = 50;   // pgbench's: 100,000 accounts each
  int seconds = 5;  // of each run
};

// Transactions a second and client CPU for each, in a closed loop of 16 clients with prepared statements.
void print_traffic(provision::Server& server, const TrafficOptions& options);
// How late an open loop of 5,000/s sends to an idle server.
void print_send_lag(provision::Server& server, const TrafficOptions& options);
// What the books of one operation cost: due, sent, finished, with both histograms.
void print_recording(int rounds);

}  // namespace pgrehearse::bench
