#include "harness/load/plan.hpp"

#include <algorithm>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

bool any_above_zero(const std::vector<double>& weights) {
  return std::any_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
}

}  // namespace

Plan::Plan(const std::vector<Share>& shares, double rate_per_s, Arrivals arrivals, base::Seed seed) {
  const auto stream = [&](std::string_view name, double rate) {
    const base::Seed own = seed.derive(name);
    return Stream{Schedule(rate, arrivals, own), own, {}, {}, {}, 0, {}};
  };
  std::vector<std::size_t> common;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (!shares[i].rate_per_s) {
      common.push_back(i);
      continue;
    }
    streams_.push_back(stream("script " + shares[i].name, *shares[i].rate_per_s));
    streams_.back().scripts = {i};
    streams_.back().weights = {1};
  }
  if (!common.empty()) {
    streams_.push_back(stream("common", rate_per_s));
    streams_.back().scripts = common;
    for (std::size_t i : common) streams_.back().weights.push_back(shares[i].weight);
  }
  PGR_CHECK(!streams_.empty());
  for (Stream& each : streams_) each.due = each.schedule.due(0);
  activate({});
  find_soonest();
}

void Plan::find_soonest() {
  const auto first = std::min_element(streams_.begin(), streams_.end(), [](auto& a, auto& b) { return a.due < b.due; });
  soonest_ = static_cast<std::size_t>(first - streams_.begin());
}

Planned Plan::take() {
  Stream& stream = streams_[soonest_];
  const std::uint64_t n = stream.number++;
  Planned planned{stream.due, {}, stream.seed.derive(n)};
  if (any_above_zero(stream.active_weights)) {
    planned.script = stream.scripts[pick_by_weight(stream.active_weights, stream.seed, n)];
  }
  stream.due = stream.schedule.due(stream.number);
  find_soonest();
  return planned;
}

void Plan::activate(const std::vector<bool>& active) {
  for (Stream& stream : streams_) {
    stream.active_weights = stream.weights;
    for (std::size_t i = 0; i < stream.scripts.size() && !active.empty(); ++i) {
      if (!active[stream.scripts[i]]) stream.active_weights[i] = 0;
    }
  }
}

bool Plan::any_active() const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [](const Stream& stream) { return any_above_zero(stream.active_weights); });
}

}  // namespace pgrehearse::load
