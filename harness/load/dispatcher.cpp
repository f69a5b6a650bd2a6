#include "harness/load/dispatcher.hpp"

#include <algorithm>

namespace pgrehearse::load {

Dispatcher::Dispatcher(Ledger& ledger, const std::vector<Share>& shares, const Pace& pace, base::Seed seed,
                       Duration start, const std::vector<bool>& active)
    : ledger_(ledger), pace_(pace), plan_(shares, pace.rate_per_s, pace.arrivals, seed), start_(start) {
  plan_.activate(active);
}

void Dispatcher::advance(Duration now) {
  while (pace_.open_loop && !stopped_ && start_ + plan_.next_due() <= now) {
    const Planned planned = plan_.take();
    if (planned.script) queue_.push_back({ledger_.enter(*planned.script, start_ + planned.due), planned.seed});
  }
  ledger_.advance(now);
  while (!queue_.empty() && queue_.front().entry.due + pace_.patience <= now) {
    ledger_.shed(queue_.front().entry, queue_.front().entry.due + pace_.patience);
    queue_.pop_front();
  }
}

std::optional<Operation> Dispatcher::take(Duration now) {
  if (!pace_.open_loop && !stopped_ && plan_.any_active()) {
    Planned planned = plan_.take();
    while (!planned.script) planned = plan_.take();
    queue_.push_back({ledger_.enter(*planned.script, now), planned.seed});
  }
  if (queue_.empty()) return {};
  Operation operation{queue_.front().entry, queue_.front().seed};
  queue_.pop_front();
  ledger_.send(operation.entry, now);
  return operation;
}

void Dispatcher::begin_phase(Duration at, const std::vector<bool>& active) {
  advance(at - Duration(1));
  ledger_.begin_phase(at);
  plan_.activate(active);
}

void Dispatcher::stop(Duration at) {
  advance(at - Duration(1));
  ledger_.end(at);
  stopped_ = true;
}

void Dispatcher::shed_all(Duration at) {
  for (const Waiting& waiting : queue_) ledger_.shed(waiting.entry, at);
  queue_.clear();
}

Duration Dispatcher::next_event() const {
  Duration next = stopped_ ? Duration::max() : ledger_.window_end();
  if (pace_.open_loop && !stopped_) next = std::min(next, start_ + plan_.next_due());
  if (!queue_.empty()) next = std::min(next, queue_.front().entry.due + pace_.patience);
  return next;
}

}  // namespace pgrehearse::load
