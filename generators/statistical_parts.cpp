#include "generators/statistical_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

#include "generators/doubles.hpp"
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

// Where many rows have children, parents are usually older than they are.
constexpr double kFewParents = 0.2;
constexpr double kManyRoots = 0.02;

void grow_tree(StatisticalReference& reference, double roots, const Parents& parents, base::Seed seed) {
  auto has_children = [has = reference.has_children, rank_of = parents.rank_of_row](std::uint64_t row) {
    return has(rank_of ? rank_of(row) : row);
  };
  PickPtr sometimes = std::make_shared<WithoutCircles>(reference.pick.sometimes, has_children);
  for (PickPtr* each : {&reference.pick.always, &reference.pick.sometimes}) {
    auto last_resort = std::make_shared<Earlier>(seed, parents.rows, each == &reference.pick.always);
    *each = std::make_shared<EarlierOf>(seed.derive("earlier"), parents.rows, *each, last_resort);
  }
  if (reference.parents_with_children < kFewParents && roots > kManyRoots) reference.pick.sometimes = sometimes;
}

// So that how much of a row is stored apart depends on it.
bool long_with_others(const ColumnStatistics& statistics) {
  constexpr double hardly = 0.2;
  constexpr std::uint32_t lengthy = 500;
  return statistics.together.value_or(0) > hardly && !statistics.widths.empty() && statistics.widths.back() > lengthy;
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
  if (part.what == What::value && (part.apart_from || (decided_by_digits(part) && !tuple(table, part))))
    return "a key or constraint over several columns decides its values";
  return {};
}

std::optional<StatisticalColumn> StatisticalParts::value(std::size_t table, std::size_t column, double null_fraction,
                                                         std::optional<bool> counted) const {
  const Part& part = layout_.tables[table].deciding(column);
  if (in_key(table, part)) return StatisticalColumn{member(table, part)->made, key_pick(table, part, null_fraction)};
  if (!described(table, column) || !free(table, part) || part.apart_from) return std::nullopt;
  const Column& shape = shape_.tables[table].columns[column];
  if (part.how == How::injective && shape.limits.apart > 1) return std::nullopt;
  ColumnStatistics statistics = aimed_at(table, part, column);
  if (shape.override_ && shape.override_->distinct)
    statistics.distinct = static_cast<double>(*shape.override_->distinct);
  Limits limits;
  Wanted wanted = choices_.wanted(table, column, part.how == How::injective, limits);
  Aim aim{wanted, statistics, null_fraction};
  aim.counted = counted;
  if (wanted.distinct) aim.included = marks_of_children(table, column);
  if (long_with_others(statistics) && aim.counted.value_or(true)) {
    aim.counted = true;
    aim.row_seeds = {shape_.seed.derive(shape_.tables[table].qualified()).derive("lengths"), picks_.seed(table, part)};
  }
  return plan_statistical_column(aim, picks_.seed(table, part));
}

RankedPick StatisticalParts::with_doubles(std::size_t table, const Part& part, const RankedPick& own,
                                          double null_fraction, PickPtr beside) const {
  const ColumnStatistics& statistics = *shape_.tables[table].columns[part.index].statistics;
  auto order = unique_order(statistics, choices_.rows(table), picks_.seed(table, part));
  return generators::with_doubles(own, statistics, null_fraction, order, std::move(beside));
}

// ANALYZE may have estimated fewer different values than a key is known to tell apart.
ColumnStatistics StatisticalParts::aimed_at(std::size_t table, const Part& part, std::size_t column) const {
  ColumnStatistics statistics = *shape_.tables[table].columns[column].statistics;
  double rows = static_cast<double>(choices_.rows(table)), least = static_cast<double>(part.least_choices);
  if (statistics.distinct != 0 && statistics.distinct_in(rows) < least) statistics.distinct = -least / rows;
  return statistics;
}

// What foreign keys are known to point at, so that it is there.
std::vector<std::string> StatisticalParts::marks_of_children(std::size_t table, std::size_t column) const {
  std::vector<std::string> marks;
  for (const TableShape& child : shape_.tables)
    for (const ForeignKey& key : child.foreign_keys)
      for (std::size_t i = 0; key.parent == table && i < key.columns.size(); ++i) {
        const auto& statistics = child.columns[key.columns[i]].statistics;
        if (key.parent_columns[i] != column || !statistics) continue;
        for (const Mark& mark : statistics->marks)
          if (mark.value) marks.push_back(*mark.value);
      }
  return marks;
}

