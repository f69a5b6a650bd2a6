#include "generators/element_values.hpp"

#include <algorithm>
#include <cmath>

#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

constexpr double kHardlyAny = 0.005;  // of all elements

Mark bound_at(const Mark& mark) { return {mark.value, mark.length, 0}; }

// Between bounds the rare ones are made up: behind the first and before the last common one, like these, and at what
// was seen of the rare ones, if the common ones' order is that of their bytes.
std::vector<Mark> with_bounds(const std::vector<Mark>& common, const std::vector<std::string>& seen) {
  auto before = [](const Mark& a, const Mark& b) { return a.value < b.value; };
  const bool known = !seen.empty() && std::is_sorted(common.begin(), common.end(), before);
  const auto [least, most] = std::minmax_element(seen.begin(), seen.end());
  std::vector<Mark> marks = common;
  if (!known || *common.back().value >= *most) marks.insert(marks.end() - 1, bound_at(common.back()));
  if (!known || *common.front().value <= *least) marks.insert(marks.begin() + 1, bound_at(common.front()));
  if (!known) return marks;
  for (const std::string& text : seen) {
    Mark mark{text, static_cast<std::uint32_t>(text.size()), 0};
    if (!std::binary_search(marks.begin(), marks.end(), mark, before))
      marks.insert(std::upper_bound(marks.begin(), marks.end(), mark, before), std::move(mark));
  }
  return marks;
}

// That a Poisson law of this mean gives `count` or more.
double chance_of(double count, double mean) {
  double term = std::exp(-mean), less = 0;
  for (double i = 0; i < count; ++i, term *= mean / i) less += term;
  return std::max(1 - less, 0.0);
}

// ANALYZE lists all elements that came up in its sample of rows more often than a threshold (compute_array_stats in
// src/backend/utils/adt/array_typanalyze.c). So the others are that rare that no more of them came up as often, by
// chance, than are listed with the least share of all.
double rare_values(const ElementStatistics& statistics, const RareElements& rare) {
  double least = 1, most = 1e9, found = 0;
  for (const Mark& mark : statistics.common) least = std::min(least, mark.frequency);
  for (const Mark& mark : statistics.common) found += mark.frequency < 1.001 * least ? 1 : 0;
  const double count = std::max(std::round(least * rare.sampled), 1.0), all = rare.per_row * rare.sampled;
  double low = all / most, high = std::max(count / 2, 2 * low);  // how often one comes up
  for (int i = 0; i < 50; ++i) {
    double middle = std::sqrt(low * high);
    (all / middle * chance_of(count, middle) < found ? low : high) = middle;
  }
  return std::clamp(std::ceil(all / low), 1.0, most);
}

}  // namespace

double rows_with_elements(const Aim& aim) {
  const ColumnStatistics& statistics = aim.statistics;
  const double rows = static_cast<double>(statistics.rows > 0 ? statistics.rows : aim.wanted.rows);
  return sample_of(statistics, rows, statistics.null_fraction).sampled;
}

double common_per_row(const ElementStatistics& statistics) {
  double sum = 0;
  for (const Mark& mark : statistics.common) sum += mark.frequency;
  return sum;
}

double common_width(const ElementStatistics& statistics) {
  double sum = 0;
  for (const Mark& mark : statistics.common)
    sum += mark.frequency * stored_width(static_cast<double>(mark.value ? mark.value->size() : mark.length));
  return sum / common_per_row(statistics);
}

std::optional<std::uint64_t> ElementValues::number_of(const std::string& text) const {
  if (auto known = made.by_text.find(text); known != made.by_text.end()) return known->second;
  if (made.rank_of) return made.rank_of(text);
  auto next = made.by_text.lower_bound(text);
  if (next == made.by_text.end()) return made.distribution->size() - 1;
  return next->second;
}

std::optional<ElementValues> make_element_values(const Wanted& given, const ElementStatistics& statistics,
                                                 RareElements rare) {
  double common = common_per_row(statistics);
  if (common <= 0) return std::nullopt;
  if (rare.per_row < kHardlyAny * common || statistics.common.size() < 2) rare.per_row = 0;
  ElementValues elements;
  elements.per_row = common + rare.per_row;
  ColumnStatistics column;
  column.marks = rare.per_row > 0 ? with_bounds(statistics.common, rare.seen) : statistics.common;
  for (Mark& mark : column.marks) mark.frequency /= elements.per_row;
  if (rare.width > 0)
    column.average_width = (common * common_width(statistics) + rare.per_row * rare.width) / elements.per_row;
  column.distinct =
      static_cast<double>(statistics.common.size()) + (rare.per_row > 0 ? rare_values(statistics, rare) : 0);
  Wanted wanted = given;
  constexpr double many = 100, least = 30'000;  // so many of each that all are seen
  wanted.rows = static_cast<std::uint64_t>(std::max(many * column.distinct, least));
  Aim of_elements{wanted, column, 0};
  of_elements.counted = true;
  auto made = make_statistical_values(of_elements);
  if (!made) return std::nullopt;
  elements.made = std::move(*made);
  return elements;
}

}  // namespace pgrehearse::generators
