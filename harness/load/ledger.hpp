// The accounts of a pass's traffic: to which window does each operation belong, and do the counts add up? Knows neither
// clock nor server; whoever calls says what the time is. The rules are those of record/window.hpp. A window goes to the
// recorder as soon as it is over and all its operations have ended, after a check that due = sent + shed and
// sent = ok + failed + in flight.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/stall_watch.hpp"
#include "harness/record/recorder.hpp"

namespace pgrehearse::load {

// Not thread-safe. Recording one finished operation takes tens of nanoseconds.
class Ledger {
 public:
  static constexpr Duration window_length = std::chrono::milliseconds(200);

  // The first phase begins at `start`. The recorder must outlive the ledger.
  Ledger(record::Recorder& recorder, std::string pass, const std::vector<std::string>& scripts, Duration start);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  struct Account;
  struct OpenWindow;
  // An operation of which the ledger still waits to hear the end.
  struct Entry {
    OpenWindow* window = nullptr;
    std::size_t script = 0;
    Duration due{}, sent{};
  };

  // In the order of the due times, and before advance() or begin_phase() passes them.
  Entry enter(std::size_t script, Duration due);
  void send(Entry& entry, Duration at);
  // Each entry ends once: shed() without a send(), one of the two others after it. An empty sqlstate means success.
  void shed(const Entry& entry, Duration at);
  // `retries`: how often it had been tried before, in vain.
  void finish(const Entry& entry, Duration at, std::string_view sqlstate, std::uint64_t retries = 0);
  void leave_in_flight(const Entry& entry, Duration at);

  // The pool was exhausted; adds the pass.
  void report(std::optional<record::PoolExhausted> exhausted);
  // A connection came back; not counted after end().
  void reconnected(std::size_t script);

  // Ends the windows that end at or before `now`.
  void advance(Duration now);
  // When the windows under way end.
  Duration window_end() const { return window_start_ + window_length; }
  // A new phase begins at `at`: windows end here.
  void begin_phase(Duration at);
  // The last phase ends at `at`: no entries and no windows any more.
  void end(Duration at);
  // After end(), once every entry has ended: checks that nothing is left, and that all windows together hold what was
  // entered.
  void close();

 private:
  void open_windows();
  void end_windows(Duration end);
  void report(std::size_t script, const std::optional<StallWatch::Interval>& stall);

  record::Recorder& recorder_;
  std::string pass_;
  std::vector<Account> accounts_;  // by script
  Duration window_start_;
  std::size_t phase_ = 0;
  bool ended_ = false;
};

}  // namespace pgrehearse::load
