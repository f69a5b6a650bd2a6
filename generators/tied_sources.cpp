#include "generators/tied_sources.hpp"

#include <algorithm>

#include "generators/numeric_encoding.hpp"
#include "generators/quantity.hpp"

namespace pgrehearse::generators {
namespace {

struct Room {
  Unit unit;
  std::int64_t first = 0, last = 0;  // inclusive
  bool below = false;
  std::uint64_t most = 0;  // 0: as much as the value itself, or somewhat
};

class Following final : public Source {
 public:
  Following(Room room, SourcePtr own, const SourcePtr& other, base::Seed seed)
      : room_(room), own_(std::move(own)), other_(other), seed_(seed) {}

  void binary(std::uint64_t row, Output& out) const override {
    thread_local std::string own;
    own.clear();
    if (!own_->text(row, own)) return out.put_null();
    auto value = beside_other(row);
    if (!value) return own_->binary(row, out);
    std::size_t field = out.begin_field();
    put_quantity(room_.unit, *value, out);
    out.end_field(field);
  }
  bool text(std::uint64_t row, std::string& out) const override {
    std::size_t before = out.size();
    if (!own_->text(row, out)) return false;
    auto value = beside_other(row);
    if (!value) return true;
    out.resize(before);
    append_quantity(room_.unit, *value, out);
    return true;
  }
  bool has_binary() const override { return own_->has_binary(); }

 private:
  std::optional<std::int64_t> beside_other(std::uint64_t row) const {
    std::string other;
    if (!other_->text(row, other)) return std::nullopt;
    auto value = parse_quantity(room_.unit, other);
    if (!value) return std::nullopt;
    std::int64_t space = room_.below ? *value - lowest(*value) : room_.last - *value;
    std::uint64_t most = room_.most > 0 ? room_.most : usual(*value);
    std::uint64_t within = std::min(most, static_cast<std::uint64_t>(std::max<std::int64_t>(space, 0)));
    auto between = static_cast<std::int64_t>(within == 0 ? 0 : 1 + seed_.below(row, within));
    return room_.below ? *value - between : *value + between;
  }
  // What is above zero stays there, if it may.
  std::int64_t lowest(std::int64_t value) const {
    return value > 0 ? std::max<std::int64_t>(room_.first, 0) : room_.first;
  }
  std::uint64_t usual(std::int64_t value) const {
    std::uint64_t some = 100 * kPowersOfTen[room_.unit.scale];
    return std::max(some, static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
  }

  Room room_;
  SourcePtr own_;
  const SourcePtr& other_;
  base::Seed seed_;
};

std::uint64_t usual_distance(Kind kind) {
  switch (kind) {
    case Kind::date:
      return 30;
    case Kind::time:
    case Kind::timetz:
      return kMicrosPerDay / 12;
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::interval:
      return 7 * kMicrosPerDay;
    default:
      return 0;
  }
}

Room room_of(const Column& column, const Follows& follows) {
  const Limits& limits = column.limits;
  Room room{unit_of(column.type), smallest(column.type), largest(column.type), follows.below,
            follows.most > 0 ? follows.most : usual_distance(column.type.kind)};
  if (limits.minimum) room.first = std::max(room.first, to_units(room.unit, *limits.minimum, true));
  if (limits.maximum) room.last = std::min(room.last, to_units(room.unit, *limits.maximum, false));
  if (limits.earliest)
    if (auto bound = parse_quantity(room.unit, *limits.earliest)) room.first = std::max(room.first, *bound);
  if (limits.latest)
    if (auto bound = parse_quantity(room.unit, *limits.latest)) room.last = std::min(room.last, *bound);
  return room;
}

// The parent row with the larger (or smaller) value of two.
class OfTwo final : public Source {
 public:
  OfTwo(PickPtr own, PickPtr partner, bool larger, std::optional<Unit> unit, const SourcePtr& parent)
      : own_(std::move(own)), partner_(std::move(partner)), larger_(larger), unit_(unit), parent_(parent) {}

  void binary(std::uint64_t row, Output& out) const override {
    std::uint64_t parent_row = chosen(row);
    if (parent_row == kNone) return out.put_null();
    parent_->binary(parent_row, out);
  }
  bool text(std::uint64_t row, std::string& out) const override {
    std::uint64_t parent_row = chosen(row);
    return parent_row != kNone && parent_->text(parent_row, out);
  }
  bool has_binary() const override { return parent_->has_binary(); }

 private:
  std::uint64_t chosen(std::uint64_t row) const {
    std::uint64_t own = own_->at(row), partner = partner_->at(row);
    if (own == kNone || partner == kNone) return own;
    return is_below(own, partner) == larger_ ? partner : own;
  }
  bool is_below(std::uint64_t a, std::uint64_t b) const {
    std::string left, right;
    parent_->text(a, left);
    parent_->text(b, right);
    if (!unit_) return left < right;
    return parse_quantity(*unit_, left) < parse_quantity(*unit_, right);
  }

  PickPtr own_, partner_;
  bool larger_;
  std::optional<Unit> unit_;
  const SourcePtr& parent_;
};

}  // namespace

SourcePtr make_following(const TableShape& shape, const Follows& follows, SourcePtr own, const SourcePtr& other,
                         base::Seed seed) {
  const Column& column = shape.columns[follows.column];
  return std::make_unique<Following>(room_of(column, follows), std::move(own), other,
                                     seed.derive(column.name).derive("follows"));
}

SourcePtr make_of_pair(const TableShape& shape, std::size_t column, PickPtr own, PickPtr partner,
                       const SourcePtr& parent) {
  const Type& type = shape.columns[column].type;
  bool larger = std::any_of(shape.ascending.begin(), shape.ascending.end(),
                            [&](const Ascending& pair) { return pair.high == column; });
  std::optional<Unit> unit;
  if (is_quantity(type.kind)) unit = unit_of(type);
  return std::make_unique<OfTwo>(std::move(own), std::move(partner), larger, unit, parent);
}

}  // namespace pgrehearse::generators
