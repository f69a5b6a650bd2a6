#include <numbers>

#include "generators/distribution_picks.hpp"

namespace pgrehearse::generators {
namespace {

constexpr double kBusiestHour = 15;

double rate(std::size_t hour_of_week, double daily, double weekly) {
  double hour = static_cast<double>(hour_of_week % 24) + 0.5;
  double of_day = 1 + daily * std::cos(2 * std::numbers::pi * (hour - kBusiestHour) / 24);
  bool weekend = hour_of_week / 24 < 2;  // weeks begin on a Saturday here
  return of_day * (weekend ? 1 - weekly : 1);
}

}  // namespace

Rhythm::Rhythm(base::Seed seed, std::uint64_t rows, std::int64_t start_us, std::uint64_t length_us, double daily,
               double weekly)
    : seed_(seed),
      rows_(static_cast<double>(std::max<std::uint64_t>(rows, 1))),
      length_(static_cast<double>(length_us)) {
  constexpr auto week = static_cast<std::int64_t>(kHours * kHour);
  start_ = static_cast<double>(((start_us % week) + week) % week);
  for (std::size_t hour = 0; hour < kHours; ++hour) until_[hour + 1] = until_[hour] + rate(hour, daily, weekly);
  first_mass_ = mass_until(start_);
  mass_ = mass_until(start_ + length_) - first_mass_;
}

double Rhythm::mass_until(double us) const {
  double hours = us / kHour, weeks = std::floor(hours / kHours);
  hours -= weeks * kHours;
  auto hour = std::min(static_cast<std::size_t>(hours), kHours - 1);
  return weeks * until_[kHours] + until_[hour] +
         (until_[hour + 1] - until_[hour]) * (hours - static_cast<double>(hour));
}

double Rhythm::time_of(double mass) const {
  double weeks = std::floor(mass / until_[kHours]);
  mass -= weeks * until_[kHours];
  auto above = std::upper_bound(until_.begin() + 1, until_.end() - 1, mass);
  auto hour = static_cast<std::size_t>(above - until_.begin()) - 1;
  double share = (mass - until_[hour]) / std::max(until_[hour + 1] - until_[hour], 1e-12);
  return (weeks * kHours + static_cast<double>(hour) + share) * kHour;
}

// Each row somewhere within its own part of the mass. Rows behind the last take its place.
std::uint64_t Rhythm::at(std::uint64_t row) const {
  double place = std::min(static_cast<double>(row), rows_ - 1) + seed_.unit(row);
  double us = time_of(first_mass_ + place / rows_ * mass_) - start_;
  return static_cast<std::uint64_t>(std::clamp(us, 0.0, length_ - 1));
}

}  // namespace pgrehearse::generators
