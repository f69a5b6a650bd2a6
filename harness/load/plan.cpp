#include "harness/load/plan.hpp"

#include <algorithm>

#include "harness/base/check.hpp"

namespace pgrehearse::load {

Plan::Plan(const std::vector<Share>& shares, double rate_per_s, Arrivals arrivals, base::Seed seed) {
  const auto stream = [&](std::string_view name, double rate) {
    const base::Seed own = seed.derive(name);
    return Stream{Schedule(rate, arrivals, own), own, {}, {}, 0, {}};
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
  find_soonest();
}

void Plan::find_soonest() {
  const auto first = std::min_element(streams_.begin(), streams_.end(), [](auto& a, auto& b) { return a.due < b.due; });
  soonest_ = static_cast<std::size_t>(first - streams_.begin());
}

Planned Plan::take() {
  Stream& stream = streams_[soonest_];
  const std::uint64_t n = stream.number++;
  const Planned planned{stream.due, stream.scripts[pick_by_weight(stream.weights, stream.seed, n)],
                        stream.seed.derive(n)};
  stream.due = stream.schedule.due(stream.number);
  find_soonest();
  return planned;
}

}  // namespace pgrehearse::load
