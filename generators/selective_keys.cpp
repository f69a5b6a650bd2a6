#include "generators/selective_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "generators/deciding_source.hpp"
#include "generators/selected_picks.hpp"

namespace pgrehearse::generators {
namespace {

using How = Part::How;
using What = Part::What;
using Inside = SelectiveKey::Inside;

constexpr double kUnknownShare = 0.2;  // of rows that hold one of a key's values, where nothing says how many do

bool contains(const std::vector<std::size_t>& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

bool share_no_value(const SelectiveKey& a, const SelectiveKey& b) {
  return a.inside == Inside::one_of && b.inside == Inside::one_of &&
         std::none_of(a.values.begin(), a.values.end(), [&](const std::string& value) {
           return std::find(b.values.begin(), b.values.end(), value) != b.values.end();
         });
}

bool tests_null(const SelectiveKey& key) { return key.inside == Inside::null || key.inside == Inside::not_null; }

}  // namespace

SelectiveKeys::SelectiveKeys(const DatabaseShape& shape, std::size_t table, Layout& layout, const Choices& choices,
                             const NullShares& nulls, const StatisticalParts& statistical)
    : shape_(shape),
      table_shape_(shape.tables[table]),
      table_(table),
      layout_(layout),
      choices_(choices),
      nulls_(nulls),
      statistical_(statistical),
      seed_(shape.seed.derive(table_shape_.qualified()).derive("selective")) {
  std::uint64_t rows = choices_.rows(table);
  if (table_shape_.existing || rows == 0) return;
  for (const SelectiveKey& key : table_shape_.selective_keys)
    if (Class* each = class_of(key)) each->keys.push_back(&key);
  double all = 0;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    columns_[classes_[i].keys.front()->column].push_back(i);
    all += classes_[i].wanted = share(*classes_[i].keys.front()) * static_cast<double>(rows);
  }
  std::vector<std::uint64_t> sizes;
  for (Class& each : classes_) {
    each.wanted = std::floor(each.wanted * std::min(1.0, static_cast<double>(rows) / std::max(all, 1.0)));
    plan(each);
    sizes.push_back(each.rows);
  }
  rows_ = std::make_shared<RowClasses>(seed_, rows, sizes);
}

void SelectiveKeys::fail(const SelectiveKey& key, std::string_view why) {
  errors_.push_back(
      base::usage_error(fmt::format("{}: unique index {} cannot be kept for some of the rows: {}",
                                    table_shape_.qualified(), key.key.name, why),
                        fmt::format("list `values` for column {} in the scenario that keep rows out of the index",
                                    table_shape_.columns[key.column].name)));
}

SelectiveKeys::Class* SelectiveKeys::class_of(const SelectiveKey& key) {
  if (!can_decide(key)) {
    fail(key, "its condition's column is decided by something else");
    return nullptr;
  }
  for (Class& each : classes_) {
    const SelectiveKey& other = *each.keys.front();
    if (other.column != key.column || share_no_value(other, key)) continue;
    if (other.inside == key.inside && other.values == key.values) return &each;
    fail(key, fmt::format("its condition meets that of index {}", other.key.name));
    return nullptr;
  }
  return &classes_.emplace_back();
}

bool SelectiveKeys::can_decide(const SelectiveKey& key) const {
  const Column& column = table_shape_.columns[key.column];
  if (!layout_.tables[table_].part_of[key.column] || nulls_.pooled(table_, key.column) || decided_by_user(column))
    return false;
  const Part& part = layout_.tables[table_].deciding(key.column);
  bool followed = std::any_of(table_shape_.follows.begin(), table_shape_.follows.end(),
                              [&](const Follows& each) { return each.column == key.column; });
  bool referenced = std::any_of(shape_.tables.begin(), shape_.tables.end(), [&](const TableShape& child) {
    return std::any_of(child.foreign_keys.begin(), child.foreign_keys.end(), [&](const ForeignKey& reference) {
      return reference.parent == table_ && contains(reference.parent_columns, key.column);
    });
  });
  if (followed || referenced || part.apart_from || part.partner || part.columns.size() > 1) return false;
  if (tests_null(key)) return statistical_.nullable(table_, key.column);
  return part.what == What::value && part.how == How::open && statistical_.free(table_, part);
}

double SelectiveKeys::share(const SelectiveKey& key) const {
  const Column& column = table_shape_.columns[key.column];
  double nulls = statistical_.nullable(table_, key.column) ? nulls_.fraction(table_, {key.column}) : 0;
  if (key.inside == Inside::null) return nulls;
  if (key.inside == Inside::not_null) return 1 - nulls;
  std::vector<double> shares = shares_of(column, key.values);
  double sum = 0;
  for (double share : shares) sum += share;
  auto known = static_cast<double>(alternatives(column).size());
  if (sum <= 0) sum = (known > 0 ? static_cast<double>(key.values.size()) / known : kUnknownShare) * (1 - nulls);
  return key.inside == Inside::one_of ? std::min(sum, 1 - nulls) : std::max(1 - nulls - sum, 0.0);
}

// Those that are chosen freely, and alone.
bool SelectiveKeys::can_differ(const Part& part, const SelectiveKey& key) const {
  if (part.how != How::open || part.partner || part.apart_from || part.group) return false;
  if (part.columns.size() > 1 || columns_.contains(part.columns.front())) return false;
  if (!contains(key.key.columns, part.columns.front()) || nulls_.pooled(table_, part.columns.front())) return false;
  if (part.together && !statistical_.free(table_, part)) return false;
  if (part.what == What::value) return !decided_by_user(table_shape_.columns[part.index]);
  return part.what == What::reference && shape_.tables[table_].foreign_keys[part.index].parent != table_;
}

SelectiveKeys::Choice SelectiveKeys::choice(const Part& part) const {
  Choice choice;
  const auto& statistics = table_shape_.columns[part.columns.front()].statistics;
  if (statistics) choice.correlation = statistics->correlation.value_or(0);
  if (statistical_.nullable(table_, part.columns.front())) choice.null_fraction = nulls_.fraction(table_, part.columns);
  auto describe = [&](const StatisticalValues& made) {
    choice.distribution = made.distribution;
    choice.even = made.even;
    choice.ways = made.distribution ? made.distribution->size() : made.values->size();
  };
  if (part.what == What::reference) {
    choice.ways = choices_.parents(table_, part);
    if (auto usable = choices_.usable_parents(table_, part); !usable.empty()) {
      choice.picked = [usable](PickPtr nth) { return std::make_shared<Listed>(usable, std::move(nth)); };
    } else if (auto reference = statistical_.open_reference(table_, part, 0)) {
      describe(reference->numbers.made);
      choice.picked = reference->parents_of;
    }
  } else if (auto planned = statistical_.value(table_, part.index, choice.null_fraction)) {
    describe(planned->made);
  } else if (auto values = choices_.values(table_, part.index, true)) {
    choice.ways = values.value()->size();
  }
  return choice;
}

void SelectiveKeys::plan(Class& each) {
  each.rows = static_cast<std::uint64_t>(each.wanted);
  for (const SelectiveKey* key : each.keys) keep(each, *key);
  for (auto& [key, digits] : each.digits) choose_by(each, key, digits);
  if (static_cast<double>(each.rows) < 0.99 * each.wanted)
    notices_.push_back(
        fmt::format("{}: {} of {} rows are in unique index {}, which allows no more of the {:.0f} wanted",
                    table_shape_.qualified(), each.rows, choices_.rows(table_), each.limited_by, each.wanted));
}

// References first, then those with the fewest choices.
std::vector<SelectiveKeys::Digit> SelectiveKeys::able_parts(const Class& each, const SelectiveKey& key) const {
  std::vector<Digit> able;
  auto& parts = layout_.tables[table_].parts;
  auto taken = [&](std::size_t part) {
    return std::any_of(each.digits.begin(), each.digits.end(), [&](const auto& other) {
      return std::any_of(other.second.begin(), other.second.end(), [&](const Digit& d) { return d.part == part; });
    });
  };
  for (std::size_t part = 0; part < parts.size(); ++part)
    if (can_differ(parts[part], key) && !taken(part)) able.push_back({part, choice(parts[part])});
  if (able.size() == 1 && able[0].choice.distribution && able[0].choice.ways < each.rows) {
    parts[able[0].part].least_choices = each.rows;
    able[0].choice = choice(parts[able[0].part]);
  }
  auto order = [&](const Digit& one) {
    return std::tuple(parts[one.part].what == What::value, one.choice.ways, one.part);
  };
  std::sort(able.begin(), able.end(), [&](const Digit& a, const Digit& b) { return order(a) < order(b); });
  return able;
}

void SelectiveKeys::keep(Class& each, const SelectiveKey& key) {
  std::vector<Digit> digits;
  std::uint64_t total = 1;
  for (Digit& one : able_parts(each, key)) {
    if (total >= each.rows) break;
    bool reference = layout_.tables[table_].parts[one.part].what == What::reference;
    bool all = reference || one.choice.distribution;
    one.radix = all ? one.choice.ways : std::min(one.choice.ways, each.rows / total * 2 + 2);
    if (one.radix == 0 || total > kPlenty / one.radix) continue;
    total *= one.radix;
    digits.push_back(std::move(one));
  }
  bool only_itself = std::all_of(key.key.columns.begin(), key.key.columns.end(),
                                 [&](std::size_t column) { return column == key.column; });
  if (digits.empty() && !only_itself && each.rows > 1)
    return fail(key, "other keys or constraints decide all of its columns");
  for (const Digit& digit : digits) layout_.tables[table_].parts[digit.part].selective = true;
  each.digits[key.key.name] = std::move(digits);
  if (total >= each.rows) return;
  each.rows = total;
  each.limited_by = key.key.name;
}

// The digit with the most order of the rows decides in which order they come.
void SelectiveKeys::choose_by(Class& each, const std::string& key, std::vector<Digit> digits) {
  if (digits.empty() || each.rows == 0) return;
  std::stable_sort(digits.begin(), digits.end(), [](const Digit& a, const Digit& b) {
    return std::abs(a.choice.correlation) < std::abs(b.choice.correlation);
  });
  const Choice& leading = digits.back().choice;
  const auto& distribution = leading.distribution;
  base::Seed seed = seed_.derive(key);
  Windowed order(seed, each.rows, distribution ? order_for(leading.correlation, *distribution) : leading.correlation);
  bool alone = digits.size() == 1 && distribution;
  auto once = alone ? for_once(*distribution, each.rows) : nullptr;
  if (alone) leave_to_others(digits.front(), once ? *once : *all_alike(*distribution), each.rows);
  if (once) {
    each.picks[digits.front().part] = leading.picked(std::make_shared<OnceEach>(order, once));
    return;
  }
  std::uint64_t total = 1, stride = 1;
  for (const Digit& digit : digits) total *= digit.radix;
  auto numbers = std::make_shared<SpreadOut>(seed.derive("numbers"), order, total);
  for (const Digit& digit : digits) {
    each.picks[digit.part] = digit.choice.picked(std::make_shared<DigitOf>(numbers, stride, digit.radix));
    stride *= digit.radix;
  }
}

void SelectiveKeys::leave_to_others(const Digit& digit, const Distribution& taken, std::uint64_t rows) {
  auto all = static_cast<double>(choices_.rows(table_)) * (1 - digit.choice.null_fraction);
  Others& others = others_.try_emplace(digit.part, Others{digit.choice, digit.choice.distribution, all}).first->second;
  if (others.rows <= static_cast<double>(rows)) return;
  others.distribution = without(*others.distribution, others.rows, taken, static_cast<double>(rows));
  others.rows -= static_cast<double>(rows);
}

RankedPick SelectiveKeys::others(std::size_t part, RankedPick own) const {
  auto found = others_.find(part);
  if (found == others_.end()) return own;
  const auto& [choice, distribution, rows] = found->second;
  double all = static_cast<double>(choices_.rows(table_)), inside = all * (1 - choice.null_fraction) - rows;
  base::Seed seed = seed_.derive("others").derive(part);
  PickPtr numbers;
  if (choice.even) {
    Windowed order(seed, choices_.rows(table_), order_for(choice.correlation, *choice.distribution));
    numbers = std::make_shared<Evenly>(std::make_shared<Windowed>(order), 0, distribution);
  } else {
    Ranking ranking(seed, choices_.rows(table_), strength_for(choice.correlation, *choice.distribution));
    numbers = std::make_shared<Ranked>(ranking, distribution);
  }
  return with_nulls(choice.picked(numbers), std::min(1.0, choice.null_fraction * all / std::max(all - inside, 1.0)),
                    seed);
}

bool SelectiveKeys::gives_nulls(std::size_t column) const {
  auto found = columns_.find(column);
  return found != columns_.end() && tests_null(*classes_[found->second.front()].keys.front());
}

PickPtr SelectiveKeys::choose(std::size_t part, PickPtr own) const {
  std::vector<PickPtr> picks;
  for (const Class& each : classes_) {
    auto found = each.picks.find(part);
    picks.push_back(found == each.picks.end() ? nullptr : found->second);
  }
  bool any = std::any_of(picks.begin(), picks.end(), [](const PickPtr& pick) { return pick != nullptr; });
  return any ? std::make_shared<OfClasses>(rows_, std::move(picks), std::move(own)) : own;
}

base::Result<SourcePtr> SelectiveKeys::decide(std::size_t column, SourcePtr own) const {
  const Column& shape = table_shape_.columns[column];
  std::vector<std::optional<Decision>> inside(classes_.size());
  Decision outside;
  for (std::size_t i : columns_.at(column)) {
    const SelectiveKey& key = *classes_[i].keys.front();
    bool listed = key.inside == Inside::one_of;
    if (tests_null(key)) {
      (inside[i] = Decision{})->null = key.inside == Inside::null;
      outside.null = key.inside == Inside::not_null;
      continue;
    }
    (listed ? inside[i].emplace() : outside).given = key.values;
    (listed ? outside : inside[i].emplace()).banned.insert(key.values.begin(), key.values.end());
  }
  auto made =
      make_deciding(shape, seed_.derive(shape.name), choices_.rows(table_), rows_, inside, outside, std::move(own));
  if (made) return made;
  return base::usage_error(
      fmt::format("{}: column {} has no value that keeps rows out of unique index {}", table_shape_.qualified(),
                  shape.name, classes_[columns_.at(column).front()].keys.front()->key.name),
      "list `values` for it in the scenario, or ask for fewer rows");
}

}  // namespace pgrehearse::generators
