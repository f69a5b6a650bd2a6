// Numbers, dates and times as the user wants them distributed: see Override.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "generators/distribution_picks.hpp"
#include "generators/quantity.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

using MakePick = std::function<PickPtr(base::Seed, std::uint64_t rows)>;

// All units of a window, of which a pick of its own chooses.
class Distributed final : public Values {
 public:
  Distributed(Unit unit, std::int64_t first, std::uint64_t step, std::uint64_t size, MakePick make_pick)
      : unit_(unit), first_(first), step_(step), size_(size), make_pick_(std::move(make_pick)) {}
  std::uint64_t size() const override { return size_; }
  void binary(std::uint64_t number, Output& out) const override { put_quantity(unit_, at(number), out); }
  void text(std::uint64_t number, std::string& out) const override { append_quantity(unit_, at(number), out); }
  PickPtr own_pick(base::Seed seed, std::uint64_t rows) const override { return make_pick_(seed, rows); }

 private:
  // The step divides: days of microseconds.
  std::int64_t at(std::uint64_t number) const { return first_ + static_cast<std::int64_t>(number / step_); }

  Unit unit_;
  std::int64_t first_;
  std::uint64_t step_, size_;
  MakePick make_pick_;
};

class Sequence final : public Values {
 public:
  Sequence(Unit unit, std::int64_t start, std::int64_t step, std::uint64_t size)
      : unit_(unit), start_(start), step_(step), size_(size) {}
  std::uint64_t size() const override { return size_; }
  bool grows() const override { return true; }
  void binary(std::uint64_t number, Output& out) const override { put_quantity(unit_, at(number), out); }
  void text(std::uint64_t number, std::string& out) const override { append_quantity(unit_, at(number), out); }
  PickPtr own_pick(base::Seed, std::uint64_t) const override { return std::make_shared<InOrder>(); }

 private:
  std::int64_t at(std::uint64_t number) const { return start_ + static_cast<std::int64_t>(number) * step_; }

  Unit unit_;
  std::int64_t start_, step_;
  std::uint64_t size_;
};

base::Error only_for(const Wanted& wanted, std::string_view what, std::string_view types) {
  return base::usage_error(fmt::format("`{}` makes {}, not {}", what, types, wanted.type->name), "list its `values`");
}

bool is_dated(Kind kind) { return kind == Kind::date || kind == Kind::timestamp || kind == Kind::timestamptz; }
bool is_plain_number(Kind kind) { return kind >= Kind::int2 && kind <= Kind::money; }

struct Bounds {
  std::int64_t first, last;
};

// Of the type and of its checks.
Bounds bounds_of(const Wanted& wanted) {
  Unit unit = unit_of(*wanted.type);
  Bounds bounds{smallest(*wanted.type), largest(*wanted.type)};
  if (wanted.limits->minimum) bounds.first = std::max(bounds.first, to_units(unit, *wanted.limits->minimum, true));
  if (wanted.limits->maximum) bounds.last = std::min(bounds.last, to_units(unit, *wanted.limits->maximum, false));
  return bounds;
}

// As many units of the bounds as any row will need; more would not be exact in a double.
base::Result<ValuesPtr> make_between(const Wanted& wanted, double low, double high,
                                     const std::function<PickPtr(base::Seed, double first, std::uint64_t size)>& make) {
  Bounds bounds = bounds_of(wanted);
  auto within = [&](double number) {
    return static_cast<std::int64_t>(
        std::clamp(number, static_cast<double>(bounds.first), static_cast<double>(bounds.last)));
  };
  std::int64_t first = within(std::floor(low)), last = within(std::ceil(high));
  if (bounds.first > bounds.last)
    return base::usage_error(fmt::format("no value of {} lies within its limits", wanted.type->name));
  auto size = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
  return ValuesPtr(std::make_unique<Distributed>(
      unit_of(*wanted.type), first, 1, size,
      [=](base::Seed seed, std::uint64_t) { return make(seed, static_cast<double>(first), size); }));
}

constexpr double kFarthest = 9;  // deviations; see normal_number()

base::Result<ValuesPtr> make_normal(const Wanted& wanted) {
  if (!is_plain_number(wanted.type->kind)) return only_for(wanted, "normal", "numbers");
  double unit = static_cast<double>(to_units(unit_of(*wanted.type), 1, true));
  double mean = *wanted.override_->normal->mean * unit, deviation = *wanted.override_->normal->deviation * unit;
  return make_between(wanted, mean - kFarthest * deviation, mean + kFarthest * deviation,
                      [=](base::Seed seed, double first, std::uint64_t size) {
                        return std::make_shared<NormalPick>(seed, mean - first, deviation, size);
                      });
}

