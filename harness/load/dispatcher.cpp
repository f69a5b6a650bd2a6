#include "harness/load/dispatcher.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

// A closed loop takes its scripts and seeds from the plan, and not its times.
Demand demand_of(const Pace& pace) {
  Demand demand = pace;
  if (!pace.open_loop) demand.arrivals = Arrivals::constant;
  demand.timed = pace.open_loop;
  return demand;
}

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Dispatcher::Dispatcher(Ledger& ledger, const std::vector<Share>& shares, const Pace& pace, base::Seed seed,
                       Duration start, const std::vector<bool>& active)
    : ledger_(ledger),
      pace_(pace),
      plan_(shares, demand_of(pace), seed),
      thinking_(seed.derive("think")),
      start_(start),
      phase_start_(start),
      operations_(pace.operations_per_user.value_or(unlimited)),
      pool_(pace.connections, pace.patience) {
  plan_.activate(active);
  const auto users = static_cast<std::uint64_t>(pace_.users);
  // Users do not begin all at once: each is somewhere in its first thought.
  for (std::uint64_t i = 0; i < users && !pace_.open_loop; ++i) {
    const double part = thinking_.derive("first").unit(i) * static_cast<double>(think().count());
    users_.push({start + Duration(static_cast<Duration::rep>(part)), operations_});
  }
  if (pace_.operations_per_user) operations_ *= users;
}

Duration Dispatcher::think() {
  if (!pace_.think_time.exponential) return pace_.think_time.mean;
  const double factor = -std::log1p(-thinking_.unit(thoughts_++));
  return Duration(static_cast<Duration::rep>(factor * static_cast<double>(pace_.think_time.mean.count())));
}

void Dispatcher::user_is_free(std::uint64_t left, Duration at) {
  if (!pace_.open_loop && !stopped_ && left > 0) users_.push({at + think(), left});
}

// When the next operation becomes due.
Duration Dispatcher::next_entry() const {
  if (stopped_ || entered_ == operations_) return Duration::max();
  if (pace_.open_loop) return start_ + plan_.next_due();
  // Users whose scripts rested go on with the phase that lets them.
  return users_.empty() || !plan_.any_active() ? Duration::max() : std::max(users_.top().at, phase_start_);
}

void Dispatcher::enter(Duration due) {
  Planned planned = plan_.take();
  std::uint64_t left = 0;
  if (!pace_.open_loop) {
    left = users_.top().left - 1;
    users_.pop();
    while (!planned.script) planned = plan_.take();
  }
  if (!planned.script) return;
  queue_.push_back({ledger_.enter(*planned.script, due), planned.seed, left});
  ++entered_;
}

void Dispatcher::advance(Duration now) {
  for (Duration due = next_entry(); due <= now; due = next_entry()) enter(due);
  ledger_.advance(now);
  while (!queue_.empty() && queue_.front().entry.due + pace_.patience <= now) {
    const Operation given_up = queue_.front();
    queue_.pop_front();
    ledger_.shed(given_up.entry, given_up.entry.due + pace_.patience);
    pool_.gave_up(given_up.entry.due);
    user_is_free(given_up.left, now);
  }
  if (queue_.empty() && pool_.exhausted()) ledger_.report(pool_.over(now));
}

std::optional<Operation> Dispatcher::next(Duration now, bool served) {
  if (queue_.empty()) return {};
  Operation operation = queue_.front();
  queue_.pop_front();
  ledger_.send(operation.entry, now);
  ++in_flight_;
  if (served) pool_.got(now - operation.entry.due);
  if (queue_.empty() && pool_.exhausted()) ledger_.report(pool_.over(now));
  return operation;
}

void Dispatcher::finish(const Operation& operation, Duration at, std::string_view sqlstate, std::uint64_t retries) {
  PGR_CHECK(in_flight_ > 0);
  --in_flight_;
  ledger_.finish(operation.entry, at, sqlstate, retries);
  user_is_free(operation.left, at);
}

void Dispatcher::begin_phase(Duration at, const std::vector<bool>& active) {
  advance(at - Duration(1));
  ledger_.begin_phase(at);
  plan_.activate(active);
  phase_start_ = at;
}

void Dispatcher::stop(Duration at) {
  advance(at - Duration(1));
  ledger_.end(at);
  stopped_ = true;
}

void Dispatcher::shed_all(Duration at) {
  for (const Operation& waiting : queue_) ledger_.shed(waiting.entry, at);
  queue_.clear();
  ledger_.report(pool_.over(at));
}

Duration Dispatcher::next_event() const {
  Duration next = std::min(next_entry(), stopped_ ? Duration::max() : ledger_.window_end());
  if (!queue_.empty()) next = std::min(next, queue_.front().entry.due + pace_.patience);
  return next;
}

}  // namespace pgrehearse::load
