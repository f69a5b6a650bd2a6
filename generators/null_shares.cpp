#include "generators/null_shares.hpp"

#include <algorithm>

#include "generators/hints.hpp"

namespace pgrehearse::generators {
namespace {

constexpr double kUsualNulls = 0.07, kNullsOfRareEvents = 0.9;

}  // namespace

NullShares::NullShares(const DatabaseShape& shape) : shape_(shape) {
  for (const TableShape& table : shape.tables)
    for (const ForeignKey& key : table.foreign_keys)
      for (std::size_t column : key.parent_columns) referenced_.insert({key.parent, column});
}

bool NullShares::pooled(std::size_t table, std::size_t column) const {
  return std::any_of(shape_.tables[table].pools.begin(), shape_.tables[table].pools.end(), [&](const ValuePool& pool) {
    return std::find(pool.columns.begin(), pool.columns.end(), column) != pool.columns.end();
  });
}

double NullShares::fraction(std::size_t table, const std::vector<std::size_t>& columns) const {
  double fraction = kUsualNulls;
  for (std::size_t column : columns) {
    const Column& shape = shape_.tables[table].columns[column];
    if (says(shape.name, {"deleted", "archived", "cancelled", "canceled", "revoked", "failed", "banned", "suspended"}))
      fraction = kNullsOfRareEvents;
  }
  for (std::size_t column : columns) {
    const auto& statistics = shape_.tables[table].columns[column].statistics;
    if (statistics) fraction = statistics->null_fraction;
  }
  for (std::size_t column : columns) {
    const auto& override_ = shape_.tables[table].columns[column].override_;
    if (override_ && override_->null_fraction) fraction = *override_->null_fraction;
  }
  return fraction;
}

}  // namespace pgrehearse::generators
