#include "tests/bench/series.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/check.hpp"

namespace pgrehearse::bench {

double median(std::vector<double> values) {
  PGR_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void print_header(const std::string& ours, const std::string& theirs) {
  fmt::print("{:<34}{:>14}{:>14}   {}\n", "", ours, theirs, "ratio (least .. most)");
}

void print(const Series& series) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < series.ours.size(); ++i) ratios.push_back(series.ours[i] / series.theirs[i]);
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  fmt::print("{:<34}{:>14.1f}{:>14.1f}   {:.2f} ({:.2f} .. {:.2f})\n", series.name + ", " + series.unit,
             median(series.ours), median(series.theirs), median(ratios), *least, *most);
}

}  // namespace pgrehearse::bench
