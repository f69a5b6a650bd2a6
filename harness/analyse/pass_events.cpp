#include "harness/analyse/pass_events.hpp"

namespace pgrehearse::analyse {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

class Splitter {
 public:
  std::vector<PassEvents> split(const record::Record& record) {
    for (const record::Event& event : record.events) std::visit([this](const auto& e) { mark(e); }, event);
    for (const record::Window& window : record.windows) add_window(window);
    for (const record::Event& event : record.events) extend_unfinished(event);
    for (const record::Event& event : record.events) std::visit([this](const auto& e) { distribute(e); }, event);
    for (PassEvents& pass : passes_) {
      close_phases(pass);
      drop_what_followed(pass);
    }
    return std::move(passes_);
  }

 private:
  PassEvents* find(const std::string& name) {
    for (PassEvents& pass : passes_) {
      if (pass.name == name) return &pass;
    }
    return nullptr;
  }

  // ---- where each pass begins and ends ----

  void mark(const record::PassStart& e) {
    PassEvents pass;
    pass.name = e.pass;
    pass.database = e.database;
    pass.time = {e.at, e.at};
    passes_.push_back(std::move(pass));
  }
  void mark(const record::PassEnd& e) {
    if (PassEvents* pass = find(e.pass)) {
      pass->time.to = e.at;
      pass->ended = true;
    }
  }
  template <class Other>
  void mark(const Other&) {}

  void add_window(const record::Window& window) {
    PassEvents* pass = find(window.pass);
    if (!pass) return;
    pass->windows.push_back(&window);
    seen(pass, window.end);
  }

  // A run that was killed has no PassEnd: the pass then lasts as long as something in it was seen.
  void extend_unfinished(const record::Event& event) {
    std::visit(Overloaded{
                   [this](const record::PhaseStart& e) { seen(find(e.pass), e.at); },
                   [this](const record::PhaseEnd& e) { seen(find(e.pass), e.at); },
                   [this](const record::Statement& e) { seen(find(e.pass), std::max(e.end, e.transaction_end)); },
                   [](const auto&) {},
               },
               event);
  }
  static void seen(PassEvents* pass, Duration at) {
    if (pass && !pass->ended) pass->time.to = std::max(pass->time.to, at);
  }

  // ---- what belongs to it ----

  void distribute(const record::PhaseStart& e) {
    if (PassEvents* pass = find(e.pass)) pass->phases.push_back({e.phase, {e.at - pass->time.from, Duration::min()}});
  }
  void distribute(const record::PhaseEnd& e) {
    PassEvents* pass = find(e.pass);
    if (!pass) return;
    for (PhaseSpan& phase : pass->phases) {
      if (phase.name == e.phase) phase.time.to = e.at - pass->time.from;
    }
  }
  void distribute(record::Statement e) {
    PassEvents* pass = find(e.pass);
    if (!pass) return;
    const Duration zero = pass->time.from;
    for (Duration* time : {&e.start, &e.end, &e.transaction_end}) *time -= zero;
    e.transaction_end = std::max(e.transaction_end, e.end);
    for (record::HeldLock& lock : e.locks) {
      lock.from -= zero;
      lock.to -= zero;
    }
    pass->statements.push_back(std::move(e));
  }
  void distribute(record::LockWait e) {
    PassEvents* pass = by_database(e.database, {e.start, e.start + e.duration});
    if (!pass) return;
    e.start -= pass->time.from;
    pass->waits.push_back(std::move(e));
  }
  void distribute(record::Deadlock e) {
    if (PassEvents* pass = by_database(e.database, {e.at, e.at})) {
      e.at -= pass->time.from;
      pass->deadlocks.push_back(std::move(e));
    }
  }
  void distribute(record::ActivitySample e) {
    if (PassEvents* pass = by_database(e.database, {e.at, e.at})) {
      e.at -= pass->time.from;
      pass->samples.push_back(std::move(e));
    }
  }
  void distribute(const record::Gap& e) {
    for (PassEvents& pass : passes_) {
      if (overlap(pass.time, {e.start, e.start + e.duration}) == Duration{}) continue;
      record::Gap gap = e;
      gap.start -= pass.time.from;
      pass.gaps.push_back(std::move(gap));
    }
  }
  void distribute(record::CpuUse e) {
    if (PassEvents* pass = find(e.pass)) {
      e.start -= pass->time.from;
      pass->cpu.push_back(std::move(e));
    }
  }
  void distribute(record::Stall e) {
    if (PassEvents* pass = find(e.pass)) {
      e.start -= pass->time.from;
      pass->stalls.push_back(std::move(e));
    }
  }
  void distribute(record::PoolExhausted e) {
    if (PassEvents* pass = find(e.pass)) {
      e.start -= pass->time.from;
      pass->pool.push_back(std::move(e));
    }
  }
  void distribute(record::Delivery e) {
    if (PassEvents* pass = find(e.pass)) {
      e.began -= pass->time.from;
      e.ended -= pass->time.from;
      pass->delivery = std::move(e);
    }
  }
  void distribute(const record::TrafficScript& e) {
    if (PassEvents* pass = find(e.pass)) pass->scripts.push_back(e);
  }
  void distribute(record::AdversaryStep e) {
    if (PassEvents* pass = find(e.pass)) {
      e.at -= pass->time.from;
      pass->adversary.push_back(std::move(e));
    }
  }
  void distribute(const record::Comparison& e) {
    if (PassEvents* pass = find(e.pass)) pass->comparisons.push_back(e);
  }
  template <class Other>
  void distribute(const Other&) {}

  PassEvents* by_database(const std::string& database, Interval time) {
    for (PassEvents& pass : passes_) {
      if ((database.empty() || database == pass.database) && meet(pass.time, time)) return &pass;
    }
    return nullptr;
  }

  static void close_phases(PassEvents& pass) {
    for (PhaseSpan& phase : pass.phases) {
      if (phase.time.to == Duration::min()) phase.time.to = pass.time.length();
    }
  }

  // The traffic is stopped, and its sessions ended, after the last phase: no part of what was measured.
  static void drop_what_followed(PassEvents& pass) {
    if (pass.phases.empty()) return;
    const Duration end = pass.phases.back().time.to;
    const auto drop = [end](auto& list, auto start) {
      std::erase_if(list, [&](const auto& one) { return one.*start >= end; });
    };
    drop(pass.waits, &record::LockWait::start);
    drop(pass.deadlocks, &record::Deadlock::at);
    drop(pass.samples, &record::ActivitySample::at);
    drop(pass.gaps, &record::Gap::start);
    drop(pass.stalls, &record::Stall::start);
    drop(pass.pool, &record::PoolExhausted::start);
    std::erase_if(pass.windows, [&](const record::Window* window) { return window->start - pass.time.from >= end; });
  }

  std::vector<PassEvents> passes_;
};

}  // namespace

std::vector<PassEvents> split_passes(const record::Record& record) { return Splitter().split(record); }

}  // namespace pgrehearse::analyse