// Of several columns the one that tells most parents apart.
std::optional<std::size_t> StatisticalParts::describing_column(std::size_t table, const Part& part) const {
  std::optional<std::size_t> best;
  double most = -1, rows = static_cast<double>(choices_.rows(table));
  for (std::size_t column : part.columns) {
    if (!described(table, column)) continue;
    double distinct = shape_.tables[table].columns[column].statistics->distinct_in(rows);
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
  if (parent.existing)
    order_standing_rows(*parent.existing, shape.type, parent_column, parents);
  else if (described(key.parent, parent_column))
    order_parents(key.parent, parent_column, parents);
  return parents;
}

void StatisticalParts::order_parents(std::size_t table, std::size_t column, Parents& parents) const {
  const Part& part = layout_.tables[table].deciding(column);
  if (part.what != What::value || part.how != How::injective) return;
  auto order = unique_order(*parents.statistics, parents.rows, picks_.seed(table, part));
  parents.row_of_rank = [order](std::uint64_t rank) { return order->row_of(rank); };
  parents.rank_of_row = [order](std::uint64_t row) { return order->at(row); };
  auto planned = value(table, column, 0);
  if (!planned) return;
  // With other numbers of rows the values reach farther, or not so far.
  double times = static_cast<double>(parents.rows) / static_cast<double>(parents.statistics->rows);
  if (parents.statistics->rows > 0 && std::abs(times - 1) > 0.05) return;
  if (planned->made.distribution) {
    parents.rank_of_value = planned->made.rank_of;
    return;
  }
  parents.rank_of_value = [rows = parents.rows](const std::string& value) -> std::optional<std::uint64_t> {
    std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);  // keys that count from 1
    return number > 0 && number <= rows ? std::optional(number - 1) : std::nullopt;
  };
}

std::optional<RankedPick> StatisticalParts::reference(std::size_t table, std::size_t index,
                                                      double null_fraction) const {
  const Part& part = layout_.tables[table].parts[index];
  if (in_key(table, part)) return key_pick(table, part, null_fraction);
  if (part.how == How::injective) return each_parent_once(table, part, null_fraction);
  auto made = open_reference(table, part, null_fraction);
  if (!made) return std::nullopt;
  if (shape_.tables[table].foreign_keys[part.index].parent == table)
    grow_tree(*made, null_fraction, parents(table, part, *describing_column(table, part)), picks_.seed(table, part));
  return made->pick;
}

bool StatisticalParts::tied(const Part& part) { return part.group || part.apart_from || part.partner; }

std::optional<RankedPick> StatisticalParts::each_parent_once(std::size_t table, const Part& part,
                                                             double null_fraction) const {
  auto column = describing_column(table, part);
  bool self = shape_.tables[table].foreign_keys[part.index].parent == table;
  if (part.what != What::reference || tied(part) || self || !column) return std::nullopt;
  if (!choices_.usable_parents(table, part).empty()) return std::nullopt;
  Parents parents = this->parents(table, part, *column);
  base::Seed seed = picks_.seed(table, part);
  PickPtr order = unique_order(*shape_.tables[table].columns[*column].statistics, parents.rows, seed);
  if (parents.row_of_rank) order = std::make_shared<Mapped>(order, parents.row_of_rank);
  return with_nulls(order, null_fraction, seed);
}

std::optional<StatisticalReference> StatisticalParts::open_reference(std::size_t table, const Part& part,
                                                                     double null_fraction) const {
  auto column = describing_column(table, part);
  if (part.what != What::reference || tied(part) || !free(table, part) || !column) return std::nullopt;
  if (!choices_.usable_parents(table, part).empty()) return std::nullopt;
  const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
  const ColumnStatistics statistics = aimed_at(table, part, *column);
  Limits limits;
  Wanted wanted = choices_.wanted(table, *column, false, limits);
  return plan_statistical_reference(wanted, statistics, null_fraction, key.fan_out.get(), parents(table, part, *column),
                                    picks_.seed(table, part));
}

std::optional<JointColumn> StatisticalParts::joint(std::size_t table, std::size_t column) const {
  const Part& part = layout_.tables[table].deciding(column);
  bool nulls = nullable(table, column);
  for (std::size_t each : part.columns)
    if (nulls_.pooled(table, each) || nullable(table, each) != nulls) return std::nullopt;
  if (part.how == How::injective || !free(table, part) || !described(table, column)) return std::nullopt;
  JointColumn joint;
  joint.null_fraction = nulls ? nulls_.fraction(table, part.columns) : 0;
  joint.correlation = shape_.tables[table].columns[column].statistics->correlation.value_or(0);
  if (part.what == What::value) {
    auto planned = value(table, column, joint.null_fraction);
    if (!planned || !planned->made.distribution) return std::nullopt;
    joint.planned = std::move(*planned);
  } else {
    bool self = shape_.tables[table].foreign_keys[part.index].parent == table;
    auto made = self || describing_column(table, part) != column ? std::nullopt
                                                                 : open_reference(table, part, joint.null_fraction);
    if (!made) return std::nullopt;
    joint.planned = std::move(made->numbers);
    joint.parents_of = std::move(made->parents_of);
  }
  joint.pick = nulls ? joint.planned.pick.sometimes : joint.planned.pick.always;
  return joint;
}

}  // namespace pgrehearse::generators
