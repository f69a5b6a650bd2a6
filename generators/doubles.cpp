#include "generators/doubles.hpp"

#include "generators/stretches.hpp"

namespace pgrehearse::generators {
namespace {

// Of the rows that are not NULL, those that have to be one of two with the same value.
double share_in_pairs(const Sample& sample, double distinct) {
  double low = 0, high = 1;
  for (int i = 0; i < 30; ++i) {
    const double share = (low + high) / 2;
    Stretch pairs, single;
    pairs.mass = share;
    pairs.values = static_cast<std::uint64_t>(share * sample.rows / 2);
    single.mass = 1 - share;
    single.values = static_cast<std::uint64_t>((1 - share) * sample.rows);
    (estimated_distinct({pairs, single}, sample) > distinct ? low : high) = share;
  }
  return (low + high) / 2;
}

// The share of pairs that may be equal: their rows differ beside, and none is NULL.
double share_possible(const WithDoubles& all, const Windowed& order, double null_fraction) {
  constexpr std::uint64_t looked_at = 1'000;
  const std::uint64_t pairs = order.rows() / 2;
  std::uint64_t looked = 0, possible = 0;
  for (std::uint64_t i = 0; i < std::min(pairs, looked_at); ++i, ++looked) {
    const std::uint64_t first = 2 * (i * pairs / std::min(pairs, looked_at));
    if (all.differ(order.row_of(first), order.row_of(first + 1))) ++possible;
  }
  return looked == 0 ? 0 : (1 - null_fraction) * static_cast<double>(possible) / static_cast<double>(looked);
}

}  // namespace

RankedPick with_doubles(const RankedPick& own, const ColumnStatistics& statistics, double null_fraction,
                        std::shared_ptr<const Windowed> order, PickPtr beside) {
  const auto rows = static_cast<double>(order->rows());
  Sample sample = sample_of(statistics, rows, null_fraction);
  sample.even = true;
  const double possible = share_possible(WithDoubles(own.always, order, beside, 1), *order, null_fraction);
  if (possible <= 0) return own;
  const double share = std::min(share_in_pairs(sample, statistics.distinct_in(rows)) / possible, 1.0);
  return {std::make_shared<WithDoubles>(own.always, order, beside, share),
          std::make_shared<WithDoubles>(own.sometimes, order, beside, share)};
}

}  // namespace pgrehearse::generators
