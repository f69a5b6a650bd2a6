#include "generators/row_lengths.hpp"

#include <cmath>

#include "generators/normal.hpp"
#include "generators/statistical_column.hpp"

namespace pgrehearse::generators {

RowLengths::RowLengths(base::Seed table, double together, std::uint64_t numbers, RowOf row_of)
    : table_(table),
      strength_(std::sqrt(std::clamp(together, 0.0, 1.0))),
      noise_(std::sqrt(1 - strength_ * strength_)),
      numbers_(numbers),
      row_of_(std::move(row_of)) {}

double RowLengths::share(std::uint64_t number, double chance) const {
  if (number >= numbers_) return chance;
  const NormalTable& normal = NormalTable::get();
  const double row = (static_cast<double>(table_.bits(row_of_(number)) >> 11) + 0.5) * 0x1.0p-53;
  return normal.share(strength_ * normal.quantile(row) + noise_ * normal.quantile(chance));
}

std::shared_ptr<const RowLengths> row_lengths(const Aim& aim, const std::shared_ptr<const Distribution>& distribution) {
  if (!aim.row_seeds) return nullptr;
  RowLengths::RowOf row_of;
  if (aim.wanted.distinct) {
    row_of = [order = unique_order(aim.statistics, aim.wanted.rows, aim.row_seeds->pick)](std::uint64_t number) {
      return order->row_of(number);
    };
  } else {
    row_of = [pick = even_pick(distribution, aim, aim.row_seeds->pick)](std::uint64_t number) {
      return pick->row_of(number);
    };
  }
  return std::make_shared<RowLengths>(aim.row_seeds->table, *aim.statistics.together, distribution->size(),
                                      std::move(row_of));
}

}  // namespace pgrehearse::generators
