#include "harness/analyse/estimate_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
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

template <class Field>
std::string differs(const StatementSeries& series, Field field, const char* what) {
  std::set<int> seen;
  for (const Measured& point : series.points) {
    if (point.*field) seen.insert(*(point.*field));
  }
  if (seen.size() < 2) return "";
  return fmt::format("{} differ between the sizes ({} to {})", what, *seen.begin(), *seen.rbegin());
}

std::string other_checkpoints(const StatementSeries& series, double) {
  return differs(series, &Measured::checkpoints, "checkpoints during it");
}
std::string other_workers(const StatementSeries& series, double) {
  return differs(series, &Measured::parallel_workers, "parallel workers");
}

}  // namespace

std::vector<std::string> refusals(const StatementSeries& series, double target_rows) {
  std::vector<std::string> found;
  for (const auto rule : {failing, too_few_sizes, too_far, disturbed_machine, other_checkpoints, other_workers}) {
    std::string reason = rule(series, target_rows);
    if (!reason.empty()) found.push_back("not estimated because " + reason);
  }
  return found;
}

}  // namespace pgrehearse::analyse
