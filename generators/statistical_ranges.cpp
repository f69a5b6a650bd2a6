// Ranges and multiranges as long, as often empty and as often without a bound as the statistics say, and where they
// say. Binary forms: range_recv and multirange_recv (src/backend/utils/adt), flags in src/include/utils/rangetypes.h.
#include <algorithm>
#include <cmath>

#include "generators/hints.hpp"
#include "generators/normal.hpp"
#include "generators/quantity.hpp"
#include "generators/range_element.hpp"
#include "generators/statistical_values.hpp"
#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::uint8_t kEmpty = 0x01, kLowerInclusive = 0x02, kLowerInfinite = 0x08, kUpperInfinite = 0x10;

// Ascending, in units, with equal shares between them; at least one.
using Quantiles = std::vector<double>;

double quantile(const Quantiles& quantiles, double share) {
  double place = share * static_cast<double>(quantiles.size() - 1);
  auto below = std::min(static_cast<std::size_t>(place), quantiles.size() - 1);
  std::size_t above = std::min(below + 1, quantiles.size() - 1);
  return quantiles[below] + (place - static_cast<double>(below)) * (quantiles[above] - quantiles[below]);
}

double variance(const Quantiles& quantiles) {
  double sum = 0, squares = 0, count = static_cast<double>(quantiles.size());
  for (double each : quantiles) sum += each / count;
  for (double each : quantiles) squares += (each - sum) * (each - sum) / count;
  return squares;
}

struct Recipe {
  Unit unit;
  Quantiles lower, lengths;
  double related = 0;  // correlation of lower bounds and lengths
  double empty = 0, without_lower = 0, without_upper = 0;
  double least = 0, most = 0;  // of bounds
  bool multirange = false;
  double pieces = 1;  // ranges of a multirange that is not empty, on average
};

