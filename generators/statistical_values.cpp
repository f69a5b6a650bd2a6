#include "generators/statistical_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

namespace {

constexpr std::uint64_t kFewRows = 60'000;

// Where the user says how long values are, those that the statistics know may be of another length: of texts their
// place and share stay, of whole arrays nothing.
ColumnStatistics of_other_length(const Aim& aim) {
  ColumnStatistics statistics = aim.statistics;
  for (Mark& mark : statistics.marks) {
    if (!mark.value) continue;
    bool bytes = aim.wanted.type->kind == Kind::bytea;
    mark.length = static_cast<std::uint32_t>(bytes ? (mark.value->size() - 2) / 2 : mark.value->size());
    mark.value.reset();
  }
  statistics.widths.clear();
  statistics.stored_share.reset();
  statistics.plain_share.reset();
  statistics.average_width = 0;
  if (aim.wanted.type->kind == Kind::array) statistics.marks.clear();
  return statistics;
}

}  // namespace

double Aim::distinct() const {
  if (statistics.distinct == 0) return shown();
  return std::min(statistics.distinct_in(static_cast<double>(wanted.rows)), shown());
}

// In few rows, chance would show.
bool Aim::evenly() const { return counted.value_or(wanted.rows < kFewRows); }

double Aim::growth() const {
  return statistics.rows == 0 ? 1 : static_cast<double>(wanted.rows) / static_cast<double>(statistics.rows);
}

std::vector<Stretch> stretches_of(const Aim& aim, const ColumnStatistics& statistics) {
  std::vector<Stretch> stretches = stretches_of(statistics);
  if (!aim.wanted.distinct && statistics.distinct < 0 && aim.growth() > 1) drop_common_by_chance(stretches, statistics);
  return stretches;
}

bool Aim::whole() const {
  Kind kind = wanted.type->kind;
  return kind >= Kind::int2 && kind <= Kind::int8;
}

bool Aim::counts(double room) const {
  constexpr double good_part = 0.01;
  double share = wanted.distinct ? 1 - statistics.null_fraction : -statistics.distinct;
  return whole() && share * static_cast<double>(statistics.rows) >= good_part * room;
}

namespace {

constexpr double kEnough = 0.97;

// At least 1.
std::uint64_t rounded(double number) { return static_cast<std::uint64_t>(std::max(std::round(number), 1.0)); }

// Of values that come by chance, those that so many rows have.
double come_up(double values, double rows) { return values * -std::expm1(-rows / values); }

// A column whose different values grow with its rows: first as it was, then as many more of them as there is room for.
// Where the values between two bounds have all come up, there are no more of them, however many rows there are.
bool fit_grown(std::vector<Stretch>& stretches, const Aim& aim, const Sample& sample) {
  double growth = aim.growth(), rows = static_cast<double>(aim.statistics.rows);
  if (growth == 1 || aim.statistics.distinct >= 0) return false;
  bool sorted = is_sorted(aim.statistics.correlation.value_or(0));
  Sample before = sample_of(aim.statistics, rows, aim.null_fraction);
  before.pattern = sample.pattern;
  before.even = sorted;
  double distinct = -aim.statistics.distinct * rows;
  std::vector<Stretch> grown = stretches;
  for (Stretch& stretch : grown)
    if (!stretch.common()) stretch.room = rounded(static_cast<double>(stretch.room) / aim.reach);
  if (fit_distinct(grown, distinct, before) < kEnough * distinct) return false;
  for (Stretch& stretch : grown) {
    if (stretch.common()) continue;
    double values =
        std::min(static_cast<double>(stretch.values) * growth, static_cast<double>(stretch.room) * aim.reach);
    stretch.values = rounded(sample.even && !sorted ? come_up(values, sample.rows * stretch.mass) : values);
  }
  stretches = std::move(grown);
  return true;
}

// How many different values there can be at most: as many as there is room for, and rows.
double most_values(const std::vector<Stretch>& stretches, const Aim& aim) {
  double most = 0;
  for (const Stretch& stretch : stretches)
    most += std::min(static_cast<double>(stretch.room), std::ceil(stretch.mass * aim.shown()));
  return most;
}

void fit_repeated(std::vector<Stretch>& stretches, const Aim& aim, StatisticalValues& made) {
  Sample sample = sample_of(aim.statistics, static_cast<double>(aim.wanted.rows), aim.null_fraction);
  sample.pattern = aim.pattern;
  made.even = aim.evenly();
  sample.even = made.even || is_sorted(aim.statistics.correlation.value_or(0));
  if (aim.values) {
    fit_values(stretches, *aim.values, sample);
    return;
  }
  if (fit_grown(stretches, aim, sample)) return;
  double found = fit_distinct(stretches, aim.distinct(), sample);
  // By chance some values never come up; where there are hardly more values than asked for, none can be spared.
  if (!sample.even && found < kEnough * aim.distinct()) {
    sample.even = made.even = true;
    fit_distinct(stretches, aim.distinct(), sample);
  }
  // Of many values there may be, ANALYZE may see too few in its sample: that is no fault of theirs.
  const double most = most_values(stretches, aim);
  if (most < kEnough * aim.distinct() - 1)
    made.conflicts.push_back(fmt::format(
        "at most {:.0f} different values instead of {:.0f}: its type, its constraints and the bounds of its "
        "histogram leave room for no more",
        most, aim.distinct()));
}

}  // namespace

