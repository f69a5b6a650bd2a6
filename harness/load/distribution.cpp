#include "harness/load/distribution.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/check.hpp"

namespace pgrehearse::load {
namespace {

// `fraction` in [0, 1) of the way from low to high, both included.
std::int64_t between(std::int64_t low, std::int64_t high, double fraction) {
  return low + static_cast<std::int64_t>(static_cast<double>(high - low + 1) * fraction);
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

  double draw(Prng& random) const {
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

std::int64_t draw_uniform(Prng& random, std::int64_t low, std::int64_t high) {
  PGR_CHECK(low <= high);
  return low + static_cast<std::int64_t>(random.up_to(static_cast<std::uint64_t>(high - low)));
}

std::int64_t draw_exponential(Prng& random, std::int64_t low, std::int64_t high, double parameter) {
  PGR_CHECK(low <= high && parameter > 0);
  const double cut = std::exp(-parameter);
  const double uniform = 1 - random.unit();
  return between(low, high, -std::log(cut + (1 - cut) * uniform) / parameter);
}

std::int64_t draw_gaussian(Prng& random, std::int64_t low, std::int64_t high, double parameter) {
  PGR_CHECK(low <= high && parameter >= 2);
  double deviation = 0;
  do {  // 4.6 % of the draws are outside at the smallest parameter
    deviation = random.normal();
  } while (deviation < -parameter || deviation >= parameter);
  return between(low, high, (deviation + parameter) / (parameter * 2));
}

// By rejection (Devroye, "Non-Uniform Random Variate Generation", Springer 1986, p. 550-551).
std::int64_t draw_zipfian(Prng& random, std::int64_t low, std::int64_t high, double exponent) {
  PGR_CHECK(low <= high && exponent > 1);
  if (low == high) return low;
  const double most = static_cast<double>(high - low + 1);
  const double b = std::pow(2, exponent - 1);
  while (true) {
    const double u = random.unit(), v = random.unit();
    const double x = std::floor(std::pow(u, -1 / (exponent - 1)));
    const double t = std::pow(1 + 1 / x, exponent - 1);
    if (v * x * (t - 1) / (b - 1) <= t / b && x <= most) return low - 1 + static_cast<std::int64_t>(x);
  }
}

std::uint64_t draw_rank(Prng& random, std::uint64_t count, double exponent) {
  PGR_CHECK(count > 0 && exponent > 0);
  const Zipf zipf(static_cast<double>(count), exponent);
  return std::min(static_cast<std::uint64_t>(zipf.draw(random)) - 1, count - 1);
}

}  // namespace pgrehearse::load
