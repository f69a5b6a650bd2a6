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
  column.pick = with_nulls(unique_order(aim.statistics, aim.wanted.rows, seed), aim.null_fraction, seed);
  std::optional<StatisticalValues> made;
  if (!counts_up(aim)) made = make_statistical_values(aim);
  if (made) {
    column.made = std::move(*made);
    return column;
  }
  if (!aim.statistics.correlation) return std::nullopt;
  auto usual = make_values(aim.wanted);
  if (!usual) return std::nullopt;
  column.made.values = std::move(*usual);
  if (counts_up(aim)) column.made.reach = aim.growth();
  return column;
}

}  // namespace

RankedPick ranked_pick(const StatisticalValues& made, const Aim& aim, base::Seed seed) {
  const auto& correlation = aim.statistics.correlation;
  if (made.even) {
    double order = correlation ? order_for(*correlation, *made.distribution) : 0;
    auto windows = std::make_shared<Windowed>(seed, aim.wanted.rows, order);
    auto evenly = std::make_shared<Evenly>(windows, aim.null_fraction, made.distribution);
    return {evenly, std::make_shared<EvenlyNull>(evenly)};
  }
  double strength = correlation ? strength_for(*correlation, *made.distribution) : 0;
  Ranking ranking(seed, std::max<std::uint64_t>(aim.wanted.rows, 1), strength);
  return with_nulls(std::make_shared<Ranked>(ranking, made.distribution), aim.null_fraction, seed);
}

RankedPick with_nulls(PickPtr pick, double null_fraction, base::Seed seed) {
  return {pick, std::make_shared<SometimesNull>(seed.derive("null"), null_fraction, pick)};
}

std::shared_ptr<const Windowed> unique_order(const ColumnStatistics& statistics, std::uint64_t rows, base::Seed seed) {
  return std::make_shared<Windowed>(seed, std::max<std::uint64_t>(rows, 1), statistics.correlation.value_or(0));
}

std::optional<StatisticalColumn> plan_statistical_column(const Aim& aim, base::Seed seed) {
  if (aim.wanted.distinct) return plan_unique(aim, seed);
  auto made = make_statistical_values(aim);
  if (!made) return std::nullopt;
  RankedPick pick = ranked_pick(*made, aim, seed);
  return StatisticalColumn{std::move(*made), pick};
}

}  // namespace pgrehearse::generators
