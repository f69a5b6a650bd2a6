#include "generators/statistical_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "generators/ordinals.hpp"

namespace pgrehearse::generators {
namespace {

using How = Part::How;
using What = Part::What;

constexpr double kTolerated = 0.01;  // of null fractions

// Rows that already stand, in the order of a column.
void order_standing_rows(const ExistingRows& existing, const Type& type, std::size_t column, Parents& parents) {
  const Limits none;
  OrdinalsPtr ordinals = make_ordinals(type, none, {}, {});
  auto place = [&](std::uint64_t row) {
    const auto& text = existing.rows[row][column];
    auto ordinal = ordinals && text ? ordinals->parse(*text) : std::nullopt;
    return std::pair(ordinal.value_or(0), text.value_or(""));
  };
  std::vector<std::uint64_t> rows(existing.rows.size());
  std::iota(rows.begin(), rows.end(), std::uint64_t{0});
  std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return place(a) < place(b); });
  std::map<std::string, std::uint64_t> ranks;
  for (std::uint64_t rank = 0; rank < rows.size(); ++rank) ranks.try_emplace(place(rows[rank]).second, rank);
  parents.row_of_rank = [rows](std::uint64_t rank) { return rows[rank]; };
  parents.rank_of_value = [ranks](const std::string& value) {
    auto found = ranks.find(value);
    return found == ranks.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace

bool StatisticalParts::described(std::size_t table, std::size_t column) const {
  const Column& shape = shape_.tables[table].columns[column];
  return shape.statistics != nullptr && !shape_.tables[table].existing && !decided_by_user(shape) &&
         !(shape.override_ && shape.override_->zipf);
}

std::string StatisticalParts::conflict(std::size_t table, std::size_t column, bool nullable) const {
  if (!described(table, column)) return {};
  const Part& part = layout_.tables[table].deciding(column);
  double nulls = shape_.tables[table].columns[column].statistics->null_fraction;
  if (!nullable && nulls > kTolerated) return fmt::format("it is never NULL, not in {:.1f} % of the rows", nulls * 100);
  if (part.what == What::value && (part.how == How::digit || part.apart_from))
    return "a key or constraint over several columns decides its values";
  return {};
}

std::optional<StatisticalColumn> StatisticalParts::value(std::size_t table, std::size_t column,
                                                         double null_fraction) const {
  const Part& part = layout_.tables[table].deciding(column);
  if (!described(table, column) || part.how == How::digit || part.apart_from) return std::nullopt;
  const Column& shape = shape_.tables[table].columns[column];
  if (part.how == How::injective && shape.limits.apart > 1) return std::nullopt;
  ColumnStatistics statistics = *shape.statistics;
  if (shape.override_ && shape.override_->distinct)
    statistics.distinct = static_cast<double>(*shape.override_->distinct);
  Limits limits;
  Wanted wanted = choices_.wanted(table, column, part.how == How::injective, limits);
  return plan_statistical_column(Aim{wanted, statistics, null_fraction}, picks_.seed(table, part));
}

// Of several columns the one that tells most parents apart.
std::optional<std::size_t> StatisticalParts::describing_column(std::size_t table, const Part& part) const {
  std::optional<std::size_t> best;
  double most = -1, rows = static_cast<double>(choices_.rows(table));
  for (std::size_t column : part.columns) {
    if (!described(table, column)) continue;
    double distinct = shape_.tables[table].columns[column].statistics->distinct;
    if (distinct < 0) distinct *= -rows;
    if (distinct <= most) continue;
    most = distinct;
    best = column;
  }
  return best;
}

Parents StatisticalParts::parents(std::size_t table, const Part& part, std::size_t column) const {
  const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
  auto at = std::find(key.columns.begin(), key.columns.end(), column) - key.columns.begin();
  std::size_t parent_column = key.parent_columns[static_cast<std::size_t>(at)];
  const TableShape& parent = shape_.tables[key.parent];
  const Column& shape = parent.columns[parent_column];
  Parents parents;
  parents.rows = choices_.parents(table, part);
  parents.statistics = shape.statistics.get();
  if (parent.existing) {
    order_standing_rows(*parent.existing, shape.type, parent_column, parents);
  } else if (described(key.parent, parent_column)) {
    const Part& theirs = layout_.tables[key.parent].deciding(parent_column);
    if (theirs.what != What::value || theirs.how != How::injective) return parents;
    auto order = unique_order(*shape.statistics, parents.rows, picks_.seed(key.parent, theirs));
    parents.row_of_rank = [order](std::uint64_t rank) { return order->row_of(rank); };
  }
  return parents;
}

PickPtr StatisticalParts::reference(std::size_t table, std::size_t index, double null_fraction) const {
  const Part& part = layout_.tables[table].parts[index];
  bool tied = part.group || part.apart_from || part.partner;
  if (part.what != What::reference || tied || part.how == How::digit) return nullptr;
  const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
  auto column = describing_column(table, part);
  if (!column || key.parent == table || !choices_.usable_parents(table, part).empty()) return nullptr;
  const ColumnStatistics& statistics = *shape_.tables[table].columns[*column].statistics;
  Parents parents = this->parents(table, part, *column);
  if (part.how == How::injective) {
    auto order = unique_order(statistics, parents.rows, picks_.seed(table, part));
    return parents.row_of_rank ? std::make_shared<Mapped>(order, parents.row_of_rank) : PickPtr(order);
  }
  Limits limits;
  Wanted wanted = choices_.wanted(table, *column, false, limits);
  return plan_statistical_reference(wanted, statistics, null_fraction, key.fan_out.get(), parents,
                                    picks_.seed(table, part));
}

}  // namespace pgrehearse::generators
