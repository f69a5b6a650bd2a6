// ANALYZE without a server, to hold generated rows against: what compute_scalar_stats and analyze_mcv_list of
// PostgreSQL do (src/backend/commands/analyze.c), over a simple random sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "generators/ordinals.hpp"
#include "generators/quantity.hpp"
#include "generators/statistics.hpp"
#include "tests/generators/shapes.hpp"

namespace pgrehearse::generators::testing {

using Rows = std::function<std::optional<std::string>(std::uint64_t)>;

// Where a value stands in its type's order; text by its bytes.
inline double place_of(const Type& type, const std::string& text) {
  static const Limits none;
  if (type.kind == Kind::text || type.kind == Kind::bytea) return 0;
  if (type.kind == Kind::numeric || type.kind == Kind::float8) return std::stod(text);
  return static_cast<double>(make_ordinals(type, none, {}, {})->parse(text).value());
}

inline double width_of(const Type& type, const std::string& text) {
  switch (type.kind) {
    case Kind::boolean:
      return 1;
    case Kind::int4:
    case Kind::date:
    case Kind::enumeration:
      return 4;
    case Kind::int8:
    case Kind::timestamp:
      return 8;
    case Kind::uuid:
      return 16;
    case Kind::numeric: {  // numeric.c: a short header, and two bytes for each group of four digits
      std::size_t point = std::min(text.find('.'), text.size()), sign = text[0] == '-' ? 1 : 0;
      std::string whole = text.substr(sign, point - sign), fraction = point < text.size() ? text.substr(point + 1) : "";
      whole.erase(0, whole.find_first_not_of('0'));
      while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
      return static_cast<double>(3 + 2 * ((whole.size() + 3) / 4 + (fraction.size() + 3) / 4));
    }
    default:
      return static_cast<double>(text.size() + (text.size() > 126 ? 4 : 1));
  }
}

struct Sampled {
  double place;
  std::string text;
  std::size_t tuple;  // among the non-null ones
  bool operator==(const Sampled& other) const { return place == other.place && text == other.text; }
};

struct Tracked {
  std::size_t first = 0, count = 0;  // in the sorted sample
};

class Analyze {
 public:
  Analyze(const Type& type, std::uint64_t rows, int target) : type_(type), rows_(rows), target_(target) {}

  ColumnStatistics run(const Rows& row, std::uint64_t seed) {
    found_.rows = rows_;
    take_sample(row, seed);
    std::stable_sort(sample_.begin(), sample_.end(), [](const Sampled& a, const Sampled& b) {
      return std::tie(a.place, a.text, a.tuple) < std::tie(b.place, b.text, b.tuple);
    });
    find_runs();
    find_distinct();
    find_common();
    find_marks();
    find_correlation();
    return found_;
  }

 private:
  void take_sample(const Rows& row, std::uint64_t seed) {
    base::RandomStream random(base::Seed{seed}.derive("sample"));
    double left = std::min<double>(300.0 * target_, static_cast<double>(rows_)), width = 0;
    read_ = static_cast<std::size_t>(left);
    for (std::uint64_t i = 0; i < rows_; ++i) {
      if (random.unit() * static_cast<double>(rows_ - i) >= left) continue;
      left -= 1;
      auto text = row(i);
      if (!text) continue;
      width += width_of(type_, *text);
      double place = place_of(type_, *text);
      bool scalar = type_.kind != Kind::text && type_.kind != Kind::bytea;
      sample_.push_back({place, scalar && type_.kind != Kind::uuid ? "" : *text, sample_.size()});
      if (scalar) texts_.try_emplace(place, *text);
    }
    double size = static_cast<double>(sample_.size());
    found_.null_fraction = 1 - size / static_cast<double>(read_);
    found_.average_width = size > 0 ? width / size : 0;
  }

  void find_runs() {
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      if (i == 0 || !(sample_[i] == sample_[i - 1])) runs_.push_back({i, 0});
      ++runs_.back().count;
    }
  }

  void find_distinct() {
    double n = static_cast<double>(sample_.size()), d = static_cast<double>(runs_.size()), once = 0;
    for (const Tracked& run : runs_) once += run.count == 1 ? 1 : 0;
    double total = static_cast<double>(rows_), shown = total * (1 - found_.null_fraction);
    if (once == d) {
      found_.distinct = -1 * (1 - found_.null_fraction);
    } else if (once == 0) {
      found_.distinct = d;
    } else {
      double estimate = n * d / ((n - once) + once * n / shown);
      found_.distinct = std::floor(std::clamp(estimate, d, shown) + 0.5);
    }
    if (found_.distinct > 0.1 * total) found_.distinct = -(found_.distinct / total);
  }

