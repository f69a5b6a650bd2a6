#include "harness/load/ledger.hpp"

#include <algorithm>
#include <memory>

#include "harness/base/check.hpp"

namespace pgrehearse::load {

struct Ledger::OpenWindow {
  record::Window window;
  std::size_t phase = 0;
  std::uint64_t unfinished = 0;  // operations that were due in it
  std::uint64_t charging = 0;    // operations of earlier phases that may still be charged to it
  bool over = false;

  bool complete() const { return over && unfinished == 0 && charging == 0; }
  // A phase mark fell on a window's edge.
  bool vacant() const { return window.start == window.end && window.tally.due == 0 && window.carried.response.empty(); }
};

// One script's books.
struct Ledger::Account {
  std::string script;
  std::vector<std::unique_ptr<OpenWindow>> open;  // in order of time; the last one is under way
  std::vector<OpenWindow*> first_of_phase;        // by phase; dangling once complete, and then never used
  std::uint64_t unfinished = 0;
  std::uint64_t entered = 0, handed_over = 0;  // operations
  StallWatch stalls;

  OpenWindow& current() { return *open.back(); }

  // An operation that was due in `home` has ended: takes it out of all windows that wait for it. `charge` is called
  // with the first window of every later phase that it reached.
  template <class Charge>
  void release(OpenWindow& home, Charge charge) {
    PGR_CHECK(home.unfinished > 0 && unfinished > 0);
    --home.unfinished;
    --unfinished;
    for (std::size_t phase = home.phase + 1; phase < first_of_phase.size(); ++phase) {
      OpenWindow& first = *first_of_phase[phase];
      PGR_CHECK(first.charging > 0);
      --first.charging;
      charge(first);
    }
  }

  void hand_over(record::Recorder& recorder) {
    std::erase_if(open, [&](const std::unique_ptr<OpenWindow>& window) {
      if (!window->complete()) return false;
      PGR_CHECK(window->window.tally.adds_up());
      handed_over += window->window.tally.due;
      if (!window->vacant()) recorder.append(window->window);
      return true;
    });
  }
};

Ledger::Ledger(record::Recorder& recorder, std::string pass, const std::vector<std::string>& scripts, Duration start)
    : recorder_(recorder), pass_(std::move(pass)), accounts_(scripts.size()), window_start_(start) {
  for (std::size_t i = 0; i < scripts.size(); ++i) accounts_[i].script = scripts[i];
  open_windows();
  for (Account& account : accounts_) account.first_of_phase.push_back(&account.current());
}

Ledger::~Ledger() = default;

void Ledger::open_windows() {
  for (Account& account : accounts_) {
    auto next = std::make_unique<OpenWindow>();
    next->window.pass = pass_;
    next->window.start = window_start_;
    next->phase = phase_;
    next->window.script = account.script;
    account.open.push_back(std::move(next));
  }
}

void Ledger::end_windows(Duration end) {
  PGR_CHECK(!ended_ && end >= window_start_);
  for (Account& account : accounts_) {
    account.current().over = true;
    account.current().window.end = end;
  }
  window_start_ = end;
}

void Ledger::advance(Duration now) {
  while (!ended_ && window_end() <= now) {
    end_windows(window_end());
    open_windows();
    for (Account& account : accounts_) account.hand_over(recorder_);
  }
}

void Ledger::begin_phase(Duration at) {
  advance(at);
  end_windows(at);
  ++phase_;
  open_windows();
  for (Account& account : accounts_) {
    account.current().charging = account.unfinished;
    account.first_of_phase.push_back(&account.current());
    account.hand_over(recorder_);
  }
}

void Ledger::end(Duration at) {
  advance(at);
  end_windows(at);
  ++phase_;
  ended_ = true;
  for (Account& account : accounts_) account.hand_over(recorder_);
}

void Ledger::close() {
  PGR_CHECK(ended_);
  for (const Account& account : accounts_) {
    PGR_CHECK(account.unfinished == 0 && account.open.empty() && account.entered == account.handed_over);
  }
}

Ledger::Entry Ledger::enter(std::size_t script, Duration due) {
  PGR_CHECK(!ended_);
  advance(due);
  PGR_CHECK(due >= window_start_);
  Account& account = accounts_[script];
  OpenWindow& window = account.current();
  ++window.window.tally.due;
  ++window.unfinished;
  ++account.unfinished;
  ++account.entered;
  account.stalls.due(due);
  return {&window, script, due, {}};
}

void Ledger::send(Entry& entry, Duration at) {
  PGR_CHECK(at >= entry.due);
  entry.sent = at;
  ++entry.window->window.tally.sent;
}

void Ledger::shed(const Entry& entry, Duration at) {
  Account& account = accounts_[entry.script];
  ++entry.window->window.tally.shed;
  account.release(*entry.window, [](OpenWindow&) {});
  report(entry.script, account.stalls.dropped(at));
  account.hand_over(recorder_);
}

void Ledger::leave_in_flight(const Entry& entry, Duration at) {
  Account& account = accounts_[entry.script];
  ++entry.window->window.tally.in_flight;
  account.release(*entry.window, [](OpenWindow&) {});
  report(entry.script, account.stalls.dropped(at));
  account.hand_over(recorder_);
}

void Ledger::finish(const Entry& entry, Duration at, std::string_view sqlstate, std::uint64_t retries) {
  Account& account = accounts_[entry.script];
  record::Window& home = entry.window->window;
  const Duration response = at - entry.due, service = at - entry.sent;
  const auto count = [&](record::Latency& latency) {
    latency.response.record(response);
    latency.service.record(service);
  };
  if (sqlstate.empty()) {
    ++home.tally.ok;
  } else {
    ++home.tally.failed;
    ++home.tally.errors[std::string(sqlstate)];
  }
  home.tally.retried += retries > 0;
  home.tally.retries += retries;
  count(entry.window->phase == phase_ ? home.within : home.outlived);
  bool complete = false;
  account.release(*entry.window, [&](OpenWindow& first) {
    count(first.window.carried);
    complete |= first.complete();
  });
  if (const auto stall = account.stalls.completed(at)) report(entry.script, stall);
  if (complete || entry.window->complete()) account.hand_over(recorder_);
}

void Ledger::reconnected(std::size_t script) {
  if (!ended_) ++accounts_[script].current().window.tally.reconnects;
}

void Ledger::report(std::optional<record::PoolExhausted> exhausted) {
  if (!exhausted) return;
  exhausted->pass = pass_;
  recorder_.append(*exhausted);
}

void Ledger::report(std::size_t script, const std::optional<StallWatch::Interval>& stall) {
  if (!stall) return;
  recorder_.append(record::Stall{pass_, accounts_[script].script, stall->start, stall->duration});
}

}  // namespace pgrehearse::load
