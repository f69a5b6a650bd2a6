// Numbers, dates and times.
#include <fmt/format.h>

#include <algorithm>

#include "generators/hints.hpp"
#include "generators/numeric_encoding.hpp"
#include "generators/quantity.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

// first + number * step, and somewhere within the step but for its last `apart - 1` units: different numbers are
// different values, and differ by `apart`.
class Quantities final : public Values {
 public:
  Quantities(Unit unit, Window window, std::uint64_t step, std::uint64_t apart, base::Seed seed)
      : unit_(unit), first_(window.first), step_(step), play_(step - apart + 1), seed_(seed), grows_(window.grows) {
    size_ = (static_cast<std::uint64_t>(window.last) - static_cast<std::uint64_t>(window.first)) / step;
    if (size_ < kPlenty) ++size_;
  }
  std::uint64_t size() const override { return std::min(size_, kPlenty); }
  bool grows() const override { return grows_; }
  void binary(std::uint64_t number, Output& out) const override { put_quantity(unit_, at(number), out); }
  void put(Draw draw, Output& out) const override { put_quantity(unit_, at(draw.number), out); }
  void text(std::uint64_t number, std::string& out) const override { append_quantity(unit_, at(number), out); }

 private:
  std::int64_t at(std::uint64_t number) const {
    std::uint64_t offset = number * step_ + (play_ > 1 ? seed_.below(number, play_) : 0);
    return first_ + static_cast<std::int64_t>(offset);
  }

  Unit unit_;
  std::int64_t first_;
  std::uint64_t step_, play_, size_;
  base::Seed seed_;
  bool grows_;
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

// What the server rounds timestamp(0) and the like to.
std::uint64_t precision_units(const Type& type) {
  if (type.kind < Kind::time || type.kind > Kind::timestamptz || !type.precision) return 1;
  return kPowersOfTen[std::clamp(6 - *type.precision, 0, 6)];
}

base::Error unsatisfiable(const Type& type, const Limits& limits) {
  const auto bound = [](const char* which, const std::optional<double>& number,
                        const std::optional<std::string>& time) {
    if (number) return fmt::format(", {} {}", which, *number);
    return time ? fmt::format(", {} {}", which, *time) : std::string();
  };
  return base::usage_error(
      fmt::format("no value of {} satisfies the column's CHECK constraints: together they ask for a value{}{}",
                  type.name, bound("not below", limits.minimum, limits.earliest),
                  bound("not above", limits.maximum, limits.latest)),
      "no row can have such a column: find the constraint that contradicts another one, or the column's type");
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
    return decided ? base::usage_error(fmt::format("no value of {} lies within its limits", type.name),
                                       "give it a minimum and a maximum that some value meets")
                   : unsatisfiable(type, *wanted.limits);
  std::uint64_t apart = wanted.distinct ? std::max(wanted.limits->apart, precision_units(type)) : 1;
  std::uint64_t step = wanted.distinct && !decided ? key_step(type, usual, room, wanted.rows) : 1;
  return ValuesPtr(std::make_unique<Quantities>(unit_of(type), window, std::max(step, apart), apart, wanted.seed));
}

}  // namespace pgrehearse::generators
