// Numbers, dates and times, and ranges of them.
#include <fmt/format.h>

#include <algorithm>

#include "generators/hints.hpp"
#include "generators/quantity.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

// first + number * step, and somewhere within the step: different numbers are different values.
class Quantities final : public Values {
 public:
  Quantities(Unit unit, Window window, std::uint64_t step, base::Seed seed)
      : unit_(unit), first_(window.first), step_(step), seed_(seed), grows_(window.grows) {
    size_ = (static_cast<std::uint64_t>(window.last) - static_cast<std::uint64_t>(window.first)) / step;
    if (size_ < kPlenty) ++size_;
  }
  std::uint64_t size() const override { return std::min(size_, kPlenty); }
  bool grows() const override { return grows_; }
  void binary(std::uint64_t number, Output& out) const override { put_quantity(unit_, at(number), out); }
  void text(std::uint64_t number, std::string& out) const override { append_quantity(unit_, at(number), out); }

 private:
  std::int64_t at(std::uint64_t number) const {
    std::uint64_t offset = number * step_ + (step_ > 1 ? seed_.below(number, step_) : 0);
    return first_ + static_cast<std::int64_t>(offset);
  }

  Unit unit_;
  std::int64_t first_;
  std::uint64_t step_, size_;
  base::Seed seed_;
  bool grows_;
};

// [lower, upper) of quantities. Distinct ones never overlap either, which exclusion constraints ask for.
class Ranges final : public Values {
 public:
  Ranges(Unit unit, Window window, std::int64_t step, bool distinct, base::Seed seed)
      : unit_(unit), first_(window.first), step_(step), distinct_(distinct), seed_(seed) {
    size_ = static_cast<std::uint64_t>((window.last - window.first) / step);
  }
  std::uint64_t size() const override { return size_; }
  bool grows() const override { return true; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::uint8_t>(0x02);  // RANGE_LB_INC: src/include/utils/rangetypes.h
    put_bound(lower(number), out);
    put_bound(upper(number), out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    out += "[\"";
    append_quantity(unit_, lower(number), out);
    out += "\",\"";
    append_quantity(unit_, upper(number), out);
    out += "\")";
  }

 private:
  std::int64_t lower(std::uint64_t number) const { return first_ + static_cast<std::int64_t>(number) * step_; }
  std::int64_t upper(std::uint64_t number) const {
    return lower(number) + step_ * (distinct_ ? 1 : 1 + static_cast<std::int64_t>(seed_.below(number, 10)));
  }
  void put_bound(std::int64_t value, Output& out) const {
    std::size_t field = out.begin_field();
    put_quantity(unit_, value, out);
    out.end_field(field);
  }

  Unit unit_;
  std::int64_t first_, step_;
  std::uint64_t size_;
  bool distinct_;
  base::Seed seed_;
};

// What a constraint or the user allows: absent ends do not limit.
struct Bounds {
  std::optional<std::int64_t> first, last;
};

base::Error unreadable(const Type& type, std::string_view text) {
  return base::usage_error(fmt::format("\"{}\" cannot be read as {}", text, type.name),
                           "write it as PostgreSQL prints it, e.g. 12.5, 2024-01-31 or 2024-01-31 10:00:00");
}

base::Result<Bounds> read_bounds(const Wanted& wanted, const std::string& first, const std::string& last) {
  Bounds bounds;
  for (auto [text, bound] : {std::pair{&first, &bounds.first}, std::pair{&last, &bounds.last}}) {
    if (text->empty()) continue;
    *bound = parse_quantity(unit_of(*wanted.type), *text);
    if (!*bound) return unreadable(*wanted.type, *text);
  }
  return bounds;
}

base::Result<Bounds> limits_of(const Wanted& wanted) {
  const Limits& limits = *wanted.limits;
  auto bounds = read_bounds(wanted, limits.earliest.value_or(""), limits.latest.value_or(""));
  if (!bounds) return bounds;
  Unit unit = unit_of(*wanted.type);
  if (limits.minimum) bounds->first = to_units(unit, *limits.minimum, true);
  if (limits.maximum) bounds->last = to_units(unit, *limits.maximum, false);
  return bounds;
}

// The usual window where the bounds let it be; else as wide a one, beside the bound.
Window fitted(Window usual, Bounds bounds) {
  std::int64_t width = usual.last - usual.first;
  if (bounds.first && usual.last < *bounds.first) usual = {*bounds.first, *bounds.first + width, usual.grows};
  if (bounds.last && usual.first > *bounds.last) usual = {*bounds.last - width, *bounds.last, usual.grows};
  if (bounds.first) usual.first = std::max(usual.first, *bounds.first);
  if (bounds.last) usual.last = std::min(usual.last, *bounds.last);
  return usual;
}

bool dated(Kind kind) { return kind == Kind::date || kind == Kind::timestamp || kind == Kind::timestamptz; }

// Room for keys: from 1 (or the bound, or the start of the usual time) as far as bounds and type allow.
Window roomy(const Type& type, Window usual, Bounds bounds, std::uint64_t rows) {
  std::int64_t first = std::max<std::int64_t>(1, smallest(type));
  if (type.kind == Kind::boolean) first = 0;
  if (dated(type.kind)) first = usual.first;
  if (type.kind == Kind::date && rows > 730) first = days_since_2000(1970, 1, 1);
  if (bounds.last && first > *bounds.last) first = smallest(type);
  return {bounds.first.value_or(first), bounds.last.value_or(largest(type)), dated(type.kind)};
}

// Keys of times are spread over the usual window.
std::uint64_t key_step(const Type& type, Window usual, Window roomy, std::uint64_t rows) {
  if (type.kind == Kind::boolean || type.kind < Kind::date) return 1;
  std::int64_t span = std::min(usual.last, roomy.last) - roomy.first;
  return span <= 0 ? 1
                   : std::max<std::uint64_t>(1, static_cast<std::uint64_t>(span) / std::max<std::uint64_t>(rows, 1));
}

Kind element_of(Kind range) {
  switch (range) {
    case Kind::int4range:
      return Kind::int4;
    case Kind::int8range:
      return Kind::int8;
    case Kind::numrange:
      return Kind::numeric;
    case Kind::daterange:
      return Kind::date;
    case Kind::tsrange:
      return Kind::timestamp;
    default:
      return Kind::timestamptz;
  }
}

std::int64_t range_step(Kind element) {
  switch (element) {
    case Kind::date:
      return 1;
    case Kind::numeric:
      return 1000;
    case Kind::timestamp:
    case Kind::timestamptz:
      return kMicrosPerDay / 24;
    default:
      return 10;
  }
}

}  // namespace

