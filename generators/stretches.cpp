#include "generators/stretches.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace pgrehearse::generators {
namespace {

constexpr double kMostValues = 1e15;  // of a stretch: sums of them stay exact in a double

Stretch common_value(std::size_t mark, double mass) { return {mark, mark, true, true, kNowhere, mass}; }

// The histogram's bounds, by position among the marks.
std::vector<std::size_t> bounds_of(const ColumnStatistics& statistics) {
  std::vector<std::size_t> bounds;
  for (std::size_t i = 0; i < statistics.marks.size(); ++i)
    if (!statistics.marks[i].common()) bounds.push_back(i);
  if (bounds.size() < 2) bounds.clear();
  return bounds;
}

double common_share(const ColumnStatistics& statistics) {
  double share = 0;
  for (const Mark& mark : statistics.marks) share += mark.frequency;
  return share / std::max(1 - statistics.null_fraction, 1e-9);
}

// The share of all rows that a value may have by chance.
double most_by_chance(const ColumnStatistics& statistics) {
  auto rows = static_cast<double>(statistics.rows);
  double distinct = statistics.distinct_in(rows);
  double others = 1 - statistics.null_fraction, sampled = sample_of(statistics, rows, 0).sampled;
  for (const Mark& mark : statistics.marks) {
    others -= mark.frequency;
    if (mark.common()) --distinct;
  }
  double each = sampled * std::max(others, 0.0) / std::max(distinct, 1.0);
  return (each + 4 * std::sqrt(each) + 4) / sampled;
}

// Behind all parts of the bucket that begins at `first`: they stand together, with nothing but common values between
// them. Of a common value behind itself.
std::size_t bucket_end(const std::vector<Stretch>& stretches, std::size_t first) {
  std::size_t end = first + 1;
  if (stretches[first].common()) return end;
  for (std::size_t i = end; i < stretches.size(); ++i) {
    if (stretches[i].common()) continue;
    if (stretches[i].bucket != stretches[first].bucket) break;
    end = i + 1;
  }
  return end;
}

// Cuts the marks into stretches again, those that are common by chance being values of a bucket like any. A histogram
// has none of the values that are listed as common: where such lie before its first bound or behind its last, there is
// a bucket of nothing else.
class WithoutChance {
 public:
  WithoutChance(const std::vector<Stretch>& stretches, const ColumnStatistics& statistics)
      : marks_(statistics.marks), most_(most_by_chance(statistics)), bounds_(bounds_of(statistics)) {
    for (const Stretch& stretch : stretches) (stretch.common() ? common_[stretch.low] : bucket_mass_) = stretch.mass;
    first_ = bounds_.front();
    last_ = bounds_.back();
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      if (!by_chance(i)) continue;
      first_ = std::min(first_, i);
      last_ = std::max(last_, i);
    }
  }

  std::vector<Stretch> cut() {
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      bool common = marks_[i].common() && !by_chance(i);
      if (bucket_ != kNowhere && (common || is_bound(i))) end_piece(i);
      if (common) stretches_.push_back(common_value(low_ = i, common_[i]));
      if (by_chance(i)) dropped_[i == first_ ? 0 : bucket_] += common_[i];
      if (is_bound(i)) begin_bucket(i);
    }
    std::size_t first = first_ < bounds_.front() ? 1 : 0, end = first + bounds_.size() - 1;  // of the histogram's own
    for (Stretch& stretch : stretches_) {
      if (stretch.common()) continue;
      bool own = stretch.bucket >= first && stretch.bucket < end;
      stretch.mass = (own ? bucket_mass_ : 0) + dropped_[stretch.bucket];
    }
    return std::move(stretches_);
  }

 private:
  bool by_chance(std::size_t mark) const { return marks_[mark].common() && marks_[mark].frequency <= most_; }
  bool is_bound(std::size_t mark) const { return mark == first_ || mark == last_ || !marks_[mark].common(); }
  void end_piece(std::size_t mark) { stretches_.push_back({low_, mark, is_bound(low_), mark == last_, bucket_, 0}); }
  void begin_bucket(std::size_t mark) {
    bucket_ = mark == first_ ? 0 : mark == last_ ? kNowhere : bucket_ + 1;
    low_ = mark;
  }

  const std::vector<Mark>& marks_;
  double most_, bucket_mass_ = 0;
  std::vector<std::size_t> bounds_;
  std::size_t first_, last_;                        // marks between which the buckets lie
  std::map<std::size_t, double> common_, dropped_;  // masses: by mark, by bucket
  std::size_t bucket_ = kNowhere, low_ = 0;
  std::vector<Stretch> stretches_;
};

