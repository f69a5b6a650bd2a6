// Traffic in simulated time: the dispatcher and the ledger as they are, against clients and a server that are
// arithmetic.
#pragma once

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

#include "harness/load/dispatcher.hpp"
#include "tests/load/memory_recorder.hpp"

namespace pgrehearse::load {

struct Interval {
  Duration start, end;
};

struct SimulatedTraffic {
  std::vector<Share> shares{{"only", 1, {}}};
  Pace pace;
  int clients = 16;
  Duration start{}, end = std::chrono::seconds(8);
  Duration grace = std::chrono::seconds(60);
  std::vector<Duration> phases;           // further phase starts, after `start`
  std::vector<std::vector<bool>> active;  // scripts by phase, the first one included; none: all in all
  std::vector<Interval> server_stops;     // nothing completes in these; what runs into one ends that much later
  std::function<Duration(std::uint64_t)> service = [](std::uint64_t) { return std::chrono::microseconds(200); };
  std::function<bool(std::uint64_t)> fails = [](std::uint64_t) { return false; };
  base::Seed seed;
};

// One finished operation, as the simulation knows it.
struct Finished {
  Duration due, sent, done;
};

struct SimulationResult {
  MemoryRecorder recorder;
  std::vector<Finished> finished;
};

inline Duration completion(const SimulatedTraffic& traffic, Duration sent, Duration service) {
  Duration done = sent + service;
  for (const Interval& stop : traffic.server_stops) {
    if (sent < stop.end && done > stop.start) done += stop.end - std::max(sent, stop.start);
  }
  return done;
}

inline void simulate(const SimulatedTraffic& traffic, SimulationResult& result) {
  struct Running {
    Duration done;
    std::uint64_t number;
    Operation operation;
    bool operator>(const Running& other) const { return done > other.done; }
  };
  std::vector<std::string> names;
  for (const Share& share : traffic.shares) names.push_back(share.name);
  Ledger ledger(result.recorder, "simulated", names, traffic.start);
  const auto active = [&](std::size_t of) { return traffic.active.empty() ? std::vector<bool>{} : traffic.active[of]; };
  Pace pace = traffic.pace;
  pace.users = pace.connections = traffic.clients;
  Dispatcher dispatcher(ledger, traffic.shares, pace, traffic.seed, traffic.start, active(0));
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
  std::size_t phase = 0;
  std::uint64_t number = 0;
  bool stopped = false;
  Duration now = traffic.start;

  const auto next_mark = [&] { return phase < traffic.phases.size() ? traffic.phases[phase] : Duration::max(); };
  while (!stopped || dispatcher.waiting() > 0 || !running.empty()) {
    while (static_cast<int>(running.size()) < traffic.clients) {
      const auto operation = dispatcher.take(now);
      if (!operation) break;
      const Duration service = traffic.service(number);
      running.push({completion(traffic, now, service), number++, *operation});
    }
    if (static_cast<int>(running.size()) == traffic.clients && dispatcher.waiting() > 0) dispatcher.all_taken();
    Duration next =
        std::min({dispatcher.next_event(), next_mark(), stopped ? traffic.end + traffic.grace : traffic.end});
    if (!running.empty()) next = std::min(next, running.top().done);
    now = std::max(now, next);
    if (stopped && now >= traffic.end + traffic.grace) break;
    if (now >= next_mark()) {
      dispatcher.begin_phase(now, active(++phase));
    }
    if (!stopped && now >= traffic.end) {
      dispatcher.stop(now);
      stopped = true;
    }
    dispatcher.advance(now);
    while (!running.empty() && running.top().done <= now) {
      const Running& ended = running.top();
      dispatcher.finish(ended.operation, now, traffic.fails(ended.number) ? "40P01" : "");
      result.finished.push_back({ended.operation.entry.due, ended.operation.entry.sent, now});
      running.pop();
    }
  }
  dispatcher.shed_all(now);
  for (; !running.empty(); running.pop()) ledger.leave_in_flight(running.top().operation.entry, now);
  ledger.close();
}

}  // namespace pgrehearse::load
