#include "harness/profile/nested_distances.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "harness/profile/value_order.hpp"

namespace pgrehearse::profile {
namespace {

using generators::ColumnStatistics;
using generators::Mark;
using generators::RangeStatistics;

using Shares = std::map<std::string, double>;

bool known(const std::vector<Mark>& marks) {
  return std::all_of(marks.begin(), marks.end(), [](const Mark& mark) { return mark.value.has_value(); });
}

// By element, or by rank.
Shares shares_of(const std::vector<Mark>& marks, bool by_value) {
  Shares shares;
  std::vector<double> falling;
  for (const Mark& mark : marks) {
    if (by_value) shares[*mark.value] += mark.frequency;
    falling.push_back(mark.frequency);
  }
  if (by_value) return shares;
  std::sort(falling.rbegin(), falling.rend());
  for (std::size_t i = 0; i < falling.size(); ++i) shares[std::to_string(i)] = falling[i];
  return shares;
}

double least(const Shares& shares) {
  double share = 1;
  for (const auto& [element, each] : shares) share = std::min(share, each);
  return share;
}

double sum(const Shares& shares) {
  double all = 0;
  for (const auto& [element, share] : shares) all += share;
  return all;
}

// Of quantiles with equal shares between them.
std::map<double, double> masses(const std::vector<double>& quantiles, double whole) {
  if (quantiles.size() == 1) return {{quantiles.front(), whole}};
  std::map<double, double> by_value;
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const bool at_an_end = i == 0 || i + 1 == quantiles.size();
    by_value[quantiles[i]] += whole * (at_an_end ? 0.5 : 1) / static_cast<double>(quantiles.size() - 1);
  }
  return by_value;
}

double greatest_difference(std::map<double, double> a, const std::map<double, double>& b) {
  for (const auto& [value, mass] : b) a[value] -= mass;
  double all = 0, greatest = 0;
  for (const auto& [value, change] : a) {
    all += change;
    greatest = std::max(greatest, std::abs(all));
  }
  return greatest;
}

std::map<double, double> lengths_of(const RangeStatistics& ranges) {
  auto by_length = masses(ranges.lengths, 1 - ranges.unbounded_fraction);
  by_length[std::numeric_limits<double>::infinity()] += ranges.unbounded_fraction;
  return by_length;
}

// What an element of the range is called: "tstzrange" is of timestamps. None: its order is not known here.
OrderKind bound_kind(const std::string& type) {
  for (const char* numbers : {"int4", "int8", "num"})
    if (type.starts_with(numbers)) return OrderKind::number;
  for (const char* times : {"ts", "date"})
    if (type.starts_with(times)) return OrderKind::time;
  return OrderKind::none;
}

// None where one is not to be told. No bound is beyond all others.
std::optional<std::vector<double>> positions(const std::vector<std::string>& bounds, OrderKind kind, double beyond) {
  std::vector<double> all;
  for (const std::string& bound : bounds) {
    const auto at = bound.empty() ? beyond : position(kind, bound);
    if (!at) return {};
    all.push_back(*at);
  }
  return all;
}

double bound_distance(const std::vector<std::string>& target, const std::vector<std::string>& achieved, OrderKind kind,
                      double beyond) {
  const auto a = positions(target, kind, beyond), b = positions(achieved, kind, beyond);
  if (!a || !b || a->size() < 2 || b->size() < 2) return 0;
  return greatest_difference(masses(*a, 1), masses(*b, 1));
}

}  // namespace

std::optional<double> element_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (!target.elements || !achieved.elements) return {};
  const auto &wanted = target.elements->common, &found = achieved.elements->common;
  if (wanted.empty() || found.empty()) return {};
  const bool by_value = known(wanted) && known(found);
  const Shares a = shares_of(wanted, by_value);
  Shares b = shares_of(found, by_value);
  const double all = sum(a) + sum(b), least_a = least(a), least_b = least(b);
  double difference = 0;
  for (const auto& [element, share] : a) {
    const auto other = b.find(element);
    difference += other == b.end() ? std::max(share - least_b, 0.0) : std::abs(share - other->second);
    if (other != b.end()) b.erase(other);
  }
  for (const auto& [element, share] : b) difference += std::max(share - least_a, 0.0);
  return difference / all;
}

std::optional<double> count_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (!target.elements || !achieved.elements) return {};
  if (target.elements->counts.size() < 2 || achieved.elements->counts.size() < 2) return {};
  return greatest_difference(masses(target.elements->counts, 1), masses(achieved.elements->counts, 1));
}

std::optional<double> range_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (!target.ranges || !achieved.ranges) return {};
  const RangeStatistics &a = *target.ranges, &b = *achieved.ranges;
  const OrderKind kind = bound_kind(target.type);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return std::max({std::abs(a.empty_fraction - b.empty_fraction), greatest_difference(lengths_of(a), lengths_of(b)),
                   bound_distance(a.lower, b.lower, kind, -infinity),
                   bound_distance(a.upper, b.upper, kind, infinity)});
}

}  // namespace pgrehearse::profile