// Different values, and among them those that come once.
struct Seen {
  double distinct = 0, once = 0;

  void operator+=(const Seen& other) {
    distinct += other.distinct;
    once += other.once;
  }
};

// What ANALYZE sees of stretches.
class Sight {
 public:
  explicit Sight(const Sample& sample) : sample_(sample), weights_(sample.pattern) {
    constexpr double certain = 1 - 1e-12;  // whose logarithm is still a number
    chance_ = std::min(sample.sampled / sample.rows, certain);
    log_missed_ = std::log1p(-chance_);
  }

  // `first`: the number of its first value.
  Seen of(const Stretch& stretch, std::uint64_t first) const {
    if (weights_.equal() || stretch.values == 1) return seen(stretch.mass, static_cast<double>(stretch.values));
    const Pattern weights = weights_.relative(first, stretch.values, stretch.kept);
    const auto parts = static_cast<double>(weights.size());
    Seen all;
    for (double weight : weights)
      all += seen(stretch.mass * weight / parts, static_cast<double>(stretch.values) / parts);
    return all;
  }

  double estimate(const Seen& all) const {
    if (all.distinct - all.once < 0.5) return sample_.rows;  // no value twice: unique
    if (all.once < 0.5) return all.distinct;                 // no value once: all values seen
    double n = sample_.sampled;
    double estimate = n * all.distinct / (n - all.once + all.once * n / sample_.rows);
    return std::clamp(estimate, all.distinct, sample_.rows);
  }

 private:
  Seen seen(double mass, double values) const { return sample_.even ? evenly(mass, values) : by_chance(mass, values); }

  // How often a value is sampled follows a Poisson law.
  Seen by_chance(double mass, double values) const {
    double each = sample_.sampled * mass / values, none = std::exp(-each);
    return {values * (1 - none), values * each * none};
  }

  // Each value has the same number of rows, and each row the same chance to be sampled.
  Seen evenly(double mass, double values) const {
    double copies = sample_.rows * mass / values;
    if (copies < 1) return {sample_.sampled * mass, sample_.sampled * mass};
    // Some have one more than others.
    double fewer = std::floor(copies), more = copies - fewer;
    double one_missed = 1 - chance_, others_missed = std::exp(log_missed_ * (fewer - 1));
    double all_missed = (1 - more) * one_missed + more * one_missed * one_missed;
    double once = (1 - more) * fewer + more * (fewer + 1) * one_missed;
    return {values * (1 - others_missed * all_missed), values * chance_ * others_missed * once};
  }

  const Sample& sample_;
  Weights weights_;
  double chance_, log_missed_;  // of a row to be sampled; of it not to be
};

template <class Wanted>
Seen seen_of(const std::vector<Stretch>& stretches, const Sight& sight, Wanted wanted) {
  Seen all;
  std::uint64_t first = 0;
  for (const Stretch& stretch : stretches) {
    if (wanted(stretch)) all += sight.of(stretch, first);
    first += stretch.values;
  }
  return all;
}

// Where equal values get equally many rows, none of little weight is to be left without any.
double weights_kept(const Stretch& stretch, double least_weight, const Sample& sample) {
  constexpr double a_row = 1 + 1e-6;
  const double rows = sample.rows * stretch.mass / static_cast<double>(stretch.values);
  if (!sample.even || sample.pattern.empty() || least_weight * rows >= a_row) return 1;
  return std::max(0.0, (1 - a_row / rows) / (1 - least_weight));
}

void set_values(std::vector<Stretch>& stretches, double per_mass, const Sample& sample) {
  const double least_weight = Weights(sample.pattern).least();
  double rest = 0;  // of rounding, so that stretches of the same mass are not all rounded the same way
  for (Stretch& stretch : stretches) {
    if (stretch.common()) continue;
    double most = std::min(static_cast<double>(stretch.room), kMostValues), exact = stretch.mass * per_mass + rest;
    double values = std::clamp(std::round(exact), 1.0, most);
    rest = std::clamp(exact - values, -1.0, 1.0);
    stretch.values = static_cast<std::uint64_t>(values);
    stretch.kept = weights_kept(stretch, least_weight, sample);
  }
}