base::Result<ValuesPtr> make_log_normal(const Wanted& wanted) {
  if (!is_plain_number(wanted.type->kind)) return only_for(wanted, "log_normal", "numbers");
  double unit = static_cast<double>(to_units(unit_of(*wanted.type), 1, true));
  double median = *wanted.override_->log_normal->median * unit, sigma = *wanted.override_->log_normal->sigma;
  return make_between(wanted, 0, median * std::exp(kFarthest * sigma),
                      [=](base::Seed seed, double first, std::uint64_t size) {
                        return std::make_shared<LogNormalPick>(seed, median, sigma, first, size);
                      });
}

base::Result<std::int64_t> read(const Wanted& wanted, const std::string& text) {
  auto value = parse_quantity(unit_of(*wanted.type), text);
  if (value) return *value;
  return base::usage_error(fmt::format("\"{}\" cannot be read as {}", text, wanted.type->name),
                           "write it as PostgreSQL prints it, e.g. 12.5, 2024-01-31 or 2024-01-31 10:00:00");
}

base::Result<ValuesPtr> make_sequence(const Wanted& wanted) {
  Kind kind = wanted.type->kind;
  if (!is_plain_number(kind) && !is_dated(kind)) return only_for(wanted, "sequence", "numbers, dates and timestamps");
  const Override::Sequence& user = *wanted.override_->sequence;
  auto start = read(wanted, user.start);
  if (!start) return start.errors();
  double units = kind == Kind::timestamp || kind == Kind::timestamptz
                     ? user.step * 1e6
                     : static_cast<double>(to_units(unit_of(*wanted.type), user.step, user.step > 0));
  auto step = static_cast<std::int64_t>(std::round(units));
  if (step == 0)
    return base::usage_error(fmt::format("a step of {} is none for type {}", user.step, wanted.type->name));
  Bounds bounds = bounds_of(wanted);
  std::int64_t room = step > 0 ? bounds.last - *start : *start - bounds.first;
  std::uint64_t size = room < 0 ? 0 : static_cast<std::uint64_t>(room / std::abs(step)) + 1;
  if (size < wanted.rows || size == 0)
    return base::usage_error(
        fmt::format("the sequence leaves the range of {} after {} of {} rows", wanted.type->name, size, wanted.rows),
        "choose another `start` or a smaller `step`, or ask for fewer rows");
  return ValuesPtr(std::make_unique<Sequence>(unit_of(*wanted.type), *start, step, std::min(size, kPlenty)));
}

base::Result<ValuesPtr> make_period(const Wanted& wanted) {
  if (!is_dated(wanted.type->kind)) return only_for(wanted, "period", "dates and timestamps");
  const Override::Period& user = *wanted.override_->period;
  auto from = read(wanted, user.from), to = read(wanted, user.to);
  if (!from) return from.errors();
  if (!to) return to.errors();
  if (*from >= *to)
    return base::usage_error(fmt::format("the period from {} to {} is empty", user.from, user.to),
                             "`to` must be later than `from`");
  std::int64_t us = wanted.type->kind == Kind::date ? kMicrosPerDay : 1;
  std::int64_t start = *from * us;
  auto length = static_cast<std::uint64_t>((*to - *from) * us);
  MakePick pick = [start, length, user](base::Seed seed, std::uint64_t rows) {
    return std::make_shared<Rhythm>(seed, rows, start, length, user.daily, user.weekly);
  };
  return ValuesPtr(std::make_unique<Distributed>(unit_of(*wanted.type), *from, static_cast<std::uint64_t>(us), length,
                                                 std::move(pick)));
}

}  // namespace

base::Result<ValuesPtr> make_distributed(const Wanted& wanted) {
  const Override& user = *wanted.override_;
  if (user.sequence) return make_sequence(wanted);
  if (wanted.distinct)
    return base::usage_error("a key allows each value once, and such a distribution repeats them",
                             "give it a `sequence`, or `minimum` and `maximum`");
  if (user.normal) return make_normal(wanted);
  return user.log_normal ? make_log_normal(wanted) : make_period(wanted);
}

}  // namespace pgrehearse::generators
