#include "generators/part_picks.hpp"

#include <algorithm>

#include "generators/distribution_picks.hpp"

namespace pgrehearse::generators {
namespace {

using How = Part::How;
using What = Part::What;

// Which of the numbers are popular is shuffled.
PickPtr by_rank(base::Seed seed, std::uint64_t size, PickPtr rank) {
  return std::make_shared<ShuffledRank>(seed.derive("popularity"), size, std::move(rank));
}

PickPtr digit(const Part& part) { return std::make_shared<Digit>(part.combinations, part.stride, part.radix); }

PickPtr turned(const Part& by, base::Seed seed, std::uint64_t size) {
  return std::make_shared<Turned>(seed, by.combinations, by.stride, by.radix, size);
}

}  // namespace

base::Seed PartPicks::seed(std::size_t table, const Part& part) const {
  const TableShape& shape = shape_.tables[table];
  base::Seed own = shape_.seed.derive(shape.qualified());
  if (part.what == What::value) return own.derive(shape.columns[part.index].name).derive("pick");
  return own.derive(shape.foreign_keys[part.index].name).derive("parent");
}

std::size_t PartPicks::values_column(std::size_t table, std::size_t part) const {
  const auto& parts = layout_.tables[table].parts;
  return parts[parts[part].apart_from.value_or(part)].index;
}

bool PartPicks::distinct_values(std::size_t table, std::size_t index) const {
  const auto& parts = layout_.tables[table].parts;
  const Part& part = parts[parts[index].apart_from.value_or(index)];
  const auto& override_ = shape_.tables[table].columns[part.index].override_;
  return part.how != How::open || parts[index].how != How::open || parts[index].selective ||
         (override_ && override_->distinct);
}

PickPtr PartPicks::value(std::size_t table, std::size_t index, const Values& values) {
  const TableLayout& layout = layout_.tables[table];
  const Part& part = layout.parts[index];
  base::Seed own = seed(table, part);
  if (part.apart_from) {
    PickPtr steps = part.how == How::digit
                        ? digit(part)
                        : std::make_shared<Uniform>(own, std::max<std::uint64_t>(values.size() - 1, 1));
    return std::make_shared<Apart>(value(table, *part.apart_from, values), steps, values.size());
  }
  if (part.how == How::digit) return digit(part);
  if (part.how == How::turned) return turned(layout.parts[part.turned_by], own, values.size());
  if (part.how == How::open) return open_value(shape_.tables[table].columns[part.index], table, values, own);
  if (part.in_order || values.grows()) return std::make_shared<InOrder>();
  return std::make_shared<Shuffled>(own, std::max<std::uint64_t>(choices_.rows(table), 1));
}

PickPtr PartPicks::open_value(const Column& column, std::size_t table, const Values& values, base::Seed own) const {
  const auto& override_ = column.override_;
  if (override_ && override_->weights.size() == values.size())
    return std::make_shared<Weighted>(own, override_->weights);
  if (PickPtr pick = values.own_pick(own, choices_.rows(table))) return pick;
  std::uint64_t size = values.size();
  if (override_ && override_->distinct) size = std::clamp<std::uint64_t>(*override_->distinct, 1, size);
  if (override_ && override_->zipf) {
    PickPtr rank = std::make_shared<Zipf>(own, *override_->zipf, size);
    return override_->values.empty() ? by_rank(own, size, rank) : rank;
  }
  if (override_ && override_->distinct) return std::make_shared<Uniform>(own, size);
  if (values.grows()) return std::make_shared<Drifting>(own, choices_.rows(table), values.size());
  return std::make_shared<Uniform>(own, values.size());
}

PickPtr PartPicks::reference(std::size_t table, std::size_t index, bool required) {
  PickPtr pick = unmapped_reference(table, index, required);
  const Part& part = layout_.tables[table].parts[index];
  if (part.what != What::reference || part.group) return pick;
  auto usable = choices_.usable_parents(table, part);
  return usable.empty() ? pick : std::make_shared<Listed>(std::move(usable), pick);
}

PickPtr PartPicks::unmapped_reference(std::size_t table, std::size_t index, bool required) {
  const Part& part = layout_.tables[table].parts[index];
  base::Seed own = seed(table, part);
  if (part.partner) {
    bool first = index < *part.partner;
    base::Seed both = first ? own : seed(table, layout_.tables[table].parts[*part.partner]);
    PickPtr number =
        part.how == How::digit ? digit(part) : std::make_shared<Uniform>(both, pairs(choices_.parents(table, part)));
    return std::make_shared<OfPair>(number, first);
  }
  if (part.apart_from) {
    std::uint64_t parents = choices_.parents(table, part);
    PickPtr steps =
        part.how == How::digit ? digit(part) : std::make_shared<Uniform>(own, std::max<std::uint64_t>(parents - 1, 1));
    return std::make_shared<Apart>(unmapped_reference(table, *part.apart_from, true), steps, parents);
  }
  if (part.what == What::sibling && part.how != How::open) return counted_sibling(table, part, own);
  if (part.how == How::digit) return digit(part);
  if (part.how == How::turned)
    return turned(layout_.tables[table].parts[part.turned_by], own, choices_.parents(table, part));
  if (part.how == How::open) return open_reference(part, table, required, own);
  if (shape_.tables[table].foreign_keys[part.index].parent != table)
    return std::make_shared<Shuffled>(own, choices_.parents(table, part));
  return required ? PickPtr(std::make_shared<InOrder>()) : std::make_shared<Previous>(choices_.rows(table));
}

PickPtr PartPicks::counted_sibling(std::size_t table, const Part& part, base::Seed own) {
  PickPtr nth = part.how == How::digit
                    ? digit(part)
                    : std::make_shared<Shuffled>(own, std::max<std::uint64_t>(choices_.siblings(table, part), 1));
  return std::make_shared<NthSibling>(unmapped_reference(table, part.beside, true), nth,
                                      choices_.group_size(*part.group));
}

PickPtr PartPicks::open_reference(const Part& part, std::size_t table, bool required, base::Seed own) {
  const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
  bool self = key.parent == table;
  if (part.what == What::itself) return required ? PickPtr(std::make_shared<InOrder>()) : std::make_shared<Never>();
  if (part.what == What::sibling && part.group) {  // without: an error of the layout, which ends the planning
    PickPtr other = unmapped_reference(table, part.beside, true);
    bool root = key.parent == *part.group;
    auto among = !self ? Sibling::Among::all : required ? Sibling::Among::up_to_itself : Sibling::Among::earlier;
    std::uint64_t groups = choices_.group_size(*part.group);
    return std::make_shared<Sibling>(own, other, groups, root ? groups : choices_.rows(key.parent), among);
  }
  if (part.in_turn) return std::make_shared<InTurn>(choices_.parents(table, part));
  if (self) return std::make_shared<Earlier>(own, choices_.rows(table), required);
  for (std::size_t column : key.columns)
    if (const auto& override_ = shape_.tables[table].columns[column].override_; override_ && override_->zipf) {
      std::uint64_t parents = choices_.parents(table, part);
      return by_rank(own, parents, std::make_shared<Zipf>(own, *override_->zipf, parents));
    }
  return std::make_shared<Skewed>(own, choices_.parents(table, part));
}

}  // namespace pgrehearse::generators
