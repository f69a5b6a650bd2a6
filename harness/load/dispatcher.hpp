// Which operation goes out next? Open loop: operations become due by the plan and wait, first in first out, until a
// client is free; one that has waited for `patience` is given up (shed). Closed loop: a new one is due the moment that
// a client is free. Knows neither clock nor server: tests run it in simulated time.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/load/ledger.hpp"
#include "harness/load/plan.hpp"

namespace pgrehearse::load {

struct Pace {
  bool open_loop = true;
  double rate_per_s = 200;  // open loop only
  Arrivals arrivals = Arrivals::constant;
  Duration patience = std::chrono::seconds(30);
};

struct Operation {
  Ledger::Entry entry;
  base::Seed seed;
  std::size_t script() const { return entry.script; }
};

// Not thread-safe. Times never go back from call to call, but for finish(), whose may lie before the last.
class Dispatcher {
 public:
  // The traffic begins at `start`, with the `active` scripts (see begin_phase).
  Dispatcher(Ledger& ledger, const std::vector<Share>& shares, const Pace& pace, base::Seed seed, Duration start,
             const std::vector<bool>& active = {});

  // Enters what has become due, gives up what has waited too long, ends windows.
  void advance(Duration now);
  // The operation for a client that is free at `now`, counted as sent; none: nothing is due.
  std::optional<Operation> take(Duration now);
  // Cuts at `at` exactly: what is due before it belongs to the phase before. Only the `active` scripts (by position;
  // empty: all) run in it: operations of the others are neither due nor counted.
  void begin_phase(Duration at, const std::vector<bool>& active = {});
  // The traffic ends at `at`: no operation becomes due from then on.
  void stop(Duration at);
  // Gives up what still waits.
  void shed_all(Duration at);

  // When advance() will have something to do.
  Duration next_event() const;
  std::size_t waiting() const { return queue_.size(); }

 private:
  struct Waiting {
    Ledger::Entry entry;
    base::Seed seed;
  };

  Ledger& ledger_;
  Pace pace_;
  Plan plan_;
  Duration start_;
  std::deque<Waiting> queue_;
  bool stopped_ = false;
};

}  // namespace pgrehearse::load
