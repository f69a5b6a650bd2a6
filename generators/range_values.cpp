// Ranges and multiranges. Distinct ones never overlap either, which exclusion constraints ask for. Binary forms:
// range_recv and multirange_recv (src/backend/utils/adt), flags in src/include/utils/rangetypes.h.
#include <fmt/format.h>

#include "generators/hints.hpp"
#include "generators/quantity.hpp"
#include "generators/range_element.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::uint8_t kLowerInclusive = 0x02, kUpperInclusive = 0x04;
constexpr std::uint64_t kWidest = kUsualSteps;

// [lower, upper) of quantities.
class Ranges final : public Values {
 public:
  Ranges(Unit unit, Window window, std::int64_t step, bool distinct, base::Seed seed)
      : unit_(unit), first_(window.first), step_(step), distinct_(distinct), seed_(seed) {
    size_ = static_cast<std::uint64_t>((window.last - window.first) / step);
  }
  std::uint64_t size() const override { return size_; }
  bool grows() const override { return true; }
  void binary(std::uint64_t number, Output& out) const override {
    out.put(kLowerInclusive);
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
    return lower(number) + step_ * (distinct_ ? 1 : 1 + static_cast<std::int64_t>(seed_.below(number, kWidest)));
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

// [x,x] of any type: which of two values comes first, only the server knows.
class Points final : public Values {
 public:
  explicit Points(ValuesPtr elements) : elements_(std::move(elements)) {}
  std::uint64_t size() const override { return elements_->size(); }
  bool has_binary() const override { return elements_->has_binary(); }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::uint8_t>(kLowerInclusive | kUpperInclusive);
    for (int bound = 0; bound < 2; ++bound) {
      std::size_t field = out.begin_field();
      elements_->binary(number, out);
      out.end_field(field);
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    std::string value, quoted;
    elements_->text(number, value);
    for (char c : value) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    fmt::format_to(std::back_inserter(out), "[\"{0}\",\"{0}\"]", quoted);
  }

 private:
  ValuesPtr elements_;
};

// One range, or two of them with room between, which leaves nothing for the server to merge.
class Multiranges final : public Values {
 public:
  Multiranges(ValuesPtr ranges, bool distinct) : ranges_(std::move(ranges)), distinct_(distinct) {}
  std::uint64_t size() const override { return ranges_->size(); }
  bool has_binary() const override { return ranges_->has_binary(); }
  bool grows() const override { return ranges_->grows(); }
  void binary(std::uint64_t number, Output& out) const override {
    out.put<std::int32_t>(has_second(number) ? 2 : 1);
    put_range(number, out);
    if (has_second(number)) put_range(number + kBetween, out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    out += '{';
    ranges_->text(number, out);
    if (has_second(number)) {
      out += ',';
      ranges_->text(number + kBetween, out);
    }
    out += '}';
  }

 private:
  static constexpr std::uint64_t kBetween = kWidest + 2;
  bool has_second(std::uint64_t number) const {
    return !distinct_ && number % 2 == 1 && number + kBetween < ranges_->size();
  }
  void put_range(std::uint64_t number, Output& out) const {
    std::size_t field = out.begin_field();
    ranges_->binary(number, out);
    out.end_field(field);
  }

  ValuesPtr ranges_;
  bool distinct_;
};

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

base::Result<ValuesPtr> make_points(const Wanted& wanted) {
  Wanted element = wanted;
  element.type = wanted.type->element.get();
  auto values = make_values(element);
  if (!values) return values;
  return ValuesPtr(std::make_unique<Points>(std::move(*values)));
}

}  // namespace

std::int64_t range_step(Kind element) {
  switch (element) {
    case Kind::date:
      return 1;
    case Kind::float4:
    case Kind::float8:
    case Kind::money:
    case Kind::numeric:
      return 1000;
    case Kind::time:
    case Kind::timetz:
    case Kind::interval:
      return 60'000'000;
    case Kind::timestamp:
    case Kind::timestamptz:
      return kMicrosPerDay / 24;
    default:
      return 10;
  }
}

std::optional<Type> range_element(const Type& range) {
  if (range.kind == Kind::range) {
    if (!range.element || !is_quantity(range.element->kind)) return {};
    return *range.element;
  }
  Type element;
  element.kind = element_of(range.kind);
  return element;
}

base::Result<ValuesPtr> make_ranges(const Wanted& wanted) {
  const auto of = range_element(*wanted.type);
  if (!of) return make_points(wanted);
  const Type& element = *of;
  std::int64_t step = range_step(element.kind);
  Window window = usual_window("", element);
  bool small = element.kind != Kind::int8 && largest(element) < (std::int64_t{1} << 32);
  if (wanted.distinct) window.last = small ? largest(element) : largest(element) / 2;
  window.last = std::min(window.last, largest(element)) - static_cast<std::int64_t>(kWidest + 1) * step;
  return ValuesPtr(std::make_unique<Ranges>(unit_of(element), window, step, wanted.distinct, wanted.seed));
}

base::Result<ValuesPtr> make_multiranges(const Wanted& wanted) {
  Wanted range = wanted;
  range.type = wanted.type->element.get();
  auto ranges = make_ranges(range);
  if (!ranges) return ranges;
  return ValuesPtr(std::make_unique<Multiranges>(std::move(*ranges), wanted.distinct));
}

}  // namespace pgrehearse::generators
