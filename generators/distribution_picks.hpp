// Distributions that the user asks for by name. As every Pick, pure functions of the row.
#pragma once

#include <array>
#include <cmath>

#include "generators/normal.hpp"
#include "generators/pick.hpp"

namespace pgrehearse::generators {

// A standard normal number for a row, at most about eight.
inline double normal_number(base::Seed seed, std::uint64_t row) {
  return normal_quantile((static_cast<double>(seed.bits(row) >> 11) + 0.5) * 0x1.0p-53);
}

// center + deviation * z, of `size` numbers from 0; what lies outside is the nearest inside.
class NormalPick final : public Pick {
 public:
  NormalPick(base::Seed seed, double center, double deviation, std::uint64_t size)
      : seed_(seed), center_(center), deviation_(deviation), last_(static_cast<double>(size - 1)) {}
  std::uint64_t at(std::uint64_t row) const override {
    return static_cast<std::uint64_t>(
        std::round(std::clamp(center_ + deviation_ * normal_number(seed_, row), 0.0, last_)));
  }

 private:
  base::Seed seed_;
  double center_, deviation_, last_;
};

// median * e^(sigma * z) - first, likewise.
class LogNormalPick final : public Pick {
 public:
  LogNormalPick(base::Seed seed, double median, double sigma, double first, std::uint64_t size)
      : seed_(seed), median_(median), sigma_(sigma), first_(first), last_(static_cast<double>(size - 1)) {}
  std::uint64_t at(std::uint64_t row) const override {
    double number = median_ * std::exp(sigma_ * normal_number(seed_, row)) - first_;
    return static_cast<std::uint64_t>(std::round(std::clamp(number, 0.0, last_)));
  }

 private:
  base::Seed seed_;
  double median_, sigma_, first_, last_;
};

// Rank k of `size`, from 0, comes (k + 1)^-exponent times as often as rank 0. Rejection-inversion, which needs neither
// memory nor sums: Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
// distributions", ACM TOMACS 6 (1996). An attempt fails less than every third time.
class Zipf final : public Pick {
 public:
  Zipf(base::Seed seed, double exponent, std::uint64_t size)
      : seed_(seed), exponent_(exponent), size_(static_cast<double>(size)) {
    low_ = integral(1.5) - 1;
    high_ = integral(size_ + 0.5);
    near_ = 2 - inverse(integral(2.5) - mass(2));
  }
  std::uint64_t at(std::uint64_t row) const override {
    for (std::uint64_t attempt = 0;; ++attempt) {
      double u = high_ + seed_.derive(attempt).unit(row) * (low_ - high_);
      double x = inverse(u), k = std::clamp(std::floor(x + 0.5), 1.0, size_);
      if (k - x <= near_ || u >= integral(k + 0.5) - mass(k)) return static_cast<std::uint64_t>(k) - 1;
    }
  }

 private:
  double mass(double x) const { return std::exp(-exponent_ * std::log(x)); }
  // Of mass() from 1 to x, and the x for which it is that much; expm1 and log1p hold near an exponent of 1.
  double integral(double x) const {
    double log = std::log(x), t = (1 - exponent_) * log;
    return std::abs(t) < 1e-8 ? log * (1 + t / 2) : std::expm1(t) / (1 - exponent_);
  }
  double inverse(double area) const {
    double t = std::max(area * (1 - exponent_), -1.0);
    return std::exp(std::abs(t) < 1e-8 ? area * (1 - t / 2) : std::log1p(t) / (1 - exponent_));
  }

  base::Seed seed_;
  double exponent_, size_, low_, high_, near_;
};

// Microseconds from the start of a period, in the order of the rows, at a rate that repeats every week.
class Rhythm final : public Pick {
 public:
  // `start_us`: since 2000-01-01, a Saturday.
  Rhythm(base::Seed seed, std::uint64_t rows, std::int64_t start_us, std::uint64_t length_us, double daily,
         double weekly);
  std::uint64_t at(std::uint64_t row) const override;

 private:
  static constexpr std::size_t kHours = 24 * 7;
  static constexpr double kHour = 3.6e9;
  double mass_until(double us) const;  // since the week began in which the period does
  double time_of(double mass) const;

  base::Seed seed_;
  double rows_, start_, length_, first_mass_, mass_;
  std::array<double, kHours + 1> until_{};  // mass of a week's hours before each
};

}  // namespace pgrehearse::generators
