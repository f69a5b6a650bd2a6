// The standard normal distribution.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace pgrehearse::generators {

inline double normal_share(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// The z below which a share 0 < p < 1 lies, to seven digits: PPND7 of Wichura, "Algorithm AS 241: the percentage points
// of the normal distribution", Applied Statistics 37 (1988).
inline double normal_quantile(double p) {
  double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * (((5.9109374720e+01 * r + 1.5929113202e+02) * r + 5.0434271938e+01) * r + 3.3871327179) /
           (((6.7187563600e+01 * r + 7.8757757664e+01) * r + 1.7895169469e+01) * r + 1);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1 - p)), z;
  if (r <= 5) {
    r -= 1.6;
    z = (((1.7023821103e-01 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
        ((1.2021132975e-01 * r + 7.3700164250e-01) * r + 1);
  } else {
    r -= 5;
    z = (((1.7337203997e-02 * r + 4.2868294337e-01) * r + 3.0812263860) * r + 6.6579051150) /
        ((1.2258202635e-02 * r + 2.4197894225e-01) * r + 1);
  }
  return q < 0 ? -z : z;
}

// Both by interpolation, without the logarithms and exponentials that would take up to a quarter of the time that a row
// of statistics takes: what quantile() and then normal_share() make of a probability differs from it by less than 1e-4.
class NormalTable {
 public:
  static const NormalTable& get();

  double quantile(double p) const {
    const double place = p * kCells;
    const auto cell = static_cast<std::size_t>(place);
    if (cell < kTail || cell >= kCells - kTail) return normal_quantile(p);
    return between(quantiles_, cell, place);
  }
  double share(double z) const {
    const double place = (std::clamp(z, -kWidest, kWidest) + kWidest) * kCellsOfOne;
    return between(shares_, std::min(static_cast<std::size_t>(place), kCells - 1), place);
  }

 private:
  static constexpr std::size_t kCells = 1024, kTail = 8;
  static constexpr double kWidest = 8, kCellsOfOne = kCells / (2 * kWidest);
  using Table = std::array<double, kCells + 1>;  // at the cells' ends

  NormalTable();
  static double between(const Table& table, std::size_t cell, double place) {
    return table[cell] + (place - static_cast<double>(cell)) * (table[cell + 1] - table[cell]);
  }

  Table quantiles_, shares_;
};

}  // namespace pgrehearse::generators
