// Keys over several parts that statistics describe.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "generators/apart_in_groups.hpp"
#include "generators/line_numbers.hpp"
#include "generators/statistical_parts.hpp"

namespace pgrehearse::generators {
namespace {

using How = Part::How;
using What = Part::What;

constexpr double kRoomy = 0.5;  // more crowded groups leave the values but the first no distribution of their own

// The last number stands for NULL.
class LastIsNull final : public Pick {
 public:
  LastIsNull(PickPtr numbers, std::uint64_t last) : numbers_(std::move(numbers)), last_(last) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t number = numbers_->at(row);
    return number == last_ ? kNone : number;
  }

 private:
  PickPtr numbers_;
  std::uint64_t last_;
};

}  // namespace

bool StatisticalParts::nullable(std::size_t table, std::size_t column) const {
  const Part& part = layout_.tables[table].deciding(column);
  return nulls_.allowed(table, column) && (!part.never_null || (part.null_counts && tuple(table, part)));
}

bool StatisticalParts::free(std::size_t table, const Part& part) const {
  return part.together && tuple(table, part) ? !in_key(table, part) : !decided_by_digits(part);
}

bool StatisticalParts::decided_by_digits(const Part& part) { return part.how == How::digit || part.how == How::turned; }

// Whether all columns of the part may be NULL, and are so in the same rows.
bool StatisticalParts::null_together(std::size_t table, const Part& part) const {
  return std::all_of(part.columns.begin(), part.columns.end(), [&](std::size_t column) {
    return nulls_.allowed(table, column) && !nulls_.pooled(table, column);
  });
}

std::optional<StatisticalParts::Member> StatisticalParts::make_member(std::size_t table, std::size_t index,
                                                                      std::optional<bool> counted,
                                                                      const FanOut* lines) const {
  const Part& part = layout_.tables[table].parts[index];
  auto column = describing_column(table, part);
  if (!column || shape_.tables[table].columns[*column].limits.apart > 1) return std::nullopt;
  Member member;
  member.part = index;
  member.statistics = *shape_.tables[table].columns[*column].statistics;
  double nulls =
      null_together(table, part) && (!part.never_null || part.null_counts) ? nulls_.fraction(table, part.columns) : 0;
  if (nulls >= 1) return std::nullopt;
  Limits limits;
  Wanted wanted = choices_.wanted(table, *column, false, limits);
  if (part.what == What::value) {
    Aim aim{wanted, member.statistics, nulls};
    aim.counted = counted;
    if (lines != nullptr) {
      aim.pattern = pattern_of(*lines, member.statistics, aim.distinct(), !aim.evenly());
      aim.values = lines->parents_with_children * static_cast<double>(wanted.rows);
    }
    auto made = make_statistical_values(aim);
    if (!made || !made->distribution) return std::nullopt;
    member.made = std::move(*made);
    member.distribution = member.made.distribution;
    if (!counted) member.numbers = ranked_pick(member.made, aim, picks_.seed(table, part)).always;
    member.picked = [](PickPtr numbers) { return numbers; };
  } else {
    if (!choices_.usable_parents(table, part).empty()) return std::nullopt;
    const ForeignKey& key = shape_.tables[table].foreign_keys[part.index];
    auto reference =
        plan_statistical_reference(wanted, member.statistics, nulls, key.fan_out.get(), parents(table, part, *column),
                                   picks_.seed(table, part), counted, lines);
    if (!reference) return std::nullopt;
    member.distribution = reference->numbers.made.distribution;
    member.numbers = reference->numbers.pick.always;
    member.picked = reference->parents_of;
  }
  if (!part.null_counts) member.null_fraction = nulls;
  if (!part.null_counts || nulls <= 0) return member;
  std::uint64_t last = member.distribution->size();
  member.distribution = member.distribution->and_another(nulls);
  member.picked = [last, picked = member.picked](PickPtr numbers) {
    return picked(std::make_shared<LastIsNull>(std::move(numbers), last));
  };
  return member;
}