  void find_common() {
    for (const Tracked& run : runs_)
      if (run.count > 1) common_.push_back(run);
    std::stable_sort(common_.begin(), common_.end(),
                     [](const Tracked& a, const Tracked& b) { return a.count > b.count; });
    auto most = static_cast<std::size_t>(target_);
    bool all = common_.size() == runs_.size() && found_.distinct > 0 && common_.size() <= most;
    if (common_.size() > most) common_.resize(most);
    if (!all && read_ < rows_) drop_uncommon();
  }

  void drop_uncommon() {
    double N = static_cast<double>(rows_), n = static_cast<double>(read_), sum = 0;
    double distinct = found_.distinct_in(N);
    for (std::size_t i = 0; i + 1 < common_.size(); ++i) sum += static_cast<double>(common_[i].count);
    while (!common_.empty()) {
      double share = std::clamp(1 - sum / n - found_.null_fraction, 0.0, 1.0);
      double others = distinct - static_cast<double>(common_.size() - 1),
             count = static_cast<double>(common_.back().count);
      if (others > 1) share /= others;
      double K = N * count / n, deviation = std::sqrt(n * K * (N - K) * (N - n) / (N * N * (N - 1)));
      if (count > share * n + 2 * deviation + 0.5) break;
      common_.pop_back();
      if (!common_.empty()) sum -= static_cast<double>(common_.back().count);
    }
  }

  void find_marks() {
    std::map<std::size_t, Mark> marks;  // by place in the sample
    std::vector<bool> is_common(sample_.size());
    for (const Tracked& run : common_) {
      marks[run.first] = mark(run.first, static_cast<double>(run.count) / static_cast<double>(read_));
      std::fill_n(is_common.begin() + static_cast<std::ptrdiff_t>(run.first), run.count, true);
    }
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < sample_.size(); ++i)
      if (!is_common[i]) rest.push_back(i);
    std::size_t bounds = std::min(runs_.size() - common_.size(), static_cast<std::size_t>(target_) + 1);
    bounds = std::min(bounds, rest.size());
    std::vector<std::pair<std::size_t, Mark>> all(marks.begin(), marks.end());
    if (bounds >= 2)
      for (std::size_t i = 0; i < bounds; ++i) {
        std::size_t at = rest[i * (rest.size() - 1) / (bounds - 1)];
        all.emplace_back(at, mark(at, 0));
      }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [place, each] : all) found_.marks.push_back(std::move(each));
  }

  Mark mark(std::size_t place, double frequency) const {
    const Sampled& sampled = sample_[place];
    auto text = texts_.find(sampled.place);
    std::string value = sampled.text.empty() && text != texts_.end() ? text->second : sampled.text;
    return {value, static_cast<std::uint32_t>(value.size()), frequency};
  }

  void find_correlation() {
    if (sample_.size() < 2) return;
    double n = static_cast<double>(sample_.size()), sum = 0, middle = (n - 1) / 2;
    for (std::size_t i = 0; i < sample_.size(); ++i)
      sum += (static_cast<double>(i) - middle) * (static_cast<double>(sample_[i].tuple) - middle);
    found_.correlation = sum * 12 / (n * (n * n - 1));
  }

  const Type& type_;
  std::uint64_t rows_;
  int target_;
  std::size_t read_ = 0;
  std::vector<Sampled> sample_;
  std::map<double, std::string> texts_;
  std::vector<Tracked> runs_, common_;
  ColumnStatistics found_;
};

inline ColumnStatistics analyze(const Type& type, std::uint64_t rows, const Rows& row, std::uint64_t seed = 1,
                                int target = 100) {
  return Analyze(type, rows, target).run(row, seed);
}

// ---- comparing ----------------------------------------------------------------------------------------------------

struct Differences {
  double nulls = 0, distinct = 0, common = 0, distribution = 0, correlation = 0, width = 0;
};

