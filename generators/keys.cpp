#include "generators/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "generators/able_parts.hpp"
#include "generators/pick.hpp"

namespace pgrehearse::generators {
namespace {

using How = Part::How;
using What = Part::What;

bool contains(const std::vector<std::size_t>& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

bool is_number(Kind kind) { return (kind >= Kind::int2 && kind <= Kind::money) || kind == Kind::date; }

std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kPlenty / b ? kPlenty : a * b;
}

class KeyPlanner {
 public:
  KeyPlanner(const DatabaseShape& database, std::size_t table, Layout& layout, const Choices& choices)
      : database_(database),
        shape_(database.tables[table]),
        table_(table),
        parts_(layout.tables[table].parts),
        layout_(layout.tables[table]),
        choices_(choices),
        seed_(database.seed.derive(shape_.qualified())) {}

  KeyPlan make() && {
    for (Part& part : parts_) reset(part);
    for (const Ascending& pair : shape_.ascending) join(pair);
    std::vector<const Key*> keys;
    for (const Key& key : shape_.keys) keys.push_back(&key);
    std::stable_sort(keys.begin(), keys.end(), [](const Key* a, const Key* b) {
      return std::pair(a->columns.size(), !a->primary) < std::pair(b->columns.size(), !b->primary);
    });
    for (const Key* key : keys) keep(*key);
    for (const Different& pair : shape_.different) keep_apart(pair);
    for (const Ascending& pair : shape_.ascending) check_joined(pair);
    put_together();
    for (Part& part : parts_) allow_doubles(part);
    return std::move(plan_);
  }

 private:
  void reset(Part& part) {
    part.how = How::open;
    part.in_order = part.never_null = false;
    part.combinations = nullptr;
    part.together = nullptr;
    part.null_counts = part.selective = false;
    part.least_choices = 0;
    part.apart_from.reset();
    part.partner.reset();
    part.doubled_beside.reset();
    if (part.what != What::value || !shape_.columns[part.index].sequence) return;
    part.how = How::injective;
    part.in_order = part.never_null = true;
    limit(distinct_values(part), fmt::format("the sequence of column {}", shape_.columns[part.index].name));
  }

  void join(const Ascending& pair) {
    std::size_t low = *layout_.part_of[pair.low], high = *layout_.part_of[pair.high];
    if (low == high || !comparable(parts_[low], parts_[high]) || parts_[low].what != What::reference) return;
    if (parts_[low].partner || parts_[high].partner) return;
    parts_[low].partner = high;
    parts_[high].partner = low;
  }

  // One of the two alone cannot be chosen by a key, and there must be two rows to choose.
  void check_joined(const Ascending& pair) {
    const Part &low = parts_[*layout_.part_of[pair.low]], &high = parts_[*layout_.part_of[pair.high]];
    if (low.partner && low.how == high.how && low.how != How::injective && choices_.parents(table_, low) > 1) return;
    plan_.errors.push_back(base::usage_error(
        fmt::format("{}: column {} cannot be kept below column {} together with the table's keys", shape_.qualified(),
                    shape_.columns[pair.low].name, shape_.columns[pair.high].name),
        fmt::format("list `values` for both in the scenario, or give {} no rows", shape_.name)));
  }

  void limit(std::uint64_t capacity, std::string by) {
    if (capacity >= plan_.capacity) return;
    plan_.capacity = capacity;
    plan_.limited_by = std::move(by);
  }

  void keep(const Key& key) {
    std::vector<Part*> able = able_parts(key);
    Part* lacking = digit_lacking_in(able);
    if (key.primary || key.nulls_not_distinct || key.nulls_as_values)
      for (std::size_t column : key.columns)
        if (layout_.part_of[column]) parts_[*layout_.part_of[column]].never_null = true;
    if (kept_already(able)) return;
    if (able.empty() && all_generated(key)) {
      plan_.notices.push_back(fmt::format("{}: key {} has only generated columns; whether it holds depends on them",
                                          shape_.qualified(), key.name));
      return;
    }
    std::erase_if(able, [](Part* part) { return part->how != How::open; });
    if (Part* part = best_alone(able)) return make_injective(*part, key);
    if (lacking != nullptr && turn(key, able, *lacking)) return;
    if (able.size() == 1) return make_injective(*able.front(), key);
    if (able.size() > 1) return make_digits(able, key);
    plan_.errors.push_back(base::usage_error(
        fmt::format("{}: key {} cannot be kept together with the table's other keys and foreign keys",
                    shape_.qualified(), key.name),
        fmt::format("list `values` for one of its columns that makes it unique, or give {} one row, in the scenario",
                    shape_.name)));
  }