class StatisticalRanges final : public Values {
 public:
  StatisticalRanges(Recipe recipe, base::Seed seed) : recipe_(std::move(recipe)), seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    const Bounds bounds = bounds_of(number);
    if (!recipe_.multirange) return put(bounds, out);
    const auto pieces = pieces_of(number, bounds);
    out.put(static_cast<std::int32_t>(pieces.size()));
    for (const Bounds& piece : pieces) {
      std::size_t field = out.begin_field();
      put(piece, out);
      out.end_field(field);
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    const Bounds bounds = bounds_of(number);
    if (!recipe_.multirange) {
      bounds.empty ? void(out += "empty") : append(bounds, out);
      return;
    }
    const auto pieces = pieces_of(number, bounds);
    out += '{';
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i > 0) out += ',';
      append(pieces[i], out);
    }
    out += '}';
  }
  // Of a multirange, as pg_stats.avg_width counts it (MultirangeType in src/include/utils/multirangetypes.h: type and
  // number, a position of each range but the first, a byte of flags of each, and the aligned bounds).
  double stored_width(std::uint64_t number) const {
    const auto pieces = pieces_of(number, bounds_of(number));
    const std::size_t count = std::max<std::size_t>(pieces.size(), 1);
    std::size_t size = 12 + 4 * (count - 1) + pieces.size();
    for (const Bounds& piece : pieces)
      for (const auto& bound : {piece.lower, piece.upper}) size += bound ? bound_width(*bound, size) : 0;
    return generators::stored_width(static_cast<double>(size - 4));
  }

 private:
  struct Bounds {
    bool empty = false;
    std::optional<std::int64_t> lower, upper;
  };

  // Behind so many bytes, with what fills them up to a multiple. numeric is stored as a text is, without most of the
  // header that it has on the wire.
  std::size_t bound_width(std::int64_t bound, std::size_t behind) const {
    const std::size_t size = encoded([&](Output& out) { put_quantity(recipe_.unit, bound, out); }).size();
    constexpr std::size_t shorter = 5;
    if (recipe_.unit.kind == Kind::numeric) return size - shorter;
    return size + (size - behind % size) % size;
  }

  // Of the room between the bounds, every other part; the first and the last reach as far as the whole.
  std::vector<Bounds> pieces_of(std::uint64_t number, const Bounds& whole) const {
    if (whole.empty) return {};
    const Span span = span_of(number);
    const double more = 2 * (recipe_.pieces - 1) * seed_.derive("pieces").unit(number);
    const auto wanted = 1 + static_cast<std::int64_t>(more + seed_.derive("rounding").unit(number));
    const std::int64_t count = std::clamp<std::int64_t>((span.upper - span.lower + 1) / 2, 1, wanted);
    std::vector<Bounds> pieces;
    for (std::int64_t i = 0; i < count; ++i) {
      auto part = [&](std::int64_t n) {
        return span.lower + static_cast<std::int64_t>(base::Wide(span.upper - span.lower) * base::Wide(n) /
                                                      base::Wide(2 * count - 1));
      };
      pieces.push_back({false, part(2 * i), part(2 * i + 1)});
    }
    pieces.front().lower = whole.lower;
    pieces.back().upper = whole.upper;
    return pieces;
  }

  Bounds bounds_of(std::uint64_t number) const {
    Bounds bounds;
    double chance = seed_.unit(number);
    if (chance < recipe_.empty) return {true, {}, {}};
    chance = (chance - recipe_.empty) / (1 - recipe_.empty);
    const bool no_lower = chance < recipe_.without_lower;
    const bool no_upper = !no_lower && chance < recipe_.without_lower + recipe_.without_upper;
    const Span span = span_of(number);
    if (!no_lower) bounds.lower = span.lower;
    if (!no_upper) bounds.upper = span.upper;
    return bounds;
  }
  static double within(double unit) { return std::clamp(unit, 1e-9, 1 - 1e-9); }

  // The bounds, as if there were both.
  struct Span {
    std::int64_t lower, upper;
  };
  Span span_of(std::uint64_t number) const {
    const double place = normal_quantile(within(seed_.derive("lower").unit(number)));
    const double other = normal_quantile(within(seed_.derive("length").unit(number)));
    const double related = recipe_.related * place + std::sqrt(1 - recipe_.related * recipe_.related) * other;
    const double lower = std::clamp(quantile(recipe_.lower, normal_share(place)), recipe_.least, recipe_.most - 1);
    const double length = std::max(std::round(quantile(recipe_.lengths, normal_share(related))), 1.0);
    return {static_cast<std::int64_t>(lower),
            static_cast<std::int64_t>(std::min(std::floor(lower) + length, recipe_.most))};
  }

  void put(const Bounds& bounds, Output& out) const {
    auto flags = static_cast<std::uint8_t>(bounds.empty ? kEmpty : 0);
    if (!bounds.empty) flags |= bounds.lower ? kLowerInclusive : kLowerInfinite;
    if (!bounds.empty && !bounds.upper) flags |= kUpperInfinite;
    out.put(flags);
    for (const auto& bound : {bounds.lower, bounds.upper}) {
      if (!bound) continue;
      std::size_t field = out.begin_field();
      put_quantity(recipe_.unit, *bound, out);
      out.end_field(field);
    }
  }
  void append(const Bounds& bounds, std::string& out) const {
    out += bounds.lower ? "[\"" : "(";
    if (bounds.lower) append_quantity(recipe_.unit, *bounds.lower, out);
    out += bounds.lower ? "\"," : ",";
    if (bounds.upper) out += '"';
    if (bounds.upper) append_quantity(recipe_.unit, *bounds.upper, out);
    out += bounds.upper ? "\")" : ")";
  }

  Recipe recipe_;
  base::Seed seed_;
};

// How many units a length of 1 is: the statistics count days, seconds or numbers.
double units_of_one(Unit unit) {
  switch (unit.kind) {
    case Kind::timestamp:
    case Kind::timestamptz:
      return 1e6;
    case Kind::date:
      return 1;
    default:
      return std::pow(10, unit.scale);
  }
}

// None where one cannot be read.
std::optional<Quantiles> bounds_in(Unit unit, const std::vector<std::string>& texts) {
  Quantiles quantiles;
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    auto value = parse_quantity(unit, text);
    if (!value) return {};
    quantiles.push_back(static_cast<double>(*value));
  }
  return quantiles;
}

