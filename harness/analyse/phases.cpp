#include "harness/analyse/phases.hpp"

#include <algorithm>
#include <map>

namespace pgrehearse::analyse {
namespace {

void add(Traffic& sum, const record::Latency& latency) {
  sum.response.merge(latency.response);
  sum.service.merge(latency.service);
}

// For a phase. The calm before the migration is not charged with operations that outlived it: the migration is.
void add(Traffic& sum, const record::Window& window, bool baseline) {
  sum.tally.add(window.tally);
  add(sum, window.within);
  if (baseline) return;
  add(sum, window.outlived);
  add(sum, window.carried);
}

// For a moment: each operation once, at the time when it was due. Only what outlived the baseline counts in the window
// after it, as for phases.
void add_at_due_time(Traffic& sum, const record::Window& window, std::size_t phase) {  // 0: baseline
  sum.tally.add(window.tally);
  add(sum, window.within);
  if (phase > 0) add(sum, window.outlived);
  if (phase == 1) add(sum, window.carried);
}

Traffic& of_script(Phase& phase, const std::string& name) {
  for (ScriptTraffic& script : phase.scripts) {
    if (script.name == name) return script.traffic;
  }
  return phase.scripts.emplace_back(ScriptTraffic{name, {}}).traffic;
}

const PhaseSpan* phase_at(const PassEvents& events, Duration at) {
  for (const PhaseSpan& phase : events.phases) {
    if (phase.time.from <= at && at < phase.time.to) return &phase;
  }
  return nullptr;
}

Interval time_in_pass(const PassEvents& events, const record::Window& window) {
  return {window.start - events.time.from, window.end - events.time.from};
}

void add_traffic(Phase& phase, const PassEvents& events) {
  if (events.windows.empty()) return;
  phase.traffic.emplace();
  for (const record::Window* window : events.windows) {
    const PhaseSpan* span = phase_at(events, time_in_pass(events, *window).from);
    if (!span || span->name != phase.name) continue;
    add(*phase.traffic, *window, phase.name == "baseline");
    add(of_script(phase, window->script), *window, phase.name == "baseline");
  }
  std::sort(phase.scripts.begin(), phase.scripts.end(),
            [](const ScriptTraffic& a, const ScriptTraffic& b) { return a.name < b.name; });
}

}  // namespace

bool is_migration_phase(std::string_view phase) { return phase == "up" || phase == "down" || phase == "up_again"; }

std::vector<Phase> phases(const PassEvents& events) {
  std::vector<Phase> result;
  for (const PhaseSpan& span : events.phases) {
    Phase phase;
    phase.name = span.name;
    phase.start = span.time.from;
    phase.duration = span.time.length();
    add_traffic(phase, events);
    for (const record::CpuUse& cpu : events.cpu) {
      if (cpu.phase == span.name) phase.cpu = cpu;
    }
    result.push_back(std::move(phase));
  }
  return result;
}

std::vector<TimelinePoint> timeline(const PassEvents& events) {
  struct Sum {
    Duration length{};
    Traffic traffic;
  };
  std::map<Duration, Sum> by_start;
  for (const record::Window* window : events.windows) {
    const Interval time = time_in_pass(events, *window);
    const PhaseSpan* span = phase_at(events, time.from);
    if (!span) continue;
    const bool has_baseline = events.phases.front().name == "baseline";
    const auto phase = static_cast<std::size_t>(span - events.phases.data()) + (has_baseline ? 0 : 2);
    Sum& sum = by_start[time.from];
    sum.length = std::max(sum.length, time.length());
    add_at_due_time(sum.traffic, *window, phase);
  }
  std::vector<TimelinePoint> points;
  for (const auto& [start, sum] : by_start) {
    const record::Tally& tally = sum.traffic.tally;
    const record::Histogram& response = sum.traffic.response;
    points.push_back({start, sum.length, tally.due, tally.ok, tally.failed, tally.shed, response.at(0.5),
                      response.at(0.99), response.max()});
  }
  return points;
}

}  // namespace pgrehearse::analyse