  std::vector<Part*> able_parts(const Key& key) { return generators::able_parts(database_, table_, parts_, key); }

  bool all_generated(const Key& key) const {
    return std::all_of(key.columns.begin(), key.columns.end(),
                       [&](std::size_t column) { return shape_.columns[column].generated; });
  }

  bool kept_already(const std::vector<Part*>& able) const {
    return std::any_of(able.begin(), able.end(), [&](const Part* part) {
      return part->how == How::injective || (part->how == How::digit && has_all_digits(able, *part));
    });
  }

  bool has_all_digits(const std::vector<Part*>& able, const Part& digit) const {
    return std::all_of(parts_.begin(), parts_.end(), [&](const Part& part) {
      return part.how != How::digit || part.combinations != digit.combinations || holds(able, part);
    });
  }

  std::uint64_t distinct_values(const Part& part) const {
    auto values = choices_.values(table_, part.index, true);
    return values ? values.value()->size() : kPlenty;  // the error comes up again when the values are made
  }

  std::uint64_t ways(const Part& part) const {
    if (part.what == What::value) return distinct_values(part);
    if (part.what == What::sibling) return std::max<std::uint64_t>(1, choices_.siblings(table_, part));
    return std::max<std::uint64_t>(1, choices_.parents(table_, part));
  }

  // The share of different values among those that are not NULL, by statistics; none where these say nothing.
  std::optional<double> distinct_share(const Column& column) const {
    if (!column.statistics || column.statistics->distinct == 0 || decided_by_user(column)) return std::nullopt;
    const ColumnStatistics& statistics = *column.statistics;
    auto rows = static_cast<double>(statistics.rows > 0 ? statistics.rows : choices_.rows(table_));
    return statistics.distinct_in(rows) / std::max((1 - statistics.null_fraction) * rows, 1.0);
  }

  // Whether statistics know the column to have many doubles.
  bool repeats(const Column& column) const {
    constexpr double nearly_all = 0.9;
    return distinct_share(column).value_or(1) < nearly_all;
  }

  // A value with enough choices of its own; but beside a reference a number rather counts (line 1, 2, 3 of an order).
  Part* best_alone(const std::vector<Part*>& able) const {
    bool referring = std::any_of(able.begin(), able.end(), [](Part* part) { return part->what == What::reference; });
    Part* best = nullptr;
    std::uint64_t most = 0;
    for (Part* part : able) {
      if (part->what != What::value || (referring && is_number(shape_.columns[part->index].type.kind))) continue;
      if (repeats(shape_.columns[part->index])) continue;
      std::uint64_t count = distinct_values(*part);
      if (count < choices_.rows(table_) || count <= most) continue;
      best = part;
      most = count;
    }
    return best;
  }

  void make_injective(Part& part, const Key& key) {
    part.how = How::injective;
    part.in_order = key.primary && key.columns.size() == 1;
    limit(ways(part), fmt::format("key {}", key.name));
  }

  // Where a key has all digits of another one but one.
  Part* digit_lacking_in(const std::vector<Part*>& able) {
    for (const Part* part : able) {
      if (part->how != How::digit) continue;
      std::vector<Part*> lacking;
      for (Part& other : parts_)
        if (other.how == How::digit && other.combinations == part->combinations && !holds(able, other))
          lacking.push_back(&other);
      if (lacking.size() == 1 && stands_alone(*lacking.front())) return lacking.front();
    }
    return nullptr;
  }

  // Of playlists, whose places are different and whose tracks are: as the place in a list, so its track.
  bool turn(const Key& key, const std::vector<Part*>& able, const Part& lacking) {
    auto can = [&](const Part* part) {
      return stands_alone(*part) && ways(*part) >= lacking.radix && only_keeps(*part, key);
    };
    auto found = std::find_if(able.begin(), able.end(), can);
    if (found == able.end()) return false;
    Part& part = **found;
    part.how = How::turned;
    part.turned_by = static_cast<std::size_t>(&lacking - parts_.data());
    return true;
  }

