#include "generators/statistical_column.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace pgrehearse::generators {
namespace {

double number_of(const Mark& mark) {
  double number = std::nan("");
  if (mark.value) std::from_chars(mark.value->data(), mark.value->data() + mark.value->size(), number);
  return number;
}

// Whether the values count up from about 1 without gaps, as those of a fresh sequence do: then they go on doing so with
// any number of rows.
bool counts_up(const Aim& aim) {
  const auto& marks = aim.statistics.marks;
  Kind kind = aim.wanted.type->kind;
  if (kind < Kind::int2 || kind > Kind::int8 || marks.size() < 2) return false;
  double first = number_of(marks.front()), last = number_of(marks.back());
  double rows = static_cast<double>(aim.statistics.rows > 0 ? aim.statistics.rows : aim.wanted.rows);
  return first >= 0 && first <= 0.02 * last && rows >= 0.98 * (last - first);
}

std::optional<StatisticalColumn> plan_unique(const Aim& aim, base::Seed seed) {
  StatisticalColumn column;
  column.pick = unique_order(aim.statistics, aim.wanted.rows, seed);
  std::optional<StatisticalValues> made;
  if (!counts_up(aim)) made = make_statistical_values(aim);
  if (made) {
    column.values = made->values;
    column.conflicts = made->conflicts;
    return column;
  }
  if (!aim.statistics.correlation) return std::nullopt;
  auto usual = make_values(aim.wanted);
  if (!usual) return std::nullopt;
  column.values = std::move(*usual);
  return column;
}

}  // namespace

PickPtr ranked_pick(const StatisticalValues& made, const Aim& aim, base::Seed seed) {
  const auto& correlation = aim.statistics.correlation;
  std::uint64_t rows = std::max<std::uint64_t>(aim.wanted.rows, 1);
  if (made.even) {
    double beyond = correlation ? order_beyond_ties(*correlation, *made.distribution) : 0;
    return std::make_shared<Evenly>(std::make_shared<Windowed>(seed, rows, beyond), rows, made.distribution);
  }
  double strength = correlation ? strength_for(*correlation, *made.distribution) : 0;
  return std::make_shared<Ranked>(Ranking(seed, rows, strength), made.distribution);
}

std::shared_ptr<const Windowed> unique_order(const ColumnStatistics& statistics, std::uint64_t rows, base::Seed seed) {
  return std::make_shared<Windowed>(seed, std::max<std::uint64_t>(rows, 1), statistics.correlation.value_or(0));
}

std::optional<StatisticalColumn> plan_statistical_column(const Aim& aim, base::Seed seed) {
  if (aim.wanted.distinct) return plan_unique(aim, seed);
  auto made = make_statistical_values(aim);
  if (!made) return std::nullopt;
  StatisticalColumn column;
  column.values = made->values;
  column.conflicts = made->conflicts;
  column.pick = ranked_pick(*made, aim, seed);
  return column;
}

}  // namespace pgrehearse::generators
