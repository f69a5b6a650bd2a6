#include "generators/text_lengths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace pgrehearse::generators {
namespace {

// The `share`-th of values between quantiles.
double quantile(const std::vector<std::uint32_t>& quantiles, double share) {
  double place = share * static_cast<double>(quantiles.size() - 1);
  auto below = std::min(static_cast<std::size_t>(place), quantiles.size() - 1);
  std::size_t above = std::min(below + 1, quantiles.size() - 1);
  return quantiles[below] + (place - static_cast<double>(below)) * (double{1} * quantiles[above] - quantiles[below]);
}

constexpr double kMargin = 0.06;  // bytes: several times the chance error of a mean of 30,000 lengths

// Of ascending ones, or the last of all.
auto first_wide(const std::vector<std::uint32_t>& widths) {
  return std::min(std::lower_bound(widths.begin(), widths.end(), std::uint32_t{2'000}), widths.end() - 1);
}

// What saves less than a quarter is not compressed (strategy_default_data in src/common/pg_lzcompress.c). So where
// columns save hardly more, or less, on average, some of their values save nothing: the shorter ones.
Texture sampled_texture(double compressed, const std::vector<std::uint32_t>& widths) {
  constexpr double most = 0.735, surely = 0.7, usual = 0.65;
  if (compressed <= most) return texture_for(std::min(compressed, surely), mean_wide(widths));
  Texture texture = texture_for(usual, mean_wide(widths));
  const double all = std::accumulate(first_wide(widths), widths.end(), 0.0);
  double plain = 0;
  for (auto wide = first_wide(widths); wide != widths.end() && plain < (compressed - usual) / (1 - usual) * all;
       ++wide) {
    plain += *wide;
    texture.plain_below = *wide + 1;
  }
  return texture;
}

}  // namespace

double mean_wide(const std::vector<std::uint32_t>& widths) {
  const auto wide = first_wide(widths);
  return std::accumulate(wide, widths.end(), 0.0) / static_cast<double>(widths.end() - wide);
}

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
                         const std::vector<std::size_t>& least, Stored stored)
    : seed_(aim.wanted.seed.derive("length")), widths_(aim.statistics.widths), stored_(std::move(stored)) {
  LengthLimits limits = length_limits(aim.wanted);
  longest_ = static_cast<double>(limits.longest);
  shortest_ = std::min(static_cast<double>(limits.shortest), longest_);
  if (!widths_.empty()) leave_out_common(stretches, lengths);
  unchanged_ = mean_width(stretches, lengths, least);
  // Of what may be compressed or stored apart a sample says more than the mean; char(n) is as wide as it is.
  if (!widths_.empty() && (aim.statistics.stored_share || widths_.back() + aim.statistics.beside > kToastedRow)) {
    compress(aim);
    return;
  }
  if (aim.wanted.type->blank_padded || aim.statistics.average_width <= 0) return;
  // Servers cut the mean down to a whole number: lengths that already give it stay as they are, but not so near to the
  // next that the rows that ANALYZE happens to sample decide.
  store_apart(aim);
  double wanted = aim.statistics.average_width;
  if (apart_share_ > 0) {
    wanted = std::max(wanted - kToastPointer * apart_share_, 1.0) / (1 - apart_share_);
  } else if (wanted == std::floor(wanted)) {
    constexpr double rounding = 1e-6;  // of the sum
    double margin = same_lengths(lengths) ? -rounding : kMargin;
    if (unchanged_ > wanted + margin && unchanged_ < wanted + 1 - margin) return;
    wanted = std::clamp(unchanged_, wanted + 2 * kMargin, wanted + 1 - 2 * kMargin);
  }
  auto find = [&](double& change, double low, double high) {
    constexpr int halvings = 24;
    for (int i = 0; i < halvings; ++i) {
      change = (low + high) / 2;
      (mean_width(stretches, lengths, least) < wanted ? low : high) = change;
    }
  };
  constexpr double farthest = 4'096, least_stretch = -1, most_stretch = 8, hardly = 1;  // byte
  find(shift_, -farthest, farthest);
  if (!widths_.empty() || std::abs(shift_) < hardly) return;
  // Marks say least of the longest texts, which are few and differ most.
  shift_ = 0;
  long_ = upper_quartile(stretches, lengths);
  find(stretch_, least_stretch, most_stretch);
  find(shift_, -farthest, farthest);
}

// Of texts between marks: a quarter of them is as long or longer.
double TextLengths::upper_quartile(const std::vector<Stretch>& stretches,
                                   const std::vector<std::size_t>& lengths) const {
  std::map<std::size_t, double> shares;
  double left = 0;
  for (const Stretch& stretch : stretches) {
    if (stretch.common()) continue;
    for (std::size_t mark : {stretch.low, stretch.high}) shares[lengths[mark]] += stretch.mass / 2;
    left += stretch.mass / 4;
  }
  for (auto longest = shares.rbegin(); longest != shares.rend(); ++longest)
    if ((left -= longest->second) <= 0) return static_cast<double>(longest->first);
  return 0;
}

// Of the shares of random characters the one with which rows have the width that they had, and as much of them is
// stored apart (src/backend/access/table/toast_helper.c: what is too wide for a row is compressed, where that saves a
// quarter, and else, or if that is not enough, leaves a pointer).
void TextLengths::compress(const Aim& aim) {
  if (aim.statistics.average_width <= 0) return;
  if (aim.statistics.stored_share) {
    texture_ = sampled_texture(*aim.statistics.stored_share, widths_);
    return;
  }
  constexpr int points = 400;
  double best = std::numeric_limits<double>::max();
  for (double share = 0; share <= 1; share += 1.0 / 64) {
    double width = 0, apart = 0;
    for (int i = 0; i < points; ++i) {
      double length = stored_(clamped(quantile(widths_, (i + 0.5) / points))), beside = aim.statistics.beside;
      if (length + beside > kToastedRow && compressed_share(share) < 0.75) length *= compressed_share(share);
      bool pointer = length + beside > kToastedRow;
      width += (pointer ? kToastPointer : length) / points;
      apart += (pointer ? length : 0) / points;
    }
    double wrong = 5 * std::abs(width / aim.statistics.average_width - 1);
    if (aim.statistics.apart) {
      double wanted = *aim.statistics.apart / std::max(1 - aim.null_fraction, 0.01);
      wrong += std::abs(apart - wanted) / (wanted + aim.statistics.average_width);
    }
    if (wrong >= best) continue;
    best = wrong;
    texture_.random_share = share;
  }
}

// Nobody sampled lengths, the statistics know those of short values only (up to WIDTH_THRESHOLD in
// src/backend/commands/analyze.c), and TOAST holds so many bytes: as many texts as make the mean what it is, pointers
// among them, and as long as fills TOAST. They are compressed as prose is.
void TextLengths::store_apart(const Aim& aim) {
  const double bytes = aim.statistics.apart.value_or(0) / std::max(1 - aim.null_fraction, 0.01);
  constexpr double least = 16, compressed = 0.6, shortest = 4'000, longest = 100'000;
  if (!widths_.empty() || bytes < least || longest_ < shortest) return;
  const double mean = aim.statistics.average_width;
  const double share = unchanged_ > mean ? (unchanged_ - mean) / (unchanged_ - kToastPointer) : 0;
  apart_share_ = std::clamp(share, bytes / (compressed * longest), bytes / (compressed * shortest));
  apart_share_ = std::min(apart_share_, 0.95);
  apart_length_ = std::min(bytes / (compressed * apart_share_), longest_);
  texture_ = texture_for(compressed, apart_length_);
}

// What was sampled are the widths of all values: those of common ones, which have lengths of their own, are taken out.
void TextLengths::leave_out_common(const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths) {
  constexpr int points = 1'000;
  std::vector<std::uint32_t> left;
  for (int i = 0; i < points; ++i)
    left.push_back(static_cast<std::uint32_t>(std::round(quantile(widths_, (i + 0.5) / points))));
  std::map<std::size_t, double> common;  // shares by length
  for (const Stretch& stretch : stretches)
    if (stretch.common()) common[lengths[stretch.low]] += stretch.mass;
  for (auto [length, share] : common)
    for (double rest = std::round(share * points); rest > 0 && left.size() > 2; --rest) {
      auto near = std::lower_bound(left.begin(), left.end(), static_cast<std::uint32_t>(length));
      bool before = near == left.end() || (near != left.begin() && length - *(near - 1) < *near - length);
      left.erase(before ? near - 1 : near);
    }
  if (!common.empty()) widths_ = std::move(left);
}

bool TextLengths::same_lengths(const std::vector<std::size_t>& lengths) const {
  auto all_same = [](const auto& values) {
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
  };
  return all_same(lengths) && all_same(widths_);
}

double TextLengths::clamped(double length) const { return std::clamp(length, shortest_, longest_); }

double TextLengths::sampled_width(double least) const {
  constexpr int points = 200;
  double sum = 0;
  for (int i = 0; i < points; ++i)
    sum += stored_(std::max(least, clamped(changed(quantile(widths_, (i + 0.5) / points)))));
  return sum / points;
}

double TextLengths::mean_width(const std::vector<Stretch>& stretches, const std::vector<std::size_t>& lengths,
                               const std::vector<std::size_t>& least) const {
  double sum = 0;
  std::map<std::size_t, double> sampled;  // by what is needed at least, which takes few values
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    auto low = static_cast<double>(lengths[stretch.low]), high = static_cast<double>(lengths[stretch.high]);
    auto width = [&](double length) {
      return stored_(std::max(static_cast<double>(least[i]), clamped(changed(length))));
    };
    double between = (width(low) + width(high)) / 2;
    if (!widths_.empty()) {
      auto [known, added] = sampled.try_emplace(least[i]);
      if (added) known->second = sampled_width(static_cast<double>(least[i]));
      between = known->second;
    }
    sum += stretch.mass * (stretch.common() ? stored_(low) : between);
  }
  return sum;
}

std::size_t TextLengths::at(std::uint64_t number, std::size_t low, std::size_t high) const {
  std::uint64_t bits = seed_.bits(number);
  if (apart_share_ > 0 && seed_.derive("apart").unit(number) < apart_share_) {
    constexpr double spread = 0.5;
    double length = apart_length_ * (1 + spread * (2 * static_cast<double>(bits >> 11) * 0x1.0p-53 - 1));
    return static_cast<std::size_t>(clamped(length));
  }
  double unit = static_cast<double>(bits >> 33) * 0x1.0p-31, other = static_cast<double>(bits & 0x7fffffff) * 0x1.0p-31;
  if (rows_) unit = rows_->share(number, unit + 0x1.0p-32);
  double length = !widths_.empty() ? quantile(widths_, unit) : static_cast<double>(unit < 0.5 ? low : high);
  return static_cast<std::size_t>(clamped(std::floor(changed(length) + other)));
}

}  // namespace pgrehearse::generators
