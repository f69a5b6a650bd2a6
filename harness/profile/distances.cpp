#include "harness/profile/distances.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "generators/type_family.hpp"
#include "harness/profile/value_order.hpp"

namespace pgrehearse::profile {
namespace {

using generators::ColumnStatistics;
using generators::Mark;

double common_share(const ColumnStatistics& column) {
  double share = 0;
  for (const Mark& mark : column.marks) share += mark.frequency;
  return share;
}

std::size_t bounds(const ColumnStatistics& column) {
  return static_cast<std::size_t>(
      std::count_if(column.marks.begin(), column.marks.end(), [](const Mark& mark) { return !mark.common(); }));
}

// Of the rows that are not null: what one bucket of the histogram holds, and all that marks tell of.
struct Masses {
  double bucket = 0, whole = 0;
};

Masses masses(const ColumnStatistics& column) {
  const double common = common_share(column);
  const std::size_t number = bounds(column);
  if (number < 2) return {0, common};
  const double rest = std::max(0.0, 1 - column.null_fraction - common);
  return {rest / static_cast<double>(number - 1), common + rest};
}

std::vector<double> falling_shares(const ColumnStatistics& column) {
  std::vector<double> shares;
  for (const Mark& mark : column.marks) {
    if (mark.common()) shares.push_back(mark.frequency);
  }
  std::sort(shares.rbegin(), shares.rend());
  return shares;
}

double least_share(const ColumnStatistics& column) {
  const auto shares = falling_shares(column);
  return shares.empty() ? 0 : shares.back();
}

double beyond(double share, double least) { return std::max(0.0, share - least); }

double common_by_rank(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  const auto a = falling_shares(target), b = falling_shares(achieved);
  const double least_a = least_share(target), least_b = least_share(achieved);
  double sum = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i >= b.size()) {
      sum += beyond(a[i], least_b);
    } else if (i >= a.size()) {
      sum += beyond(b[i], least_a);
    } else {
      sum += std::abs(a[i] - b[i]);
    }
  }
  return sum / 2;
}

std::map<std::string, double> shares_by_value(const ColumnStatistics& column) {
  std::map<std::string, double> shares;
  for (const Mark& mark : column.marks) {
    if (mark.common()) shares[*mark.value] += mark.frequency;
  }
  return shares;
}

double common_by_value(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  const auto a = shares_by_value(target);
  auto b = shares_by_value(achieved);
  const double least_a = least_share(target), least_b = least_share(achieved);
  double sum = 0;
  for (const auto& [value, share] : a) {
    const auto other = b.find(value);
    sum += other == b.end() ? beyond(share, least_b) : std::abs(share - other->second);
    if (other != b.end()) b.erase(other);
  }
  for (const auto& [value, share] : b) sum += beyond(share, least_a);
  return sum / 2;
}

// A cumulative distribution over positions: atoms, and buckets with the same mass each, evenly spread.
class Distribution {
 public:
  Distribution(const ColumnStatistics& column, OrderKind kind) : masses_(masses(column)) {
    for (const Mark& mark : column.marks) {
      const auto at = mark.value ? position(kind, *mark.value) : std::nullopt;
      if (!at) {
        complete_ = false;
      } else if (mark.common()) {
        atoms_.push_back(finite(*at));
        held_.push_back(held_.back() + mark.frequency);
      } else {
        bounds_.push_back(finite(*at));
      }
    }
  }

  bool usable() const { return complete_ && masses_.whole > 0; }

  std::vector<double> points() const {
    std::vector<double> all = bounds_;
    all.insert(all.end(), atoms_.begin(), atoms_.end());
    return all;
  }

  // The share of values below x, or up to it.
  double below(double x, bool inclusive) const {
    const auto next = inclusive ? std::upper_bound(atoms_.begin(), atoms_.end(), x)
                                : std::lower_bound(atoms_.begin(), atoms_.end(), x);
    const double atoms = held_[static_cast<std::size_t>(next - atoms_.begin())];
    return (atoms + masses_.bucket * buckets_below(x, inclusive)) / masses_.whole;
  }

 private:
  static double finite(double at) { return std::clamp(at, -1e300, 1e300); }

  double buckets_below(double x, bool inclusive) const {
    if (bounds_.size() < 2) return 0;
    const auto next = inclusive ? std::upper_bound(bounds_.begin(), bounds_.end(), x)
                                : std::lower_bound(bounds_.begin(), bounds_.end(), x);
    if (next == bounds_.begin()) return 0;
    const auto whole = static_cast<double>(next - bounds_.begin() - 1);
    if (next == bounds_.end()) return whole;
    return whole + (x - *(next - 1)) / (*next - *(next - 1));
  }

  Masses masses_;
  std::vector<double> atoms_, bounds_;  // ascending, as the marks are
  std::vector<double> held_{0};         // by the first so many atoms
  bool complete_ = true;
};

double greatest_difference(const Distribution& a, const Distribution& b) {
  std::vector<double> points = a.points();
  const std::vector<double> more = b.points();
  points.insert(points.end(), more.begin(), more.end());
  double greatest = 0;
  for (const double x : points) {
    for (const bool inclusive : {false, true}) {
      greatest = std::max(greatest, std::abs(a.below(x, inclusive) - b.below(x, inclusive)));
    }
  }
  return greatest;
}

// What stands up to each common value, by value.
std::map<std::string, double> cumulated(const ColumnStatistics& column) {
  const Masses mass = masses(column);
  std::map<std::string, double> all;
  double sum = 0;
  bool first = true;
  for (const Mark& mark : column.marks) {
    if (mark.common()) {
      sum += mark.frequency;
      all[*mark.value] = sum / mass.whole;
    } else {
      sum += first ? 0 : mass.bucket;
      first = false;
    }
  }
  return all;
}