base::Result<ValuesPtr> make_quantities(const Wanted& wanted) {
  const Type& type = *wanted.type;
  const Override* user = wanted.override_;
  bool decided = user != nullptr && (!user->minimum.empty() || !user->maximum.empty());
  auto bounds = decided ? read_bounds(wanted, user->minimum, user->maximum) : limits_of(wanted);
  if (!bounds) return bounds.errors();
  Window usual = usual_window(wanted.column, type);
  usual = {std::max(usual.first, smallest(type)), std::min(usual.last, largest(type)), usual.grows};
  Window room = roomy(type, usual, *bounds, wanted.rows);
  Window window = wanted.distinct ? room : fitted(usual, *bounds);
  if (decided && bounds->first && bounds->last) window = {*bounds->first, *bounds->last, usual.grows};
  window = {std::max(window.first, smallest(type)), std::min(window.last, largest(type)), window.grows};
  if (window.first > window.last)
    return base::usage_error(fmt::format("no value of {} lies within its limits", type.name),
                             "give it a minimum and a maximum that some value meets");
  std::uint64_t step = wanted.distinct && !decided ? key_step(type, usual, room, wanted.rows) : 1;
  return ValuesPtr(std::make_unique<Quantities>(unit_of(type), window, step, wanted.seed));
}

base::Result<ValuesPtr> make_ranges(const Wanted& wanted) {
  Type element;
  element.kind = element_of(wanted.type->kind);
  Window window = usual_window("", element);
  if (wanted.distinct) window.last = element.kind == Kind::int4 ? largest(element) : largest(element) / 2;
  std::int64_t step = range_step(element.kind);
  window.last -= 11 * step;
  return ValuesPtr(std::make_unique<Ranges>(unit_of(element), window, step, wanted.distinct, wanted.seed));
}

}  // namespace pgrehearse::generators