double share_without(const std::vector<std::string>& bounds) {
  if (bounds.empty()) return 0;
  return static_cast<double>(std::count(bounds.begin(), bounds.end(), "")) / static_cast<double>(bounds.size());
}

// Where bounds are private: the usual ones, and what is without one goes on for ever.
void find_bounds(const RangeStatistics& statistics, const Type& element, Recipe& recipe) {
  auto lower = bounds_in(recipe.unit, statistics.lower), upper = bounds_in(recipe.unit, statistics.upper);
  if (!lower || !upper || lower->size() < 2) {
    const Window window = usual_window("", element);
    recipe.lower = {static_cast<double>(window.first), static_cast<double>(window.last)};
    recipe.without_upper = statistics.unbounded_fraction;
    return;
  }
  recipe.lower = *lower;
  recipe.without_lower = share_without(statistics.lower);
  recipe.without_upper = share_without(statistics.upper);
  // The variance of a sum tells how its parts are related.
  const double a = variance(recipe.lower), b = variance(recipe.lengths);
  if (upper->size() > 2 && a > 0 && b > 0)
    recipe.related = std::clamp((variance(*upper) - a - b) / (2 * std::sqrt(a * b)), -0.99, 0.99);
}

double mean_width(const Recipe& recipe, base::Seed seed) {
  constexpr std::uint64_t points = 1'000;
  const StatisticalRanges ranges(recipe, seed);
  double sum = 0;
  for (std::uint64_t number = 0; number < points; ++number) sum += ranges.stored_width(number);
  return sum / static_cast<double>(points);
}

// As many as make multiranges as wide as they should be. The mean that servers show is cut down to a whole number.
void find_pieces(const Aim& aim, Recipe& recipe) {
  const double wanted = aim.statistics.average_width + 0.5;
  if (aim.statistics.average_width <= 0 || mean_width(recipe, aim.wanted.seed) >= wanted) return;
  constexpr double most = 1'000;
  double low = 1, high = 2;
  auto wide_enough = [&](double pieces) {
    recipe.pieces = pieces;
    return mean_width(recipe, aim.wanted.seed) >= wanted;
  };
  while (high < most && !wide_enough(high)) low = high, high *= 2;
  for (int i = 0; i < 10; ++i) {
    const double middle = (low + high) / 2;
    (wide_enough(middle) ? high : low) = middle;
  }
  recipe.pieces = high;
}

}  // namespace

std::optional<StatisticalValues> make_statistical_ranges(const Aim& aim) {
  const RangeStatistics statistics = aim.statistics.ranges.value_or(RangeStatistics{});
  Recipe recipe;
  const Type* range = aim.wanted.type;
  recipe.multirange = range->kind == Kind::multirange;
  if (recipe.multirange) range = range->element.get();
  const auto element = range != nullptr ? range_element(*range) : std::nullopt;
  if (!element) return std::nullopt;
  recipe.unit = unit_of(*element);
  for (double length : statistics.lengths) recipe.lengths.push_back(length * units_of_one(recipe.unit));
  const auto step = static_cast<double>(range_step(element->kind));
  if (!aim.statistics.ranges) recipe.lengths = {step, step * static_cast<double>(kUsualSteps)};
  if (recipe.lengths.empty()) recipe.lengths.push_back(1);
  recipe.empty = statistics.empty_fraction;
  recipe.least = static_cast<double>(smallest(*element));
  recipe.most = static_cast<double>(largest(*element));
  find_bounds(statistics, *element, recipe);
  if (recipe.multirange) find_pieces(aim, recipe);
  StatisticalValues made;
  constexpr std::uint64_t values = std::uint64_t{1} << 52;
  made.distribution = std::make_shared<Distribution>(std::vector<Stretch>{{0, 0, false, false, 0, 1, kPlenty, values}});
  made.values = std::make_shared<StatisticalRanges>(std::move(recipe), aim.wanted.seed);
  return made;
}

}  // namespace pgrehearse::generators
