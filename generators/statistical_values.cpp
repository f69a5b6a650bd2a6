#include "generators/statistical_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

namespace {

constexpr std::uint64_t kFewRows = 60'000;

}  // namespace

double Aim::distinct() const {
  if (statistics.distinct == 0) return shown();
  double distinct =
      statistics.distinct > 0 ? statistics.distinct : -statistics.distinct * static_cast<double>(wanted.rows);
  return std::min(distinct, shown());
}

bool fit(std::vector<Stretch>& stretches, const std::vector<Mark>& marks, const Aim& aim, StatisticalValues& made) {
  share_buckets(stretches);
  if (stretches.empty()) return false;
  if (aim.wanted.distinct) {
    fit_unique(stretches, std::max<std::uint64_t>(aim.wanted.rows, 1));
  } else {
    constexpr double enough = 0.97;
    Sample sample = sample_of(aim.statistics, static_cast<double>(aim.wanted.rows), aim.null_fraction);
    sample.pattern = aim.pattern;
    // In few rows, chance would show.
    made.even = aim.counted.value_or(aim.wanted.rows < kFewRows);
    sample.even = made.even || is_sorted(aim.statistics.correlation.value_or(0));
    double found = fit_distinct(stretches, aim.distinct(), sample);
    // By chance some values never come up; where there are hardly more values than asked for, none can be spared.
    if (!sample.even && found < enough * aim.distinct()) {
      sample.even = made.even = true;
      found = fit_distinct(stretches, aim.distinct(), sample);
    }
    if (found < enough * aim.distinct() - 1)
      made.conflicts.push_back(fmt::format(
          "{:.0f} different values instead of {:.0f}: there are no more between its bounds", found, aim.distinct()));
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

std::optional<StatisticalValues> make_statistical_values(const Aim& aim) {
  if (aim.wanted.rows == 0) return std::nullopt;
  Kind kind = aim.wanted.type->kind;
  bool document = kind == Kind::json || kind == Kind::jsonb;
  if (document && aim.wanted.limits->pattern.empty() && aim.wanted.limits->allowed.empty() &&
      aim.statistics.average_width > 0)
    return make_statistical_documents(aim);
  if (kind == Kind::array && aim.statistics.elements && aim.wanted.type->element && !aim.wanted.distinct) {
    if (auto made = make_statistical_arrays(aim)) return made;
  }
  if (kind == Kind::tsvector && aim.statistics.elements && !aim.wanted.distinct) return make_statistical_vectors(aim);
  if (aim.statistics.marks.empty()) return std::nullopt;
  bool known = std::all_of(aim.statistics.marks.begin(), aim.statistics.marks.end(),
                           [](const Mark& mark) { return mark.value.has_value(); });
  if (auto made = make_statistical_ordinals(aim)) return made;
  bool free = aim.wanted.limits->pattern.empty();
  if ((kind == Kind::text || kind == Kind::bytea) && free)
    return known ? make_known_texts(aim) : make_private_texts(aim);
  return make_statistical_others(aim);
}

}  // namespace pgrehearse::generators