bool fit(std::vector<Stretch>& stretches, const std::vector<Mark>& marks, const Aim& aim, StatisticalValues& made) {
  share_buckets(stretches);
  if (stretches.empty()) return false;
  if (aim.wanted.distinct) {
    fit_unique(stretches, std::max<std::uint64_t>(aim.wanted.rows, 1));
  } else {
    fit_repeated(stretches, aim, made);
  }
  distribute(stretches, marks, aim.pattern, made);
  return true;
}

void distribute(const std::vector<Stretch>& stretches, const std::vector<Mark>& marks, const Pattern& pattern,
                StatisticalValues& made) {
  made.distribution = std::make_shared<Distribution>(stretches, pattern);
  made.by_text.clear();
  made.by_place.clear();
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    if (!stretches[i].with_low) continue;
    const auto& text = marks[stretches[i].low].value;
    if (text) made.by_text.try_emplace(*text, made.distribution->first(i));
    if (!text && stretches[i].common()) made.by_place.try_emplace(stretches[i].low, made.distribution->first(i));
  }
}

namespace {

// ANALYZE lists no value that came once, if it is the only such one: a histogram has two bounds at least. Of private
// texts one more, then, as long as the others are.
ColumnStatistics with_unlisted(const Aim& aim) {
  ColumnStatistics statistics = aim.statistics;
  double listed = 0, length = 0;
  for (const Mark& mark : statistics.marks) {
    if (!mark.common() || mark.value) return statistics;
    listed += mark.frequency;
    length += mark.length / static_cast<double>(statistics.marks.size());
  }
  const auto rows = static_cast<double>(aim.wanted.rows);
  if (std::llround(statistics.distinct_in(rows)) != static_cast<std::int64_t>(statistics.marks.size()) + 1)
    return statistics;
  Mark unlisted;
  unlisted.length = static_cast<std::uint32_t>(std::lround(length));
  unlisted.frequency = std::max(1 - statistics.null_fraction - listed, 1 / rows);
  statistics.marks.push_back(unlisted);
  return statistics;
}

std::optional<StatisticalValues> make_by_kind(const Aim& aim) {
  Kind kind = aim.wanted.type->kind;
  bool document = kind == Kind::json || kind == Kind::jsonb;
  if (document && aim.wanted.limits->pattern.empty() && aim.wanted.limits->allowed.empty() &&
      aim.statistics.average_width > 0)
    return make_statistical_documents(aim);
  if (kind == Kind::array && aim.statistics.elements && aim.wanted.type->element && !aim.wanted.distinct) {
    if (auto made = make_statistical_arrays(aim)) return made;
  }
  if (kind == Kind::tsvector && aim.statistics.elements && !aim.wanted.distinct) return make_statistical_vectors(aim);
  // Of a multirange the width alone says something: how many ranges it has.
  bool ranges = aim.statistics.ranges || kind == Kind::multirange;
  if (ranges && !aim.wanted.distinct) return make_statistical_ranges(aim);
  if (aim.statistics.marks.empty()) return std::nullopt;
  bool known = std::all_of(aim.statistics.marks.begin(), aim.statistics.marks.end(),
                           [](const Mark& mark) { return mark.value.has_value(); });
  if (auto made = make_statistical_ordinals(aim)) return made;
  bool free = aim.wanted.limits->pattern.empty();
  if ((kind == Kind::text || kind == Kind::bytea) && free && known) return make_known_texts(aim);
  if ((kind == Kind::text || kind == Kind::bytea) && free) {
    const ColumnStatistics statistics = with_unlisted(aim);
    return make_private_texts(aim.with(statistics));
  }
  return make_statistical_others(aim);
}

}  // namespace

std::optional<StatisticalValues> make_statistical_values(const Aim& aim) {
  if (aim.wanted.rows == 0) return std::nullopt;
  if (aim.wanted.override_ == nullptr || !aim.wanted.override_->length) return make_by_kind(aim);
  const ColumnStatistics statistics = of_other_length(aim);
  return make_by_kind(aim.with(statistics));
}

}  // namespace pgrehearse::generators
