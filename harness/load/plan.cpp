#include "harness/load/plan.hpp"

#include <algorithm>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

Schedule schedule_of(double rate_per_s, const scenario::Timetable& timetable, Arrivals arrivals, base::Seed seed) {
  return timetable.empty() ? Schedule(rate_per_s, arrivals, seed) : Schedule(timetable, arrivals, seed);
}

}  // namespace

Plan::Plan(const std::vector<Share>& shares, const Demand& demand, base::Seed seed)
    : slices_(demand.slices), timed_(demand.timed) {
  PGR_CHECK(!shares.empty() && demand.slice < demand.slices);
  std::vector<std::size_t> common;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Share& share = shares[i];
    if (!share.rate_per_s && share.timetable.empty()) {
      common.push_back(i);
      continue;
    }
    const base::Seed own = seed.derive("script " + share.name);
    streams_.push_back({schedule_of(share.rate_per_s.value_or(0), share.timetable, demand.arrivals, own),
                        own,
                        {i},
                        {1},
                        {},
                        demand.slice,
                        {}});
  }
  if (!common.empty()) {
    const base::Seed own = seed.derive("common");
    streams_.push_back({schedule_of(demand.rate_per_s, demand.timetable, demand.arrivals, own),
                        own,
                        common,
                        {},
                        {},
                        demand.slice,
                        {}});
    for (std::size_t i : common) streams_.back().weights.push_back(shares[i].weight);
  }
  for (Stream& each : streams_) each.due = each.schedule.due(each.number);
  activate({});
  find_soonest();
}

void Plan::find_soonest() {
  const auto first = std::min_element(streams_.begin(), streams_.end(), [](auto& a, auto& b) { return a.due < b.due; });
  soonest_ = static_cast<std::size_t>(first - streams_.begin());
}

Planned Plan::take() {
  Stream& stream = streams_[soonest_];
  const std::uint64_t n = stream.number;
  Planned planned{stream.due, {}, stream.seed.derive(n)};
  if (stream.active) planned.script = stream.scripts[pick_by_weight(stream.active_weights, stream.seed, n)];
  stream.number += slices_;
  if (!timed_ && streams_.size() == 1) return planned;
  stream.due = std::max(stream.due, stream.schedule.due(stream.number));  // whatever rounding made of it
  find_soonest();
  return planned;
}

void Plan::activate(const std::vector<bool>& active) {
  any_active_ = false;
  for (Stream& stream : streams_) {
    stream.active_weights = stream.weights;
    for (std::size_t i = 0; i < stream.scripts.size() && !active.empty(); ++i) {
      if (!active[stream.scripts[i]]) stream.active_weights[i] = 0;
    }
    const auto above_zero = [](double weight) { return weight > 0; };
    stream.active = std::any_of(stream.active_weights.begin(), stream.active_weights.end(), above_zero);
    any_active_ |= stream.active;
  }
}

}  // namespace pgrehearse::load
