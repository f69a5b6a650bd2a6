// The engine's thread: what run() does from the first phase to the last window. Private to this module.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "harness/load/client.hpp"
#include "harness/load/engine.hpp"
#include "harness/load/poller.hpp"

namespace pgrehearse::load {

class TrafficLoop {
 public:
  TrafficLoop(const base::Clock& clock, record::Recorder& recorder, TrafficSetup setup);

  // Before run(): opens every connection, within a deadline.
  base::Status connect_all();
  // Returns after stop().
  void run();

  // From another thread, while run() runs; both wait for the loop's answer.
  Duration begin_phase(std::vector<bool> active);
  Duration stop(Duration grace);
  bool wait_for_end(Duration at_most);
  // After run().
  record::Delivery take_delivery() { return std::move(delivery_); }

 private:
  struct Slot {
    Client client;
    bool wanted;  // to be connected when it is not
    Duration retry_at{}, retry_wait{};
    std::size_t last_script = 0;
  };

  struct Request {
    std::optional<Duration> grace;  // of the stop; none: a phase begins
    std::vector<bool> active;       // its scripts
  };
  Duration request(Request request);
  void answer_requests();
  void begin_phase_at(Duration now, const std::vector<bool>& active);
  void end_traffic(Duration now, Duration grace);
  void dispatch(Duration now);
  void size_overflow();
  void back_off(std::size_t index, Client::State before);
  void reconnect(Duration now);
  void wake(Duration now);
  Duration serve(std::size_t index);  // when
  void after(std::size_t index, Client::State before, const Ending* ending, Duration at);
  void refuse_waiting(const std::string& sqlstate, const std::string& reason);
  void finish(const Ending& ending, Duration now);
  bool idle() const;
  void wind_up();
  Duration next_event() const;
  void note_lateness(Duration now, Duration planned);

  const base::Clock& clock_;
  record::Recorder& recorder_;
  TrafficSetup setup_;
  std::size_t pool_size_;  // slots beyond are the overflow's
  ScriptWorld world_;
  SessionSettings settings_;
  Poller poller_;
  base::RandomStream jitter_;
  std::vector<Slot> slots_;
  int connections_ = 0;           // that are open
  std::deque<std::size_t> free_;  // first freed, first used: like an application's pool under load, all take turns
  std::optional<Ledger> ledger_;
  std::optional<Dispatcher> dispatcher_;
  std::set<std::string> errors_seen_;
  bool client_was_free_ = true;  // ever since the last dispatch: what became due since could be sent at once
  std::optional<Duration> stop_deadline_;
  record::Delivery delivery_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable answered_;
  std::optional<Request> request_;
  std::optional<Duration> answer_;
  bool over_ = false;  // run() has returned, or is about to
};

}  // namespace pgrehearse::load
