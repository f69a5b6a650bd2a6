#include "generators/normal.hpp"

namespace pgrehearse::generators {

const NormalTable& NormalTable::get() {
  static const NormalTable table;
  return table;
}

NormalTable::NormalTable() {
  quantiles_[0] = quantiles_[kCells] = 0;  // infinite, and not used
  for (std::size_t i = 1; i < kCells; ++i) quantiles_[i] = normal_quantile(static_cast<double>(i) / kCells);
  for (std::size_t i = 0; i <= kCells; ++i) shares_[i] = normal_share(static_cast<double>(i) / kCellsOfOne - kWidest);
}

}  // namespace pgrehearse::generators
