// The traffic of one pass: scripts run by a bounded number of clients, in a thread of its own. One thread with epoll
// over asynchronous libpq costs as little CPU as pgbench does (`./dev bench` prints the two side by side), and leaves
// the rest of the machine to the server. In an open loop the thread runs at real-time priority where that is allowed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generators/generator.hpp"
#include "harness/base/clock.hpp"
#include "harness/load/schedule.hpp"
#include "harness/load/script.hpp"
#include "harness/postgres/session.hpp"
#include "harness/record/recorder.hpp"
#include "harness/scenario/scenario.hpp"

namespace pgrehearse::load {

struct TrafficSetup {
  postgres::Target target;  // of the pass's database; the engine sets application_name and the time-outs
  std::string pass;
  std::vector<Script> scripts;  // at least one
  scenario::Traffic traffic;    // its scripts are not looked at
  base::Seed seed;
  const generators::Generator* tables = nullptr;  // what the scripts were parsed with; must outlive the engine
  // The traffic ends by itself once each client's share of operations (clients times this, in all) has ended.
  std::optional<std::uint64_t> operations_per_client = {};
  // Of an open loop's plan only the operations of the rules' slice: so that several engines with the same seed carry out
  // one plan together.
  ScriptRules rules = {};
};

// The traffic connects as application "pgrehearse:traffic".
inline constexpr const char* application_name = "pgrehearse:traffic";

// begin_phase(), then any number of them, then stop(): from one thread. What happens goes to the recorder, from the
// engine's thread: windows; stalls; a Notice for the first error of each SQLSTATE; a Gap of observer "traffic" where
// the engine itself came too late to keep the plan; a Delivery at the end.
class TrafficEngine {
 public:
  // Opens all connections; no traffic yet. Clock and recorder must outlive the engine.
  static base::Result<std::unique_ptr<TrafficEngine>> start(const base::Clock& clock, record::Recorder& recorder,
                                                            TrafficSetup setup);
  // Stops at once when stop() was not called.
  ~TrafficEngine();

  // A phase begins at the time that is returned: exactly there windows are cut. The first one begins the traffic. Only
  // the `active` scripts (by position in the setup; empty: all) run in it.
  Duration begin_phase(const std::vector<bool>& active = {});
  // Waits until the traffic has ended by itself (see operations_per_client), for `at_most`. Whether it has.
  bool wait_for_end(Duration at_most);
  // No further operation becomes due. What is queued or in flight gets `grace` to end; then the queue is shed, and what
  // is in flight is cancelled and counted so. All windows are with the recorder when this returns.
  record::Delivery stop(Duration grace);

 private:
  struct State;
  explicit TrafficEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pgrehearse::load