// The rows stand in the order of the one that has more of an order.
bool StatisticalParts::goes_first(std::size_t table, std::size_t index, std::size_t other) const {
  auto order = [&](std::size_t each) {
    const Part& part = layout_.tables[table].parts[each];
    auto column = describing_column(table, part);
    double correlation = column ? shape_.tables[table].columns[*column].statistics->correlation.value_or(0) : 0;
    return std::tuple(std::abs(correlation), part.what != What::value, part.index);
  };
  return order(index) > order(other);
}

std::shared_ptr<const StatisticalParts::Tuple> StatisticalParts::tuple(std::size_t table, const Part& part) const {
  if (!part.together) return nullptr;
  auto known = tuples_.find(part.together.get());
  if (known == tuples_.end()) known = tuples_.emplace(part.together.get(), make_tuple(table, part)).first;
  return known->second;
}

// What the numbers that one part of a key gives say of the groups of rows that the other one makes.
std::optional<FanOut> StatisticalParts::lines_of(std::size_t table, std::size_t index, std::size_t numbers) const {
  const Part &part = layout_.tables[table].parts[index], &number = layout_.tables[table].parts[numbers];
  const auto column = describing_column(table, part), counted = describing_column(table, number);
  if (!column || !counted || number.what != What::value) return std::nullopt;
  const Kind kind = shape_.tables[table].columns[*counted].type.kind;
  if (kind < Kind::int2 || kind > Kind::int8) return std::nullopt;
  const ColumnStatistics& statistics = *shape_.tables[table].columns[*column].statistics;
  const auto rows = static_cast<double>(choices_.rows(table));
  const double parents = part.what == What::reference ? static_cast<double>(choices_.parents(table, part)) : rows;
  return fan_out_of_lines(*shape_.tables[table].columns[*counted].statistics, rows, parents,
                          statistics.distinct_in(rows));
}

// The digits, and where these leave too little room the other parts, those first that have the least order to lose.
std::shared_ptr<const StatisticalParts::Tuple> StatisticalParts::make_tuple(std::size_t table, const Part& part) const {
  std::vector<std::size_t> digits, others, turned;
  for (std::size_t index : *part.together) {
    How how = layout_.tables[table].parts[index].how;
    (how == How::digit ? digits : how == How::turned ? turned : others).push_back(index);
  }
  auto before = [&](std::size_t a, std::size_t b) { return goes_first(table, a, b); };
  std::sort(digits.begin(), digits.end(), before);
  std::sort(others.begin(), others.end(), before);
  for (std::size_t index : turned)
    if (layout_.tables[table].parts[index].turned_by == digits.front()) std::swap(digits.front(), digits.back());
  std::optional<FanOut> lines;
  for (std::size_t i = 0; i < digits.size() && digits.size() == 2 && !lines; ++i)
    if ((lines = lines_of(table, digits[i], digits[1 - i]))) std::swap(digits[0], digits[i]);
  auto tuple = std::make_shared<Tuple>();
  for (std::size_t index : digits) {
    const bool first = index == digits.front();
    auto member = make_member(table, index, first, first && lines ? &*lines : nullptr);
    if (!member) return nullptr;
    tuple->members.push_back(std::move(*member));
  }
  auto rows = std::max<std::uint64_t>(choices_.rows(table), 1);
  Tuples::Parts parts;
  double complete = static_cast<double>(rows);
  auto take = [&](const Member& member) {
    parts.push_back(member.distribution);
    complete *= 1 - member.null_fraction;
  };
  for (const Member& member : tuple->members) take(member);
  for (; !others.empty() && Tuples::crowding(complete, parts) > kRoomy; others.pop_back()) {
    auto member = make_member(table, others.back(), false);
    if (!member) continue;
    take(*member);
    tuple->members.push_back(std::move(*member));
  }
  if (parts.size() < 2) return nullptr;
  const Member& first = tuple->members.front();
  base::Seed seed = picks_.seed(table, layout_.tables[table].parts[first.part]);
  double order = order_for(first.statistics.correlation.value_or(0), *first.distribution);
  std::vector<double> nulls;
  for (const Member& member : tuple->members) nulls.push_back(member.null_fraction);
  auto key_rows = std::make_shared<KeyRows>(seed.derive("null"), std::make_shared<Windowed>(seed, rows, order), nulls);
  tuple->tuples = Tuples::make(seed.derive("tuples"), key_rows, parts);
  if (!tuple->tuples) return nullptr;
  if (digits.size() == 2 && parts.size() == 2 && !lines)
    if (auto member = make_apart(table, digits[1], tuple->tuples)) tuple->members[1] = std::move(*member);
  for (std::size_t index : turned) {
    auto member = digits.size() == 2 ? make_turned(table, index, digits.front(), tuple->tuples) : std::nullopt;
    if (!member) return nullptr;
    tuple->members.push_back(std::move(*member));
  }
  return tuple;
}

