#include "generators/text_lengths.hpp"

#include <algorithm>
#include <cmath>

namespace pgrehearse::generators {
namespace {

// The `share`-th of values between quantiles.
double quantile(const std::vector<std::uint32_t>& quantiles, double share) {
  double place = share * static_cast<double>(quantiles.size() - 1);
  auto below = std::min(static_cast<std::size_t>(place), quantiles.size() - 1);
  std::size_t above = std::min(below + 1, quantiles.size() - 1);
  return quantiles[below] + (place - static_cast<double>(below)) * (double{1} * quantiles[above] - quantiles[below]);
}

}  // namespace

LengthLimits length_limits(const Wanted& wanted) {
  LengthLimits limits;
  auto at_most = [&](int length) {
    limits.longest = std::min(limits.longest, static_cast<std::size_t>(std::max(length, 0)));
  };
  if (wanted.type->length) at_most(*wanted.type->length);
  if (wanted.type->name == "name") at_most(63);
  if (wanted.type->name == "\"char\"") at_most(1);
  if (wanted.limits->length_maximum) at_most(*wanted.limits->length_maximum);
  if (wanted.limits->length_minimum)
    limits.shortest = static_cast<std::size_t>(std::max(*wanted.limits->length_minimum, 0));
  limits.shortest = std::min(limits.shortest, limits.longest);
  return limits;
}

TextLengths::TextLengths(const Aim& aim, const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths,
                         std::size_t least)
    : seed_(aim.wanted.seed.derive("length")), widths_(aim.statistics.widths) {
  LengthLimits limits = length_limits(aim.wanted);
  longest_ = static_cast<double>(limits.longest);
  shortest_ = std::min(static_cast<double>(std::max(limits.shortest, least)), longest_);
  // Of what may be compressed or stored apart (TOAST_TUPLE_THRESHOLD in src/include/access/heaptoast.h) a sample says
  // more than the mean; char(n) is as wide as it is.
  bool toasted = !widths_.empty() && widths_.back() > 1'900;
  if (toasted || aim.wanted.type->blank_padded || aim.statistics.average_width <= 0) return;
  // Servers cut the mean down to a whole number: lengths that already give it stay as they are.
  double wanted = aim.statistics.average_width;
  if (wanted == std::floor(wanted)) {
    double unchanged = mean_width(stretches, lengths, 0);
    constexpr double rounding = 1e-6;  // of the sum
    if (unchanged > wanted - rounding && unchanged < wanted + 1) return;
    wanted += 0.5;
  }
  double low = -4096, high = 4096;
  for (int i = 0; i < 40; ++i) {
    double middle = (low + high) / 2;
    (mean_width(stretches, lengths, middle) < wanted ? low : high) = middle;
  }
  shift_ = (low + high) / 2;
}

double TextLengths::clamped(double length) const { return std::clamp(length, shortest_, longest_); }

double TextLengths::mean_width(const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths,
                               double shift) const {
  double sum = 0, sampled = 0;
  for (std::size_t i = 0; i < 200 && !widths_.empty(); ++i)
    sampled += stored_width(clamped(quantile(widths_, (static_cast<double>(i) + 0.5) / 200) + shift)) / 200;
  for (const Stretch& stretch : stretches) {
    auto low = static_cast<double>(lengths[stretch.low]), high = static_cast<double>(lengths[stretch.high]);
    double between = (stored_width(clamped(low + shift)) + stored_width(clamped(high + shift))) / 2;
    if (!widths_.empty()) between = sampled;
    sum += stretch.mass * (stretch.common() ? stored_width(low) : between);
  }
  return sum;
}

std::size_t TextLengths::at(std::uint64_t number, std::size_t low, std::size_t high) const {
  std::uint64_t bits = seed_.bits(number);
  double unit = static_cast<double>(bits >> 33) * 0x1.0p-31, other = static_cast<double>(bits & 0x7fffffff) * 0x1.0p-31;
  double length = !widths_.empty() ? quantile(widths_, unit) : static_cast<double>(unit < 0.5 ? low : high);
  return static_cast<std::size_t>(clamped(std::floor(length + shift_ + other)));
}

}  // namespace pgrehearse::generators