std::optional<double> distance_at_common_values(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (masses(target).whole <= 0 || masses(achieved).whole <= 0) return {};
  const auto a = cumulated(target), b = cumulated(achieved);
  std::optional<double> greatest;
  for (const auto& [value, share] : a) {
    const auto other = b.find(value);
    if (other != b.end()) greatest = std::max(greatest.value_or(0), std::abs(share - other->second));
  }
  return greatest;
}

// Where the list of common values ends, though there are others; 0: there are none.
double cut_share(const ColumnStatistics& column) { return bounds(column) > 1 ? least_share(column) : 0; }

// The rows that common values hold beyond a share of all rows each, over all rows before them in order: points of a
// line that rises in common values and is level in buckets.
std::vector<std::pair<double, double>> held_by_common(const ColumnStatistics& column, double beyond_share) {
  const Masses mass = masses(column);
  std::vector<std::pair<double, double>> line{{0, 0}};
  bool first = true;
  for (const Mark& mark : column.marks) {
    auto [all, common] = line.back();
    if (mark.common()) {
      line.emplace_back(all + mark.frequency / mass.whole, common + beyond(mark.frequency, beyond_share) / mass.whole);
    } else {
      if (!first) line.emplace_back(all + mass.bucket / mass.whole, common);
      first = false;
    }
  }
  return line;
}

double height(const std::vector<std::pair<double, double>>& line, double x) {
  const auto next = std::upper_bound(
      line.begin(), line.end(), x, [](double at, const std::pair<double, double>& point) { return at < point.first; });
  if (next == line.end()) return line.back().second;
  if (next == line.begin()) return line.front().second;
  const auto& [x0, y0] = *(next - 1);
  return y0 + (next->second - y0) * (x - x0) / (next->first - x0);
}

std::uint32_t length_of(const Mark& mark, bool bytes) {
  if (!mark.value) return mark.length;
  if (bytes) return static_cast<std::uint32_t>((mark.value->size() - std::min<std::size_t>(mark.value->size(), 2)) / 2);
  // Characters, not bytes: continuation bytes of UTF-8 do not count.
  return static_cast<std::uint32_t>(std::count_if(
      mark.value->begin(), mark.value->end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

using MassByLength = std::map<std::uint32_t, double>;

MassByLength mass_by_length(const ColumnStatistics& column) {
  const Masses mass = masses(column);
  const std::size_t number = bounds(column);
  MassByLength by_length;
  std::size_t bound = 0;
  for (const Mark& mark : column.marks) {
    double share = mark.frequency;
    if (!mark.common()) {
      const bool at_an_end = bound == 0 || bound + 1 == number;
      share = at_an_end ? mass.bucket / 2 : mass.bucket;
      ++bound;
    }
    by_length[length_of(mark, column.type == "bytea")] += share / mass.whole;
  }
  return by_length;
}

MassByLength mass_by_width(const std::vector<std::uint32_t>& quantiles) {
  MassByLength by_width;
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const bool at_an_end = i == 0 || i + 1 == quantiles.size();
    by_width[quantiles[i]] += (at_an_end ? 0.5 : 1) / static_cast<double>(quantiles.size() - 1);
  }
  return by_width;
}

double greatest_difference(const MassByLength& a, const MassByLength& b) {
  MassByLength difference = a;
  for (const auto& [length, mass] : b) difference[length] -= mass;
  double sum = 0, greatest = 0;
  for (const auto& [length, change] : difference) {
    sum += change;
    greatest = std::max(greatest, std::abs(sum));
  }
  return greatest;
}

// Not network addresses or UUIDs, say.
bool is_as_wide_as_long(const std::string& type) {
  for (const char* family : {"", "text", "bytea", "jsonb", "xml"})
    if (generators::same_kind_of_type(type, family)) return true;
  return false;
}

}  // namespace

bool know_values(const ColumnStatistics& a, const ColumnStatistics& b) {
  const auto known = [](const Mark& mark) { return mark.value.has_value(); };
  return std::all_of(a.marks.begin(), a.marks.end(), known) && std::all_of(b.marks.begin(), b.marks.end(), known);
}

std::optional<double> common_distance(const ColumnStatistics& target, const ColumnStatistics& achieved, bool by_value) {
  if (falling_shares(target).empty()) return {};
  return by_value ? common_by_value(target, achieved) : common_by_rank(target, achieved);
}

std::optional<double> value_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  const OrderKind kind = order_kind(target.type);
  const Distribution a(target, kind), b(achieved, kind);
  if (kind != OrderKind::none && a.usable() && b.usable()) return greatest_difference(a, b);
  return distance_at_common_values(target, achieved);
}

std::optional<double> rank_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (masses(target).whole <= 0 || masses(achieved).whole <= 0) return {};
  const double cut = std::max(cut_share(target), cut_share(achieved));
  const auto a = held_by_common(target, cut), b = held_by_common(achieved, cut);
  double greatest = 0;
  for (const auto& [x, y] : a) greatest = std::max(greatest, std::abs(y - height(b, x)));
  for (const auto& [x, y] : b) greatest = std::max(greatest, std::abs(y - height(a, x)));
  return greatest;
}

std::optional<double> width_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (target.widths.empty() || achieved.widths.empty()) return {};
  return greatest_difference(mass_by_width(target.widths), mass_by_width(achieved.widths));
}

std::optional<double> length_distance(const ColumnStatistics& target, const ColumnStatistics& achieved) {
  if (masses(target).whole <= 0 || masses(achieved).whole <= 0 || !is_as_wide_as_long(target.type)) return {};
  return greatest_difference(mass_by_length(target), mass_by_length(achieved));
}

}  // namespace pgrehearse::profile