// As if there were no key, which then changes few of the part's choices.
std::optional<StatisticalParts::Member> StatisticalParts::make_apart(std::size_t table, std::size_t index,
                                                                     std::shared_ptr<const Tuples> groups) const {
  if (layout_.tables[table].parts[index].null_counts) return std::nullopt;
  auto member = make_member(table, index, std::nullopt);
  if (!member) return std::nullopt;
  member->null_fraction = 0;  // NULL takes the row out of this key alone
  member->apart =
      ApartInGroups::make(std::move(groups), choices_.rows(table), member->numbers, member->distribution->size());
  return member->apart ? member : std::nullopt;
}

// The same groups of rows, in which the values of this part differ as those of the digit do that its key lacks.
std::optional<StatisticalParts::Member> StatisticalParts::make_turned(std::size_t table, std::size_t index,
                                                                      std::size_t first,
                                                                      std::shared_ptr<const Tuples> key) const {
  const Part& part = layout_.tables[table].parts[index];
  if (part.turned_by == first) return std::nullopt;
  if (auto apart = make_apart(table, index, key)) return apart;
  auto member = make_member(table, index, false);
  if (!member) return std::nullopt;
  member->null_fraction = 0;
  member->other = key->with(picks_.seed(table, part), member->distribution);
  return member->other ? member : std::nullopt;
}

const StatisticalParts::Member* StatisticalParts::member(std::size_t table, const Part& part) const {
  auto tuple = this->tuple(table, part);
  if (!tuple) return nullptr;
  auto index = static_cast<std::size_t>(&part - layout_.tables[table].parts.data());
  auto found = std::find_if(tuple->members.begin(), tuple->members.end(),
                            [&](const Member& member) { return member.part == index; });
  return found == tuple->members.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> StatisticalParts::key_room(std::size_t table, std::size_t part) const {
  auto tuple = this->tuple(table, layout_.tables[table].parts[part]);
  if (!tuple) return std::nullopt;
  std::uint64_t room = tuple->tuples->capacity();
  for (const Member& member : tuple->members)
    if (member.other) room = std::min(room, member.other->capacity());
  return room;
}

// Of a composite foreign key some of whose columns may not be NULL, the others are so by chance alone.
RankedPick StatisticalParts::key_pick(std::size_t table, const Part& part, double null_fraction) const {
  auto tuple = this->tuple(table, part);
  const Member& member = *this->member(table, part);
  const auto& tuples = member.other ? member.other : tuple->tuples;
  auto level = member.other ? 1 : static_cast<std::size_t>(&member - tuple->members.data());
  RankedPick pick;
  pick.always = member.picked(member.apart ? member.apart : std::make_shared<OfTuples>(tuples, level, true));
  if (member.null_fraction > 0)
    pick.sometimes = member.picked(std::make_shared<OfTuples>(tuples, level, false));
  else if (part.null_counts)
    pick.sometimes = pick.always;
  else
    pick = with_nulls(pick.always, null_fraction, picks_.seed(table, part));
  return pick;
}

}  // namespace pgrehearse::generators
