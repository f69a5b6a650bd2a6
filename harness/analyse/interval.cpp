#include "harness/analyse/interval.hpp"

namespace pgrehearse::analyse {
namespace {

// Sorted, without overlaps.
std::vector<Interval> united(std::vector<Interval> parts) {
  std::sort(parts.begin(), parts.end(), [](Interval a, Interval b) { return a.from < b.from; });
  std::vector<Interval> result;
  for (const Interval& part : parts) {
    if (!result.empty() && part.from <= result.back().to) {
      result.back().to = std::max(result.back().to, part.to);
    } else {
      result.push_back(part);
    }
  }
  return result;
}

std::vector<Interval> intersected(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::vector<Interval> result;
  for (const Interval& x : a) {
    for (const Interval& y : b) {
      if (overlap(x, y) > Duration{}) result.push_back({std::max(x.from, y.from), std::min(x.to, y.to)});
    }
  }
  return result;
}

}  // namespace

Duration covered_by_all(Interval interval, const std::vector<std::vector<Interval>>& covers) {
  std::vector<Interval> remaining{interval};
  for (const auto& cover : covers) remaining = intersected(remaining, united(cover));
  Duration sum{};
  for (const Interval& part : remaining) sum += part.length();
  return sum;
}

}  // namespace pgrehearse::analyse
