// How many different elements rows have.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "generators/statistics.hpp"

namespace pgrehearse::generators {

// By quantiles. Between two of them that are far from each other, as the last ones are, small numbers are more
// frequent: as much as makes the mean what it is.
class ElementCounts {
 public:
  explicit ElementCounts(const ElementStatistics& statistics) : quantiles_(statistics.counts) {
    double low = 0, rise = 0;
    for (std::size_t i = 0; i + 1 < quantiles_.size(); ++i) {
      low += quantiles_[i];
      rise += quantiles_[i + 1] - quantiles_[i];
    }
    const double above = statistics.average_count * static_cast<double>(quantiles_.size() - 1) - low;
    constexpr double most = 16;
    if (rise > 0 && above > 0) power_ = std::clamp(rise / above - 1, 1 / most, most);
  }
  // At a share 0 to 1.
  std::size_t at(double share) const {
    const double place = share * static_cast<double>(quantiles_.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), quantiles_.size() - 1);
    const std::size_t above = std::min(below + 1, quantiles_.size() - 1);
    const double part = std::pow(place - static_cast<double>(below), power_);
    const double count = quantiles_[below] + part * (quantiles_[above] - quantiles_[below]);
    return static_cast<std::size_t>(std::max(std::round(count), 0.0));
  }

 private:
  std::vector<double> quantiles_;
  double power_ = 1;
};

}  // namespace pgrehearse::generators
