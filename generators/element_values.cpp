#include "generators/element_values.hpp"

#include <algorithm>
#include <cmath>

namespace pgrehearse::generators {
namespace {

constexpr double kHardlyAny = 0.005;  // of all elements

// Behind the first and before the last common one stand bounds like them, between which the rare ones are made up.
std::vector<Mark> with_bounds(const std::vector<Mark>& common) {
  std::vector<Mark> marks = common;
  Mark first = common.front(), last = common.back();
  first.frequency = last.frequency = 0;
  marks.insert(marks.end() - 1, last);
  marks.insert(marks.begin() + 1, first);
  return marks;
}

// Rare ones are rarer than any of those that the statistics list.
double rare_values(const ElementStatistics& statistics, double rare) {
  double least = 1;
  for (const Mark& mark : statistics.common) least = std::min(least, mark.frequency);
  constexpr double rarer = 0.5, most = 1e9;
  return std::clamp(std::ceil(rare / (rarer * least)), 1.0, most);
}

}  // namespace

double common_per_row(const ElementStatistics& statistics) {
  double sum = 0;
  for (const Mark& mark : statistics.common) sum += mark.frequency;
  return sum;
}

std::optional<std::uint64_t> ElementValues::number_of(const std::string& text) const {
  if (auto known = made.by_text.find(text); known != made.by_text.end()) return known->second;
  if (made.rank_of) return made.rank_of(text);
  auto next = made.by_text.lower_bound(text);
  if (next == made.by_text.end()) return made.distribution->size() - 1;
  return next->second;
}

std::optional<ElementValues> make_element_values(const Wanted& given, const ElementStatistics& statistics,
                                                 double rare) {
  double common = common_per_row(statistics);
  if (common <= 0) return std::nullopt;
  if (rare < kHardlyAny * common || statistics.common.size() < 2) rare = 0;
  ElementValues elements;
  elements.per_row = common + rare;
  ColumnStatistics column;
  column.marks = rare > 0 ? with_bounds(statistics.common) : statistics.common;
  for (Mark& mark : column.marks) mark.frequency /= elements.per_row;
  column.distinct = static_cast<double>(statistics.common.size()) + (rare > 0 ? rare_values(statistics, rare) : 0);
  Wanted wanted = given;
  constexpr double many = 100, least = 30'000;  // so many of each that all are seen
  wanted.rows = static_cast<std::uint64_t>(std::max(many * column.distinct, least));
  Aim aim{wanted, column, 0};
  aim.counted = true;
  auto made = make_statistical_values(aim);
  if (!made) return std::nullopt;
  elements.made = std::move(*made);
  return elements;
}

}  // namespace pgrehearse::generators