// The estimate grows with the values; where it is as wanted is found between two bounds, in turn by their logarithms'
// straight line and by halving: the estimate has steps and flat parts.
double set_distinct(std::vector<Stretch>& stretches, double distinct, const Sample& sample) {
  constexpr double precise = 1e-5, near = 1e-7, hardly_a_value = 0.1;
  const Sight sight(sample);
  const Seen common = seen_of(stretches, sight, [](const Stretch& stretch) { return stretch.common(); });
  auto estimate = [&](double log_per_mass) {
    set_values(stretches, std::exp(log_per_mass), sample);
    Seen all = seen_of(stretches, sight, [](const Stretch& stretch) { return !stretch.common(); });
    all += common;
    return sight.estimate(all);
  };
  double low = 0, high = std::log(kMostValues);
  double few = estimate(low), many = estimate(high);
  if (many <= (1 + precise) * distinct) {
    // As few values as give as many: to tell more apart takes longer texts.
    constexpr double nearly = 0.01;
    while (high - low > nearly) {
      double middle = (low + high) / 2;
      (estimate(middle) < (1 - precise) * many ? low : high) = middle;
    }
    return estimate(high);
  }
  for (bool halve = false; high - low > near && std::exp(high) - std::exp(low) > hardly_a_value; halve = !halve) {
    double part = std::log(distinct / few) / std::log(many / few);
    if (halve || !(part > 0 && part < 1)) part = 0.5;
    double middle = low + part * (high - low), found = estimate(middle);
    if (std::abs(found - distinct) < precise * distinct) return found;
    (found < distinct ? low : high) = middle;
    (found < distinct ? few : many) = found;
  }
  return estimate(high);
}

constexpr double kTooMany = 1.02;

// Of a bucket that common values split, the parts in which no value is known to be, or so many of them: their share
// goes to the part with the lower bound. False: there are none.
bool leave_out_between(std::vector<Stretch>& stretches, double at_most) {
  std::map<std::size_t, std::size_t> with_low;  // by bucket
  for (std::size_t i = 0; i < stretches.size(); ++i)
    if (!stretches[i].common() && stretches[i].with_low) with_low[stretches[i].bucket] = i;
  std::vector<std::size_t> between;
  for (std::size_t i = 0; i < stretches.size(); ++i)
    if (const Stretch& each = stretches[i]; !each.common() && !each.with_low && !each.with_high)
      if (with_low.contains(each.bucket)) between.push_back(i);
  double share = std::min(at_most / static_cast<double>(between.size()), 1.0), due = 0;
  for (std::size_t i : between) {
    if ((due += share) < 1) continue;
    --due;
    stretches[with_low[stretches[i].bucket]].mass += std::exchange(stretches[i].mass, 0);
  }
  std::erase_if(stretches, [](const Stretch& stretch) { return stretch.mass == 0; });
  return !between.empty();
}

}  // namespace

std::vector<Stretch> stretches_of(const ColumnStatistics& statistics) {
  std::vector<Stretch> stretches;
  std::vector<std::size_t> bounds = bounds_of(statistics);
  double shown = std::max(1 - statistics.null_fraction, 1e-9), common = common_share(statistics);
  double shrink = common > 1 || (bounds.empty() && common > 0) ? 1 / common : 1;
  double bucket_mass = bounds.empty() ? 0 : std::max(1 - common, 0.0) / static_cast<double>(bounds.size() - 1);
  std::size_t bucket = kNowhere, before = 0;
  for (std::size_t i = 0; i < statistics.marks.size(); ++i) {
    const Mark& mark = statistics.marks[i];
    bool bound = !mark.common() && !bounds.empty();
    if (bucket != kNowhere && (bound || mark.common())) {
      bool last = bound && i == bounds.back();
      stretches.push_back({before, i, !statistics.marks[before].common(), last, bucket, bucket_mass});
    }
    if (mark.common()) stretches.push_back(common_value(i, mark.frequency / shown * shrink));
    if (bound) bucket = bucket == kNowhere ? 0 : bucket + 1;
    if (bound && i == bounds.back()) bucket = kNowhere;
    before = i;
  }
  return stretches;
}

void drop_common_by_chance(std::vector<Stretch>& stretches, const ColumnStatistics& statistics) {
  if (!bounds_of(statistics).empty()) stretches = WithoutChance(stretches, statistics).cut();
}

void take_from_buckets(std::vector<Stretch>& stretches) {
  std::size_t buckets = 0;
  for (const Stretch& stretch : stretches)
    if (!stretch.common()) buckets = std::max(buckets, stretch.bucket + 1);
  for (std::size_t first = 0, end; first < stretches.size(); first = end) {
    end = bucket_end(stretches, first);
    if (stretches[first].common()) continue;
    double left = 1 / static_cast<double>(buckets);
    for (std::size_t i = first; i < end; ++i)
      if (stretches[i].common()) left -= stretches[i].mass;
    for (std::size_t i = first; i < end; ++i)
      if (!stretches[i].common()) stretches[i].mass = std::max(left, 0.0);
  }
}

