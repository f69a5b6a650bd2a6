#include "harness/load/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

std::uint64_t width(std::int64_t low, std::int64_t high) {
  return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

// `fraction` in [0, 1) of the way from low to high, both included.
std::int64_t between(std::int64_t low, std::int64_t high, double fraction) {
  const double span = static_cast<double>(width(low, high)) + 1;
  const auto step = static_cast<std::uint64_t>(std::max(fraction, 0.0) * span);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + std::min(step, width(low, high)));
}

// log(1+x)/x and (exp(x)-1)/x, without cancellation near 0.
double log1p_over(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x * (0.5 - x / 3); }
double expm1_over(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x / 2 * (1 + x / 3); }

// Rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
// distributions", ACM TOMACS 6(3), 1996): constant time for any exponent and any number of elements.
class Zipf {
 public:
  Zipf(double count, double exponent) : count_(count), exponent_(exponent) {
    first_ = integral(1.5) - 1;
    last_ = integral(count + 0.5);
    accept_ = 2 - inverse(integral(2.5) - std::pow(2, -exponent));
  }

  double draw(base::RandomStream& random) const {
    while (true) {
      const double u = last_ + random.unit() * (first_ - last_);
      const double x = inverse(u);
      const double k = std::clamp(std::floor(x + 0.5), 1.0, count_);
      if (k - x <= accept_ || u >= integral(k + 0.5) - std::pow(k, -exponent_)) return k;
    }
  }

 private:
  // The integral of x^-exponent, and its inverse.
  double integral(double x) const {
    const double log_x = std::log(x);
    return expm1_over((1 - exponent_) * log_x) * log_x;
  }
  double inverse(double x) const {
    const double t = std::max(x * (1 - exponent_), -1.0);
    return std::exp(log1p_over(t) * x);
  }

  double count_, exponent_, first_, last_, accept_;
};

}  // namespace

std::int64_t draw_uniform(base::RandomStream& random, std::int64_t low, std::int64_t high) {
  PGR_CHECK(low <= high);
  const std::uint64_t count = width(low, high) + 1;  // 0: all 2^64
  const std::uint64_t step = count == 0 ? random.bits() : random.below(count);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
}

std::int64_t draw_exponential(base::RandomStream& random, std::int64_t low, std::int64_t high, double parameter) {
  PGR_CHECK(low <= high && parameter > 0);
  const double cut = std::exp(-parameter);
  return between(low, high, -std::log(cut + (1 - cut) * (1 - random.unit())) / parameter);
}

std::int64_t draw_gaussian(base::RandomStream& random, std::int64_t low, std::int64_t high, double parameter) {
  PGR_CHECK(low <= high && parameter >= 2);
  double deviation;
  do {  // Box-Muller; a draw outside the cut is repeated, 4.6 % of them at the smallest parameter
    const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
    deviation = radius * std::sin(2 * std::numbers::pi * random.unit());
  } while (deviation < -parameter || deviation >= parameter);
  return between(low, high, (deviation + parameter) / (2 * parameter));
}

std::int64_t draw_zipfian(base::RandomStream& random, std::int64_t low, std::int64_t high, double exponent) {
  PGR_CHECK(low <= high && exponent > 0);
  const Zipf zipf(static_cast<double>(width(low, high)) + 1, exponent);
  const auto step = static_cast<std::uint64_t>(zipf.draw(random)) - 1;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + std::min(step, width(low, high)));
}

}  // namespace pgrehearse::load