  // Whether no other key needs the part.
  bool only_keeps(const Part& part, const Key& key) {
    return std::none_of(shape_.keys.begin(), shape_.keys.end(),
                        [&](const Key& other) { return &other != &key && holds(able_parts(other), part); });
  }

  void make_digits(std::vector<Part*> able, const Key& key) {
    auto rank = [&](const Part* part) { return std::pair(part->what == What::value, ways(*part)); };
    std::stable_sort(able.begin(), able.end(), [&](Part* a, Part* b) { return rank(a) < rank(b); });
    std::uint64_t total = 1;
    std::vector<Part*> digits;
    for (Part* part : able) {
      if (holds(digits, *part)) continue;
      Part* partner = partner_in(able, *part);
      part->radix = partner != nullptr ? pairs(choices_.parents(table_, *part)) : ways_apart(*part, digits);
      if (part->what == What::value) {
        if (total >= choices_.rows(table_) * 2) continue;
        std::uint64_t needed = choices_.rows(table_) / std::max<std::uint64_t>(total, 1) + 1;
        if (shape_.columns[part->index].type.labels.empty()) part->radix = std::min(part->radix, needed * 2);
      }
      if (saturating_product(total, part->radix) == kPlenty) continue;
      part->stride = total;
      total *= part->radix;
      digits.push_back(part);
      if (partner == nullptr) continue;
      partner->stride = part->stride;
      partner->radix = part->radix;
      digits.push_back(partner);
    }
    auto combinations = std::make_shared<const Permutation>(seed_.derive(key.name), total);
    for (Part* part : digits) {
      part->how = How::digit;
      part->combinations = combinations;
    }
    limit(total, fmt::format("key {}", key.name));
  }

  // Where statistics are to keep a key: its digits, and what else differs in all keys that these keep.
  void put_together() {
    for (Part& part : parts_) {
      if (part.how != How::digit || part.together) continue;
      std::vector<Part*> members;
      for (Part& other : parts_)
        if (other.how == How::digit && other.combinations == part.combinations) members.push_back(&other);
      std::vector<const Key*> kept;
      for (const Key& key : shape_.keys)
        if (has_all_digits(able_parts(key), part)) kept.push_back(&key);
      for (Part& other : parts_)
        if (other.how == How::open &&
            std::all_of(kept.begin(), kept.end(), [&](const Key* key) { return holds(able_parts(*key), other); }))
          members.push_back(&other);
      std::erase_if(members, [&](Part* member) { return member->how == How::open && !stands_alone(*member); });
      if (std::all_of(members.begin(), members.end(), [&](Part* member) { return stands_alone(*member); }))
        put_together(members, kept);
    }
  }

  void put_together(const std::vector<Part*>& members, const std::vector<const Key*>& kept) {
    auto together = std::make_shared<std::vector<std::size_t>>();
    for (Part* member : members) together->push_back(static_cast<std::size_t>(member - parts_.data()));
    for (Part& part : parts_) {
      if (part.how != How::turned || !holds(members, parts_[part.turned_by])) continue;
      together->push_back(static_cast<std::size_t>(&part - parts_.data()));
      part.together = together;
    }
    for (Part* member : members) {
      member->together = together;
      member->null_counts = member->never_null && std::none_of(kept.begin(), kept.end(), [](const Key* key) {
                              return key->primary || key->nulls_as_values;
                            });
    }
  }

  // Of a column that keeps keys over several nearly all values are different: the few that come twice may do so in rows
  // that are different beside it, in all these keys.
  void allow_doubles(Part& part) {
    constexpr double all = 0.995;
    if (part.how != How::injective || part.what != What::value || part.in_order) return;
    if (distinct_share(shape_.columns[part.index]).value_or(1) > all || part_of_selective_key(part.index)) return;
    std::vector<Part*> beside;
    for (Part& other : parts_)
      if (other.how == How::open && stands_alone(other) && !other.in_turn && !replaced(other)) beside.push_back(&other);
    for (const Key& key : shape_.keys) {
      std::vector<Part*> able = able_parts(key);
      if (holds(able, part)) std::erase_if(beside, [&](const Part* other) { return !holds(able, *other); });
    }
    if (!beside.empty()) part.doubled_beside = static_cast<std::size_t>(beside.front() - parts_.data());
  }