void set_room(std::vector<Stretch>& stretches, const std::function<std::uint64_t(const Stretch&)>& room,
              const std::function<bool(std::size_t, std::size_t)>& same) {
  Stretch* bound = nullptr;  // one that stood twice
  for (std::size_t first = 0, end; first < stretches.size(); first = end) {
    end = bucket_end(stretches, first);
    Stretch& lowest = stretches[first];
    const bool repeated = bound != nullptr && lowest.with_low && same(bound->low, lowest.low);
    if (repeated) lowest.with_low = false;
    std::uint64_t left = 0;
    for (std::size_t i = first; i < end; ++i)
      left += stretches[i].room = stretches[i].common() ? 1 : room(stretches[i]);
    if (repeated && left == 0) bound->mass += std::exchange(lowest.mass, 0);
    if (!repeated && !lowest.common()) bound = same(lowest.low, lowest.high) ? &lowest : nullptr;
  }
}

void share_buckets(std::vector<Stretch>& stretches) {
  for (std::size_t first = 0, end; first < stretches.size(); first = end) {
    end = bucket_end(stretches, first);
    double room = 0;
    for (std::size_t i = first; i < end; ++i)
      if (!stretches[i].common()) room += static_cast<double>(stretches[i].room);
    for (std::size_t i = first; i < end; ++i)
      if (!stretches[i].common() && room > 0) stretches[i].mass *= static_cast<double>(stretches[i].room) / room;
  }
  std::erase_if(stretches, [](const Stretch& stretch) { return stretch.room == 0 || stretch.mass <= 0; });
  double sum = 0;
  for (const Stretch& stretch : stretches) sum += stretch.mass;
  for (Stretch& stretch : stretches) stretch.mass /= sum;
}

Sample sample_of(const ColumnStatistics& statistics, double rows, double null_fraction) {
  std::size_t common = 0, bounds = 0;
  for (const Mark& mark : statistics.marks) ++(mark.common() ? common : bounds);
  double target = static_cast<double>(std::max<std::size_t>({100, common, bounds > 0 ? bounds - 1 : 0}));
  Sample sample;
  sample.rows = std::max(rows * (1 - null_fraction), 1.0);
  sample.sampled = std::max(std::min(rows, 300 * target) * (1 - null_fraction), 1.0);
  return sample;
}

double estimated_distinct(const std::vector<Stretch>& stretches, const Sample& sample) {
  const Sight sight(sample);
  return sight.estimate(seen_of(stretches, sight, [](const Stretch&) { return true; }));
}

double fit_distinct(std::vector<Stretch>& stretches, double distinct, const Sample& sample) {
  const double found = set_distinct(stretches, distinct, sample);
  if (found <= kTooMany * distinct) return found;
  const std::vector<Stretch> all = stretches;
  if (!leave_out_between(stretches, std::numeric_limits<double>::infinity())) return found;
  const double left = set_distinct(stretches, distinct, sample);
  if (kTooMany * left >= distinct) return left;
  // The others have no room for what those had: only as many go as are too many.
  stretches = all;
  leave_out_between(stretches, found - distinct);
  return set_distinct(stretches, distinct, sample);
}

void fit_values(std::vector<Stretch>& stretches, double values, const Sample& sample) {
  auto count = [&](double log_per_mass) {
    set_values(stretches, std::exp(log_per_mass), sample);
    double sum = 0;
    for (const Stretch& stretch : stretches) sum += static_cast<double>(stretch.values);
    return sum;
  };
  double low = 0, high = std::log(kMostValues);
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (count(middle) < values ? low : high) = middle;
  }
  count(high);
}

void fit_unique(std::vector<Stretch>& stretches, std::uint64_t rows) {
  double left = static_cast<double>(rows), mass = 0, room = 0;
  for (const Stretch& stretch : stretches) {
    mass += stretch.mass;
    room += std::min(static_cast<double>(stretch.room), kMostValues);
  }
  for (Stretch& stretch : stretches) {
    double own = std::min(static_cast<double>(stretch.room), kMostValues);
    room -= own;
    // At least what the stretches behind have no room for; and no more than fits.
    double share = mass > 0 ? std::round(left * stretch.mass / mass) : left;
    if (stretch.common()) share = 1;
    if (stretch.with_low) share = std::max(share, 1.0);  // the mark itself is known to be there
    share = std::clamp(share, std::min(std::max(left - room, 0.0), own), std::min(own, left));
    stretch.values = static_cast<std::uint64_t>(share);
    left -= share;
    mass -= stretch.mass;
  }
  std::erase_if(stretches, [](const Stretch& stretch) { return stretch.values == 0; });
  for (Stretch& stretch : stretches) stretch.mass = static_cast<double>(stretch.values) / static_cast<double>(rows);
}

}  // namespace pgrehearse::generators
