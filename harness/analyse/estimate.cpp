#include "harness/analyse/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/analyse/estimate_refusal.hpp"
#include "harness/analyse/fit.hpp"
#include "harness/analyse/words.hpp"

namespace pgrehearse::analyse {
namespace {

// The median of the repetitions at each size, smallest size first. Zeros are left out: there is nothing to fit.
template <class Value>
std::vector<SizeTime> medians(const StatementSeries& series, Value value) {
  std::map<double, std::vector<double>> by_size;
  for (const Measured& point : series.points) {
    const double found = value(point);
    if (found > 0) by_size[point.rows].push_back(found);
  }
  std::vector<SizeTime> result;
  for (auto& [rows, values] : by_size) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    result.push_back({rows, n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2});
  }
  return result;
}

double largest_value(const std::vector<SizeTime>& points) {
  double largest = 0;
  for (const SizeTime& point : points) largest = std::max(largest, point.value);
  return largest;
}

bool wal_grows(const StatementSeries& series) {
  constexpr double a_few_pages = 65536;  // a full-page image or two of the catalog come and go
  const auto points = medians(series, [](const Measured& m) { return m.wal_bytes.value_or(0); });
  return !points.empty() && largest_value(points) > 2 * points.front().value + a_few_pages;
}

std::optional<double> wal_at(const StatementSeries& series, double target_rows) {
  for (const Measured& point : series.points) {
    if (!point.wal_bytes) return {};
  }
  const auto points = medians(series, [](const Measured& m) { return *m.wal_bytes; });
  return points.empty() ? 0 : at_linear(fit_linear(points), target_rows);
}

// A change of the catalog alone takes the same few milliseconds at any size; the high bound's N^1.5 would make seconds
// of them. All of it must agree: no table touched, no WAL per row, no growth.
bool is_independent_of_size(const StatementSeries& series, const std::vector<SizeTime>& points) {
  constexpr double flat = 0.2;
  return !series.touches_rows && !wal_grows(series) && std::abs(fit_exponent(points)) < flat;
}

Range constant_range(const std::vector<SizeTime>& points) {
  Range range{points.front().value, 0, 2 * largest_value(points)};
  for (const SizeTime& point : points) {
    range.low = std::min(range.low, point.value);
    range.central += point.value / static_cast<double>(points.size());
  }
  return range;
}

Range growing_range(const std::vector<SizeTime>& points, double target_rows) {
  const SizeTime& last = points.back();
  const double exponent = std::max(1.5, fit_exponent(points) + 0.1);
  Range range;
  range.central = std::max(at_n_log_n(fit_n_log_n(points), target_rows), 0.0);
  range.low = std::clamp(at_linear(fit_linear(points), target_rows), 0.0, range.central);
  range.high = std::max(last.value * std::pow(target_rows / last.rows, exponent), range.central);
  return range;
}

Range range_of(const StatementSeries& series, const std::vector<SizeTime>& points, double target_rows) {
  if (points.empty()) return {};
  return is_independent_of_size(series, points) ? constant_range(points) : growing_range(points, target_rows);
}

Range operator+(const Range& a, const Range& b) { return {a.low + b.low, a.central + b.central, a.high + b.high}; }

// None as soon as one part is: a sum with a hole in it would look like a small one.
std::optional<Range> sum(const std::vector<StatementEstimate>& statements,
                         std::optional<Range> StatementEstimate::*part, const std::string& phase) {
  std::optional<Range> total;
  for (const StatementEstimate& statement : statements) {
    if (!phase.empty() && statement.phase != phase) continue;
    if (!(statement.*part)) return {};
    total = total.value_or(Range{}) + *(statement.*part);
  }
  return total;
}

std::optional<double> sum_of_wal(const std::vector<StatementEstimate>& statements) {
  std::optional<double> total;
  for (const StatementEstimate& statement : statements) {
    if (!statement.wal_bytes) return {};
    total = total.value_or(0) + *statement.wal_bytes;
  }
  return total;
}

std::optional<Range> locked_at(const std::vector<Rehearsed>& runs, double target_rows) {
  std::vector<StatementEstimate> phases;
  for (const StatementSeries& series : collect_locked(runs)) phases.push_back(estimate_statement(series, target_rows));
  return sum(phases, &StatementEstimate::duration_ms, "");
}

std::optional<double> disk_at(const std::vector<Rehearsed>& runs, double target_rows) {
  std::vector<SizeTime> points;
  for (const Rehearsed& run : runs) {
    double bytes = 0;
    for (const record::TableFilled& table : run.analysis->tables) bytes += static_cast<double>(table.bytes);
    if (bytes > 0) points.push_back({run.rows, bytes});
  }
  if (points.size() < 2) return {};
  return at_linear(fit_linear(points), target_rows);
}

std::vector<double> sizes_of(const std::vector<Rehearsed>& runs) {
  std::vector<double> sizes;
  for (const Rehearsed& run : runs) sizes.push_back(run.rows);
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

}  // namespace

StatementEstimate estimate_statement(const StatementSeries& series, double target_rows) {
  StatementEstimate result{series.phase, series.file, series.line, series.sql, {}, {}, {}, {}, {}};
  result.refusals = refusals(series, target_rows);
  if (!result.refusals.empty()) return result;
  result.notes = left_out(series);
  const StatementSeries alike = comparable(series);
  const auto times = medians(alike, [](const Measured& m) { return m.duration_ms; });
  const auto locks = medians(alike, [](const Measured& m) { return m.held_ms; });
  result.duration_ms = range_of(alike, times, target_rows);
  result.held_ms = range_of(alike, locks, target_rows);
  result.wal_bytes = wal_at(alike, target_rows);
  return result;
}

Estimate estimate(const std::vector<Rehearsed>& runs, double target_rows) {
  Estimate result;
  result.target_rows = target_rows;
  result.sizes = sizes_of(runs);
  for (const StatementSeries& series : collect(runs)) {
    result.statements.push_back(estimate_statement(series, target_rows));
    const StatementEstimate& added = result.statements.back();
    for (const std::string& reason : added.refusals) {
      result.refusals.push_back(place_of(added.file, added.line) + ": " + reason);
    }
    for (const std::string& note : added.notes) {
      result.notes.push_back(place_of(added.file, added.line) + ": " + note);
    }
  }
  result.up_ms = sum(result.statements, &StatementEstimate::duration_ms, "up");
  result.down_ms = sum(result.statements, &StatementEstimate::duration_ms, "down");
  result.held_ms = locked_at(runs, target_rows);
  result.wal_bytes = sum_of_wal(result.statements);
  result.disk_bytes = disk_at(runs, target_rows);
  return result;
}

}  // namespace pgrehearse::analyse
