#include "harness/analyse/fit.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/check.hpp"

namespace pgrehearse::analyse {
namespace {

double n_log_n(double rows) { return rows * std::log2(std::max(rows, 2.0)); }

// Sums of the weighted normal equations of value = a + b * x.
struct Sums {
  double w = 0, x = 0, xx = 0, y = 0, xy = 0;
};

template <class Scale>
Sums sums_of(const std::vector<SizeTime>& points, Scale scale) {
  Sums sums;
  for (const SizeTime& point : points) {
    PGR_CHECK(point.value > 0 && point.rows > 0);
    const double weight = 1 / (point.value * point.value), x = scale(point.rows);
    sums.w += weight;
    sums.x += weight * x;
    sums.xx += weight * x * x;
    sums.y += weight * point.value;
    sums.xy += weight * x * point.value;
  }
  return sums;
}

Line solve(const Sums& sums) {
  const double determinant = sums.w * sums.xx - sums.x * sums.x;
  if (determinant <= 1e-12 * sums.w * sums.xx) return {sums.y / sums.w, 0};
  const double a = (sums.y * sums.xx - sums.xy * sums.x) / determinant;
  const double b = (sums.w * sums.xy - sums.x * sums.y) / determinant;
  if (b < 0) return {sums.y / sums.w, 0};
  return {a, b};
}

}  // namespace

Line fit_linear(const std::vector<SizeTime>& points) {
  PGR_CHECK(!points.empty());
  return solve(sums_of(points, [](double rows) { return rows; }));
}

Line fit_n_log_n(const std::vector<SizeTime>& points) {
  PGR_CHECK(!points.empty());
  return solve(sums_of(points, n_log_n));
}

double at_linear(const Line& line, double rows) { return line.a + line.b * rows; }
double at_n_log_n(const Line& line, double rows) { return line.a + line.b * n_log_n(rows); }

double fit_exponent(const std::vector<SizeTime>& points) {
  double n = 0, x = 0, xx = 0, y = 0, xy = 0;
  for (const SizeTime& point : points) {
    PGR_CHECK(point.value > 0 && point.rows > 0);
    const double log_rows = std::log(point.rows), log_value = std::log(point.value);
    n += 1;
    x += log_rows;
    xx += log_rows * log_rows;
    y += log_value;
    xy += log_rows * log_value;
  }
  const double determinant = n * xx - x * x;
  return determinant <= 1e-9 * n * xx ? 0 : (n * xy - x * y) / determinant;
}

}  // namespace pgrehearse::analyse
