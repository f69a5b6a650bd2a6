// Which operation goes out next? Open loop: operations become due by the plan and wait, first in first out, until a
// client is free; one that has waited for `patience` is given up (shed). Closed loop: so many users each send one, wait
// for its end, think, and send the next. Knows neither clock nor server: tests run it in simulated time.
//
// After a stall everything that waited goes out as fast as the server answers, as it does in production: but never more
// at once than there are connections, because each of them carries one operation; and nothing that waited for longer
// than `patience`, which also bounds the queue. So the burst is the pool's size at most, whatever the stall's length.
#pragma once

#include <deque>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

#include "harness/load/ledger.hpp"
#include "harness/load/plan.hpp"
#include "harness/load/pool_watch.hpp"

namespace pgrehearse::load {

struct Pace : Demand {
  bool open_loop = true;
  Duration patience = std::chrono::seconds(30);
  int connections = 16;  // of the pool, at most
  // Closed loop only.
  int users = 16;
  scenario::ThinkTime think_time{};
  // Each user of a closed loop sends so many, an open loop as many as all of them together; none: until stop().
  std::optional<std::uint64_t> operations_per_user{};
};

struct Operation {
  Ledger::Entry entry;
  base::Seed seed;
  std::uint64_t left = 0;  // that its user will send after it
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
  std::optional<Operation> take(Duration now) { return next(now, true); }
  // The same for the connection that was to be opened for an operation, and was refused: with it the operation that has
  // waited longest is to fail.
  std::optional<Operation> take_refused(Duration now) { return next(now, false); }
  // No client is free, and something waits.
  void all_taken() { pool_.waits(queue_.front().entry.due, queue_.size()); }
  // An operation that take() gave out has ended; see Ledger::finish().
  void finish(const Operation& operation, Duration at, std::string_view sqlstate, std::uint64_t retries = 0);
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
  std::uint64_t in_flight() const { return in_flight_; }
  // Of a limited number of operations all have ended.
  bool done() const { return entered_ == operations_ && queue_.empty() && in_flight_ == 0; }

 private:
  struct User {
    Duration at;         // when it sends next
    std::uint64_t left;  // so many
    bool operator>(const User& other) const { return at > other.at; }
  };

  Duration next_entry() const;
  void enter(Duration due);
  std::optional<Operation> next(Duration now, bool served);
  void user_is_free(std::uint64_t left, Duration at);
  Duration think();

  Ledger& ledger_;
  Pace pace_;
  Plan plan_;
  base::Seed thinking_;
  Duration start_, phase_start_;
  std::deque<Operation> queue_;
  std::priority_queue<User, std::vector<User>, std::greater<>> users_;  // of a closed loop, who think
  std::uint64_t operations_;                                            // that become due in all
  std::uint64_t entered_ = 0, in_flight_ = 0, thoughts_ = 0;
  PoolWatch pool_;
  bool stopped_ = false;
};

}  // namespace pgrehearse::load
