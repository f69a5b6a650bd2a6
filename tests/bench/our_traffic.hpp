// Our traffic engine on the tables of one `pgbench -i`, and the database that holds them.
#pragma once

#include <functional>
#include <string>

#include "harness/base/clock.hpp"
#include "harness/postgres/session.hpp"
#include "harness/provision/server.hpp"
#include "harness/record/event.hpp"
#include "harness/record/window.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::bench {

using base::Duration;

struct Done {
  record::Tally tally;
  record::Latency latency;
  record::Delivery delivery;
};

// One of pgbench's built-in scripts, prepared. `meanwhile` runs while the traffic does, and says when that may end by
// returning; it gets the clock that the times of the delivery belong to.
Done run_ours(const postgres::Target& target, const char* builtin, int scale, const scenario::Traffic& traffic,
              const std::function<void(const base::Clock&)>& meanwhile);

void let_pass(Duration time);

// A database with pgbench's tables, on a server whose settings are honest; dropped in the end.
class PgbenchTables {
 public:
  PgbenchTables(provision::Server& server, int scale);
  ~PgbenchTables();
  PgbenchTables(const PgbenchTables&) = delete;
  PgbenchTables& operator=(const PgbenchTables&) = delete;

  postgres::Target target() const;

 private:
  provision::Server& server_;
};

}  // namespace pgrehearse::bench
