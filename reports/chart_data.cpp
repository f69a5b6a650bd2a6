#include "reports/chart_data.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/analyse/adversaries.hpp"
#include "harness/analyse/phases.hpp"
#include "harness/analyse/words.hpp"
#include "reports/escape.hpp"

namespace pgrehearse::reports {
namespace {

using base::Duration;
using Json = nlohmann::ordered_json;

constexpr int bins_per_decade = 8;

double rounded(double value, double unit) { return std::round(value / unit) * unit; }
// Six significant digits are enough for a pixel and keep the page small.
double seconds(Duration duration) { return rounded(base::to_seconds(duration) * 1e4, 1) / 1e4; }
Json milliseconds(Duration duration) {
  if (duration <= Duration{}) return nullptr;  // nothing was due: a hole in the line, not a zero
  return rounded(base::to_ms(duration) * 1e3, 1) / 1e3;
}

Json phases_json(const analyse::Pass& pass) {
  Json json = Json::array();
  for (const analyse::Phase& phase : pass.phases) {
    json.push_back({{"name", analyse::phase_words(phase.name)},
                    {"from", seconds(phase.start)},
                    {"to", seconds(phase.start + phase.duration)},
                    {"migration", analyse::is_migration_phase(phase.name)}});
  }
  return json;
}

// ---- the lanes below: one for each adversary, one for each statement ----

struct Lane {
  std::string name;
  Json bars = Json::array();
};

Lane& lane_named(std::vector<Lane>& lanes, const std::string& name) {
  for (Lane& lane : lanes) {
    if (lane.name == name) return lane;
  }
  return lanes.emplace_back(Lane{name, Json::array()});
}

Json bar(const char* kind, Duration from, Duration to, const std::string& text) {
  return {{"kind", kind}, {"from", seconds(from)}, {"to", seconds(to)}, {"text", text}};
}

// Of an adversary that tries to connect: what users of the server would have noticed.
void add_try(Lane& lane, const record::AdversaryStep& step) {
  constexpr Duration noticeable = std::chrono::milliseconds(100);
  const Duration took = step.took.value_or(Duration{});
  if (step.step == "refused") {
    lane.bars.push_back(bar("fails", step.at - took, step.at, "refused, " + step.detail));
  } else if (took >= noticeable) {
    lane.bars.push_back(bar("waits", step.at - took, step.at, "slow to connect, " + step.detail));
  }
}

void add_adversaries(std::vector<Lane>& lanes, const analyse::Pass& pass) {
  struct Holding {
    Duration since;
    std::string what;
  };
  std::map<std::string, Holding> holding;
  const auto draw = [&](const std::string& name, const Holding& held, Duration to) {
    lane_named(lanes, name)
        .bars.push_back(bar("adversary", held.since, to, held.what.empty() ? "holds its lock" : held.what));
  };
  for (const record::AdversaryStep& step : pass.adversary) {
    if (step.step == "holds") holding[step.adversary] = {step.at, step.detail};
    if (analyse::is_try(step)) add_try(lane_named(lanes, step.adversary), step);
    const auto held = holding.find(step.adversary);
    if (step.step != "ended" || held == holding.end()) continue;
    draw(step.adversary, held->second, step.at);
    holding.erase(held);
  }
  for (const auto& [name, held] : holding) draw(name, held, pass.duration);
}

void add_statements(std::vector<Lane>& lanes, const analyse::Pass& pass) {
  for (std::size_t i = 0; i < pass.statements.size(); ++i) {
    const analyse::StatementRun& run = pass.statements[i];
    const record::Statement& statement = run.statement;
    const std::string sql = analyse::short_sql(statement.sql, 90);
    Json& bars = lane_named(lanes, analyse::place_of(statement)).bars;
    const Duration got = std::min(statement.start + run.lock_wait, statement.end);
    if (got > statement.start) bars.push_back(bar("waits", statement.start, got, "waits for its lock: " + sql));
    bars.push_back(bar(statement.sqlstate ? "fails" : "runs", got, statement.end, sql));
    const record::HeldLock* lock = analyse::telling_lock(pass, i);
    if (lock && lock->to > statement.end) {
      bars.push_back(bar("holds", statement.end, lock->to, analyse::lock_sentence(pass, i)));
    }
  }
}

Json lanes_json(const analyse::Pass& pass) {
  std::vector<Lane> lanes;
  add_adversaries(lanes, pass);
  add_statements(lanes, pass);
  Json json = Json::array();
  for (const Lane& lane : lanes) json.push_back({{"name", lane.name}, {"bars", lane.bars}});
  return json;
}

// ---- over time ----

Json timeline_json(const analyse::Pass& pass) {
  Json json = {{"at", Json::array()}, {"p50", Json::array()},    {"p99", Json::array()}, {"max", Json::array()},
               {"ok", Json::array()}, {"failed", Json::array()}, {"shed", Json::array()}};
  for (const analyse::TimelinePoint& point : pass.timeline) {
    // One operation in a window of a few milliseconds would be a spike of hundreds a second.
    const bool long_enough = point.length >= std::chrono::milliseconds(50);
    const double length = base::to_seconds(point.length);
    const auto rate = [&](std::uint64_t count) {
      return long_enough ? Json(rounded(static_cast<double>(count) / length, 0.1)) : Json(nullptr);
    };
    json["at"].push_back(seconds(point.start + point.length / 2));
    json["p50"].push_back(milliseconds(point.p50));
    json["p99"].push_back(milliseconds(point.p99));
    json["max"].push_back(milliseconds(point.max));
    json["ok"].push_back(rate(point.ok));
    json["failed"].push_back(rate(point.failed));
    json["shed"].push_back(rate(point.shed));
  }
  return json;
}

// ---- histograms ----

bool belongs(const std::string& phase, int part) {
  if (phase == "baseline") return part == 0;
  return part == (analyse::is_migration_phase(phase) ? 1 : 2);
}

Json histograms_json(const analyse::Pass& pass) {
  Json json = Json::array();
  const char* const names[] = {"before", "during", "after"};
  for (int part = 0; part < 3; ++part) {
    record::Histogram sum;
    for (const analyse::Phase& phase : pass.phases) {
      if (phase.traffic && belongs(phase.name, part)) sum.merge(phase.traffic->response);
    }
    Json bins = Json::array();
    for (const auto& [edge, share] : log_bins(sum)) bins.push_back({edge, rounded(share, 1e-4)});
    json.push_back({{"name", names[part]}, {"operations", sum.count()}, {"bins", bins}});
  }
  return json;
}

}  // namespace

std::vector<std::pair<double, double>> log_bins(const record::Histogram& histogram) {
  std::map<int, double> counts;
  for (const auto& [bucket, count] : histogram.buckets()) {
    const auto [low, high] = record::Histogram::edges_us(bucket);
    const double middle_ms = std::max((static_cast<double>(low) + static_cast<double>(high)) / 2, 0.5) / 1000;
    counts[static_cast<int>(std::floor(std::log10(middle_ms) * bins_per_decade))] += static_cast<double>(count);
  }
  std::vector<std::pair<double, double>> bins;
  if (counts.empty()) return bins;
  for (int bin = counts.begin()->first; bin <= counts.rbegin()->first; ++bin) {
    const auto found = counts.find(bin);
    const double share = found == counts.end() ? 0 : 100 * found->second / static_cast<double>(histogram.count());
    bins.emplace_back(std::pow(10, static_cast<double>(bin) / bins_per_decade), share);
  }
  return bins;
}

std::string chart_data(const analyse::Analysis& analysis) {
  Json passes = Json::array();
  for (const analyse::Pass& pass : analysis.passes) {
    if (pass.timeline.empty()) continue;
    passes.push_back({{"duration", seconds(pass.duration)},
                      {"phases", phases_json(pass)},
                      {"lanes", lanes_json(pass)},
                      {"timeline", timeline_json(pass)},
                      {"histograms", histograms_json(pass)}});
  }
  const Json json = {{"passes", passes}};
  return json_for_html(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace pgrehearse::reports
