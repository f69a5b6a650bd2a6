#include "generators/statistical_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

double Aim::distinct() const {
  if (statistics.distinct == 0) return shown();
  double distinct =
      statistics.distinct > 0 ? statistics.distinct : -statistics.distinct * static_cast<double>(wanted.rows);
  return std::min(distinct, shown());
}

bool fit(std::vector<Stretch>& stretches, const Aim& aim, StatisticalValues& made) {
  share_buckets(stretches);
  if (stretches.empty()) return false;
  if (aim.wanted.distinct) {
    fit_unique(stretches, std::max<std::uint64_t>(aim.wanted.rows, 1));
  } else {
    constexpr double enough = 0.97;
    Sample sample = sample_of(aim.statistics, static_cast<double>(aim.wanted.rows), aim.null_fraction);
    sample.pattern = aim.pattern;
    sample.even = is_sorted(aim.statistics.correlation.value_or(0));
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
  made.distribution = std::make_shared<Distribution>(stretches, aim.pattern);
  return true;
}

std::optional<StatisticalValues> make_statistical_values(const Aim& aim) {
  if (aim.statistics.marks.empty() || aim.wanted.rows == 0) return std::nullopt;
  Kind kind = aim.wanted.type->kind;
  bool known = std::all_of(aim.statistics.marks.begin(), aim.statistics.marks.end(),
                           [](const Mark& mark) { return mark.value.has_value(); });
  if (auto made = make_statistical_ordinals(aim)) return made;
  bool free = aim.wanted.limits->pattern.empty();
  if (kind == Kind::text && free && known) return make_known_texts(aim);
  if ((kind == Kind::text || kind == Kind::bytea) && free) return make_private_texts(aim);
  return make_statistical_others(aim);
}

}  // namespace pgrehearse::generators
