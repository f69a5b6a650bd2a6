#include "harness/analyse/estimate_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/base/units.hpp"

namespace pgrehearse::analyse {
namespace {

constexpr std::size_t fewest_sizes = 3;
constexpr double furthest = 30;  // times the largest rehearsed size
constexpr double tolerated_foreign_cpu = 0.1;

std::set<double> sizes_of(const StatementSeries& series) {
  std::set<double> sizes;
  for (const Measured& point : series.points) sizes.insert(point.rows);
  return sizes;
}

std::string too_few_sizes(const StatementSeries& series, double) {
  const std::size_t sizes = sizes_of(series).size();
  if (sizes >= fewest_sizes) return "";
  return fmt::format("it was measured at {} size{}, and a curve needs {}", sizes, sizes == 1 ? "" : "s", fewest_sizes);
}

std::string too_far(const StatementSeries& series, double target_rows) {
  const auto sizes = sizes_of(series);
  if (sizes.empty() || target_rows <= furthest * *sizes.rbegin()) return "";
  return fmt::format("target is {:.0f} times the largest rehearsed size ({} rows); at most {:.0f} times is",
                     target_rows / *sizes.rbegin(), base::format_short(*sizes.rbegin()), furthest);
}

std::string failing(const StatementSeries& series, double) {
  for (const Measured& point : series.points) {
    if (point.failed) return fmt::format("it fails at {} rows", base::format_short(point.rows));
  }
  return "";
}

std::string disturbed_machine(const StatementSeries& series, double) {
  for (const Measured& point : series.points) {
    if (point.foreign_cpu_share <= tolerated_foreign_cpu) continue;
    return fmt::format("other programs used the machine while it ran at {} rows ({:.0f} % of a core)",
                       base::format_short(point.rows), 100 * point.foreign_cpu_share);
  }
  return "";
}

using Condition = std::optional<int> Measured::*;
struct NamedCondition {
  Condition condition;
  const char* words;
};
constexpr NamedCondition conditions[] = {{&Measured::checkpoints, "checkpoints during it"},
                                         {&Measured::parallel_workers, "parallel workers"}};

// The median of the repetitions, as for the times, by size; sizes where it is unknown are not in it.
std::map<double, int> by_size(const StatementSeries& series, Condition condition) {
  std::map<double, std::vector<int>> counts;
  for (const Measured& point : series.points) {
    if (point.*condition) counts[point.rows].push_back(*(point.*condition));
  }
  std::map<double, int> medians;
  for (auto& [rows, of_size] : counts) {
    std::sort(of_size.begin(), of_size.end());
    medians[rows] = of_size[of_size.size() / 2];
  }
  return medians;
}

// Sizes at which the condition was another than at the largest.
std::set<double> otherwise(const StatementSeries& series, Condition condition) {
  std::set<double> sizes;
  const std::map<double, int> counts = by_size(series, condition);
  for (const auto& [rows, count] : counts) {
    if (count != counts.rbegin()->second) sizes.insert(rows);
  }
  return sizes;
}

std::string sizes_words(const std::set<double>& sizes) {
  std::vector<std::string> words;
  for (const double rows : sizes) words.push_back(base::format_short(rows));
  return fmt::format("{} rows", fmt::join(words, ", "));
}

std::string other_conditions(const StatementSeries& series, double) {
  if (sizes_of(series).size() < fewest_sizes || sizes_of(comparable(series)).size() >= fewest_sizes) return "";
  std::vector<std::string> differ;
  for (const auto& [condition, words] : conditions) {
    if (!otherwise(series, condition).empty()) differ.emplace_back(words);
  }
  return fmt::format(
      "{} differ between the sizes, and a curve needs {} that are alike: rehearse larger ones with --size",
      fmt::join(differ, " and "), fewest_sizes);
}

}  // namespace

StatementSeries comparable(const StatementSeries& series) {
  StatementSeries alike = series;
  for (const auto& [condition, words] : conditions) {
    const std::set<double> others = otherwise(series, condition);
    std::erase_if(alike.points, [&](const Measured& point) { return others.contains(point.rows); });
  }
  return alike;
}

std::vector<std::string> left_out(const StatementSeries& series) {
  std::vector<std::string> notes;
  for (const auto& [condition, words] : conditions) {
    const std::set<double> others = otherwise(series, condition);
    if (others.empty()) continue;
    notes.push_back(fmt::format("{} left out: other {} than at {} rows", sizes_words(others), words,
                                base::format_short(*sizes_of(series).rbegin())));
  }
  return notes;
}

std::vector<std::string> refusals(const StatementSeries& series, double target_rows) {
  std::vector<std::string> found;
  for (const auto rule : {failing, too_few_sizes, too_far, disturbed_machine, other_conditions}) {
    std::string reason = rule(series, target_rows);
    if (!reason.empty()) found.push_back("not estimated because " + reason);
  }
  return found;
}

}  // namespace pgrehearse::analyse
