#include "generators/statistical_column.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "generators/quantity.hpp"

namespace pgrehearse::generators {
namespace {

// Whether the values count up from about 1 without gaps, as those of a fresh sequence do: then they go on doing so with
// any number of rows.
bool counts_up(const Aim& aim) {
  const auto& marks = aim.statistics.marks;
  Kind kind = aim.wanted.type->kind;
  if (kind < Kind::int2 || kind > Kind::int8 || marks.size() < 2) return false;
  auto number_of = [](const Mark& mark) { return mark.value ? parse_quantity({}, *mark.value) : std::nullopt; };
  const auto from = number_of(marks.front()), to = number_of(marks.back());
  if (!from || !to) return false;
  auto first = static_cast<double>(*from), last = static_cast<double>(*to);
  auto rows = static_cast<double>(aim.statistics.rows > 0 ? aim.statistics.rows : aim.wanted.rows);
  return first >= 0 && first <= 0.02 * last && rows >= 0.98 * (last - first);
}

// What compute_scalar_stats in src/backend/commands/analyze.c finds where it reads all rows.
double correlation_of(const Pick& pick, std::uint64_t rows) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> shown;  // number, place among the rows that are not NULL
  for (std::uint64_t row = 0; row < rows; ++row)
    if (std::uint64_t number = pick.at(row); number != kNone) shown.emplace_back(number, shown.size());
  if (shown.size() < 2) return 0;
  std::sort(shown.begin(), shown.end());
  const auto count = static_cast<double>(shown.size()), middle = (count - 1) / 2;
  double sum = 0;
  for (std::size_t rank = 0; rank < shown.size(); ++rank)
    sum += (static_cast<double>(rank) - middle) * (static_cast<double>(shown[rank].second) - middle);
  return sum * 12 / (count * (count * count - 1));
}

// Of few rows ANALYZE reads all, and the chance of one shuffle shows: 0.02 in 3,000. Of several the nearest is taken.
// `make` makes one with a seed, `pick_of` gives what it chooses.
template <class Make, class PickOf>
auto nearest(base::Seed seed, std::uint64_t rows, std::optional<double> correlation, Make make, PickOf pick_of) {
  constexpr std::uint64_t few = 10'000;
  constexpr std::uint64_t tries = 16;
  constexpr double near = 0.005;
  auto best = make(seed);
  if (!correlation || rows > few) return best;
  double least = std::abs(correlation_of(*pick_of(best), rows) - *correlation);
  for (std::uint64_t i = 1; i < tries && least > near; ++i) {
    auto made = make(seed.derive(i));
    const double off = std::abs(correlation_of(*pick_of(made), rows) - *correlation);
    if (off >= least) continue;
    least = off;
    best = std::move(made);
  }
  return best;
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

std::shared_ptr<const Evenly> even_pick(const std::shared_ptr<const Distribution>& distribution, const Aim& aim,
                                        base::Seed seed) {
  const auto& correlation = aim.statistics.correlation;
  double order = correlation ? order_for(*correlation, *distribution) : 0;
  auto make = [&](base::Seed each) {
    auto windows = std::make_shared<Windowed>(each, aim.wanted.rows, order);
    return std::make_shared<const Evenly>(windows, aim.null_fraction, distribution);
  };
  return nearest(seed, aim.wanted.rows, correlation, make,
                 [](const auto& pick) { return std::make_shared<EvenlyNull>(pick); });
}

RankedPick ranked_pick(const StatisticalValues& made, const Aim& aim, base::Seed seed) {
  if (made.even) {
    auto evenly = even_pick(made.distribution, aim, seed);
    return {evenly, std::make_shared<EvenlyNull>(evenly)};
  }
  const auto& correlation = aim.statistics.correlation;
  double strength = correlation ? strength_for(*correlation, *made.distribution) : 0;
  Ranking ranking(seed, std::max<std::uint64_t>(aim.wanted.rows, 1), strength);
  return with_nulls(std::make_shared<Ranked>(ranking, made.distribution), aim.null_fraction, seed);
}

RankedPick with_nulls(PickPtr pick, double null_fraction, base::Seed seed) {
  return {pick, std::make_shared<SometimesNull>(seed.derive("null"), null_fraction, pick)};
}

std::shared_ptr<const Windowed> unique_order(const ColumnStatistics& statistics, std::uint64_t rows, base::Seed seed) {
  auto make = [&](base::Seed each) {
    return std::make_shared<const Windowed>(each, std::max<std::uint64_t>(rows, 1), statistics.correlation.value_or(0));
  };
  return nearest(seed, rows, statistics.correlation, make, [](const auto& order) { return order; });
}

std::optional<StatisticalColumn> plan_statistical_column(const Aim& aim, base::Seed seed) {
  if (aim.wanted.distinct) return plan_unique(aim, seed);
  auto made = make_statistical_values(aim);
  if (!made) return std::nullopt;
  RankedPick pick = ranked_pick(*made, aim, seed);
  return StatisticalColumn{std::move(*made), pick};
}

}  // namespace pgrehearse::generators