// The share of the non-null rows below each mark, and up to it; a bound's is that of a point.
struct Step {
  double below = 0, up_to = 0;
};
inline std::vector<Step> steps_of(const ColumnStatistics& statistics) {
  double common = 0, bounds = 0, at = 0, shown = std::max(1 - statistics.null_fraction, 1e-9);
  for (const Mark& mark : statistics.marks)
    (mark.common() ? common : bounds) += mark.common() ? mark.frequency / shown : 1;
  double bucket = bounds > 1 ? (1 - common) / (bounds - 1) : 0;
  std::vector<Step> steps;
  bool first = true;
  for (const Mark& mark : statistics.marks) {
    if (!mark.common() && !first) at += bucket;
    if (!mark.common()) first = false;
    steps.push_back({at, at + mark.frequency / shown});
    at = steps.back().up_to;
  }
  return steps;
}

// The share of the non-null rows below a value, and up to it. Between two marks of which the statistics know no more:
// the least and the most.
inline Step share_at(const Type& type, const ColumnStatistics& statistics, const std::string& value) {
  std::vector<Step> steps = steps_of(statistics);
  auto less = [&](const std::string& a, const std::string& b) {
    double x = place_of(type, a), y = place_of(type, b);
    bool text = type.kind == Kind::text || type.kind == Kind::bytea;
    return text ? a < b : x < y;
  };
  Step share{0, 1};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string& mark = *statistics.marks[i].value;
    if (less(mark, value)) share.below = steps[i].up_to;
    if (less(value, mark)) {
      share.up_to = steps[i].below;
      break;
    }
    if (!less(mark, value)) {
      if (statistics.marks[i].common()) return steps[i];
      share.up_to = steps[i].up_to;
    }
  }
  return share;
}

// Kolmogorov-Smirnov, at the wanted marks; what the found histogram leaves open within a bucket is no difference.
inline double distribution_difference(const Type& type, const ColumnStatistics& wanted, const ColumnStatistics& found) {
  std::vector<Step> steps = steps_of(wanted);
  double most = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Step share = share_at(type, found, *wanted.marks[i].value);
    for (double each : {steps[i].below, steps[i].up_to})
      most = std::max({most, share.below - each, each - share.up_to});
  }
  return most;
}

inline double distinct_of(const ColumnStatistics& statistics, double rows) { return statistics.distinct_in(rows); }

// The share of the rows with a value that is not among the common ones, as the planner estimates it (var_eq_const in
// src/backend/utils/adt/selfuncs.c).
inline double share_of_others(const ColumnStatistics& statistics, double rows) {
  double left = 1 - statistics.null_fraction, others = distinct_of(statistics, rows);
  for (const Mark& mark : statistics.marks) {
    left -= mark.frequency;
    others -= mark.common() ? 1 : 0;
  }
  return std::max(left, 0.0) / std::max(others, 1.0);
}

// Total variation over the common values.
inline double common_difference(const ColumnStatistics& wanted, const ColumnStatistics& found, double rows,
                                bool by_value) {
  std::vector<double> a, b;
  for (const Mark& mark : wanted.marks)
    if (mark.common()) a.push_back(mark.frequency);
  if (by_value) {
    std::map<std::string, double> shares;
    for (const Mark& mark : found.marks)
      if (mark.common()) shares[*mark.value] = mark.frequency;
    for (const Mark& mark : wanted.marks)
      if (mark.common()) b.push_back(shares.contains(*mark.value) ? shares[*mark.value] : share_of_others(found, rows));
  } else {  // by frequency
    for (const Mark& mark : found.marks)
      if (mark.common()) b.push_back(mark.frequency);
    b.resize(std::max(a.size(), b.size()), share_of_others(found, rows));
    std::sort(a.rbegin(), a.rend()), std::sort(b.rbegin(), b.rend());
  }
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / 2;
}

inline Differences compare(const Type& type, const ColumnStatistics& wanted, const ColumnStatistics& found, double rows,
                           bool by_value) {
  Differences differences;
  differences.nulls = std::abs(wanted.null_fraction - found.null_fraction);
  differences.distinct = std::abs(distinct_of(found, rows) / std::max(distinct_of(wanted, rows), 1.0) - 1);
  differences.common = common_difference(wanted, found, rows, by_value);
  if (by_value) differences.distribution = distribution_difference(type, wanted, found);
  differences.correlation = std::abs(wanted.correlation.value_or(0) - found.correlation.value_or(0));
  differences.width = std::abs(found.average_width / std::max(wanted.average_width, 1.0) - 1);
  return differences;
}

}  // namespace pgrehearse::generators::testing