  bool part_of_selective_key(std::size_t column) const {
    return std::any_of(shape_.selective_keys.begin(), shape_.selective_keys.end(), [&](const SelectiveKey& each) {
      return each.column == column || contains(each.key.columns, column);
    });
  }

  // Whether a column of the part may hold another value than the part chose.
  bool replaced(const Part& part) const {
    return std::any_of(part.columns.begin(), part.columns.end(), [&](std::size_t column) {
      return part_of_selective_key(column) ||
             std::any_of(shape_.follows.begin(), shape_.follows.end(),
                         [&](const Follows& follows) { return follows.column == column; });
    });
  }

  bool stands_alone(const Part& part) const {
    if (part.partner || part.apart_from || part.group || part.what == What::sibling) return false;
    return part.what == What::value || shape_.foreign_keys[part.index].parent != table_;
  }

  Part* partner_in(const std::vector<Part*>& able, const Part& part) const {
    if (!part.partner) return nullptr;
    Part& partner = parts_[*part.partner];
    return holds(able, partner) ? &partner : nullptr;
  }

  // Of the ways of a part, one is gone if it must differ from another digit.
  std::uint64_t ways_apart(Part& part, const std::vector<Part*>& digits) {
    std::uint64_t count = ways(part);
    for (const Different& pair : shape_.different) {
      std::size_t left = *layout_.part_of[pair.left], right = *layout_.part_of[pair.right];
      for (Part* digit : digits) {
        if (&part == digit || !comparable(part, *digit)) continue;
        if (!(&part == &parts_[left] && digit == &parts_[right]) &&
            !(&part == &parts_[right] && digit == &parts_[left]))
          continue;
        part.apart_from = static_cast<std::size_t>(digit - parts_.data());
        return std::max<std::uint64_t>(1, count - 1);
      }
    }
    return count;
  }

  // Whether equal choices mean equal values: rows of one parent, or values of one type.
  bool comparable(const Part& a, const Part& b) const {
    if (a.what != b.what) return false;
    if (a.what == What::value) return shape_.columns[a.index].type.oid == shape_.columns[b.index].type.oid;
    if (a.what != What::reference) return false;
    const ForeignKey &x = shape_.foreign_keys[a.index], &y = shape_.foreign_keys[b.index];
    return x.parent == y.parent && x.parent_columns == y.parent_columns;
  }

  void keep_apart(const Different& pair) {
    if (!layout_.part_of[pair.left] || !layout_.part_of[pair.right]) return;
    Part &left = parts_[*layout_.part_of[pair.left]], &right = parts_[*layout_.part_of[pair.right]];
    if (&left == &right || left.apart_from || right.apart_from) return;
    if (comparable(left, right) && ways(left) > 1 && (left.how == How::open || right.how == How::open)) {
      Part& follower = right.how == How::open ? right : left;
      follower.apart_from = *layout_.part_of[&follower == &right ? pair.left : pair.right];
      return;
    }
    if (points_earlier(left, pair.right) || points_earlier(right, pair.left)) return;
    plan_.errors.push_back(
        base::usage_error(fmt::format("{}: columns {} and {} cannot be kept different", shape_.qualified(),
                                      shape_.columns[pair.left].name, shape_.columns[pair.right].name),
                          "list `values` for one of them in the scenario"));
  }

  // A self-reference that may be NULL points at an earlier row, which is another than this one.
  bool points_earlier(const Part& part, std::size_t own_column) const {
    if (part.what != What::reference) return false;
    const ForeignKey& key = shape_.foreign_keys[part.index];
    return key.parent == table_ && contains(key.parent_columns, own_column) &&
           !shape_.columns[key.columns.front()].not_null;
  }

  const DatabaseShape& database_;
  const TableShape& shape_;
  std::size_t table_;
  std::vector<Part>& parts_;
  TableLayout& layout_;
  const Choices& choices_;
  base::Seed seed_;
  KeyPlan plan_;
};

}  // namespace

KeyPlan plan_keys(const DatabaseShape& shape, std::size_t table, Layout& layout, const Choices& choices) {
  return KeyPlanner(shape, table, layout, choices).make();
}

}  // namespace pgrehearse::generators
