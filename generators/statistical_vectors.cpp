// Text vectors whose lexemes come as often as the statistics say. How many there are in a row the statistics do not
// say: as many common ones as their shares sum up to, and rare ones and positions as the mean width leaves room for.
// Binary form: tsvectorrecv in src/backend/utils/adt/tsvector.c.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generators/element_draw.hpp"
#include "generators/element_values.hpp"
#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

constexpr double kEntry = 4, kCount = 2, kPosition = 2;  // bytes: see src/include/tsearch/ts_type.h
constexpr std::size_t kMostPositions = 255, kLastPosition = 16'383;

struct Recipe {
  ElementValues lexemes;
  std::shared_ptr<const ElementDraw> draw;
  std::size_t least = 1, most = 1;  // lexemes in a row, all numbers between as often
  double positions = 1;             // of a lexeme; 0: none
};

class TextVectors final : public Values {
 public:
  TextVectors(Recipe recipe, base::Seed seed) : recipe_(std::move(recipe)), seed_(seed) {}
  std::uint64_t size() const override { return kPlenty; }
  void binary(std::uint64_t number, Output& out) const override {
    const auto& set = lexemes(number);
    out.put(static_cast<std::int32_t>(set.size()));
    for (std::size_t i = 0; i < set.size(); ++i) {
      recipe_.lexemes.made.values->binary(set[i], out);
      out.append('\0');
      std::size_t count = positions(number, i);
      out.put(static_cast<std::uint16_t>(count));
      for (std::size_t j = 0; j < count; ++j) out.put(position(i, j, set.size()));
    }
  }
  void text(std::uint64_t number, std::string& out) const override {
    const auto& set = lexemes(number);
    for (std::size_t i = 0; i < set.size(); ++i) {
      std::string lexeme;
      recipe_.lexemes.made.values->text(set[i], lexeme);
      out += i > 0 ? " '" : "'";
      for (char c : lexeme) out.append(c == '\'' || c == '\\' ? 2 : 1, c);
      out += '\'';
      for (std::size_t j = 0, count = positions(number, i); j < count; ++j)
        fmt::format_to(std::back_inserter(out), "{}{}", j == 0 ? ':' : ',', position(i, j, set.size()));
    }
  }

 private:
  // Numbers, none twice. Valid until the thread's next call.
  const std::vector<std::uint64_t>& lexemes(std::uint64_t number) const {
    thread_local std::vector<std::uint64_t> set;
    set.clear();
    std::size_t count = recipe_.least + seed_.derive("count").below(number, recipe_.most - recipe_.least + 1);
    recipe_.draw->add(seed_, number, count, set);
    return set;
  }
  std::size_t positions(std::uint64_t number, std::size_t lexeme) const {
    if (recipe_.positions == 0) return 0;
    double chance = seed_.derive("positions").unit(number * 4'096 + lexeme);
    return std::clamp<std::size_t>(static_cast<std::size_t>(recipe_.positions + chance), 1, kMostPositions);
  }
  // The words of a text in turn, again and again.
  static std::uint16_t position(std::size_t lexeme, std::size_t nth, std::size_t lexemes) {
    return static_cast<std::uint16_t>(std::min(1 + lexeme + nth * lexemes, kLastPosition));
  }

  Recipe recipe_;
  base::Seed seed_;
};

// Of the common lexemes, by their shares.
double mean_length(const ElementStatistics& statistics) {
  double sum = 0;
  for (const Mark& mark : statistics.common)
    sum += mark.frequency * static_cast<double>(mark.value ? mark.value->size() : mark.length);
  return sum / common_per_row(statistics);
}

// What a row's lexemes take, so many of them: with one position each, the pairs of bytes aligned.
double stored_vector(double lexemes, double length, bool positions) {
  constexpr double alignment = 0.5;
  return stored_width(4 + lexemes * (kEntry + length + (positions ? alignment + kCount + kPosition : 0)));
}

// Text vectors have no common values; only lexemes that stand in texts, which ascend.
ElementStatistics in_order_of_text(ElementStatistics statistics) {
  std::stable_sort(statistics.common.begin(), statistics.common.end(),
                   [](const Mark& a, const Mark& b) { return a.value && b.value && *a.value < *b.value; });
  return statistics;
}

}  // namespace

std::optional<StatisticalValues> make_statistical_vectors(const Aim& aim) {
  ElementStatistics statistics = in_order_of_text(*aim.statistics.elements);
  const double common = common_per_row(statistics), width = aim.statistics.average_width;
  if (common <= 0) return std::nullopt;
  const double length = mean_length(statistics);
  const bool positions = width > stored_vector(common, length, false) * 1.15;
  // Rare ones as far as the width has room for them, but no more than common ones: then there are more positions.
  const double each = kEntry + length + (positions ? 4.5 : 0), left = width - stored_vector(common, length, positions);
  const double rare = std::clamp(left / each, 0.0, common);
  Type text;
  text.kind = Kind::text;
  text.name = "text";
  const Limits none;
  Wanted wanted{aim.wanted.column, &text, &none, nullptr, false, aim.wanted.rows, aim.wanted.seed.derive("lexeme")};
  auto lexemes = make_element_values(wanted, statistics, {rare, rows_with_elements(aim)});
  if (!lexemes) return std::nullopt;
  Recipe recipe;
  recipe.lexemes = std::move(*lexemes);
  const double mean = std::max(recipe.lexemes.per_row, 1.0);
  recipe.least = static_cast<std::size_t>(std::max(std::floor(mean / 2), 1.0));
  recipe.most = static_cast<std::size_t>(std::max(std::round(2 * mean) - static_cast<double>(recipe.least), 1.0));
  SetSizes sizes;
  for (std::size_t i = recipe.least; i <= recipe.most; ++i)
    sizes[i] = 1 / static_cast<double>(recipe.most - recipe.least + 1);
  std::vector<double> shares;
  for (std::size_t i = 0; i < recipe.lexemes.made.distribution->stretches(); ++i)
    shares.push_back(recipe.lexemes.wanted(i));
  recipe.draw = std::make_shared<ElementDraw>(recipe.lexemes.made.distribution, shares, sizes);
  const double more = (left - rare * each) / mean / kPosition;
  recipe.positions = positions ? 1 + std::max(more, 0.0) : 0;
  StatisticalValues made;
  const auto values = static_cast<std::uint64_t>(1) << 52;
  made.distribution = std::make_shared<Distribution>(std::vector<Stretch>{{0, 0, false, false, 0, 1, kPlenty, values}});
  made.values = std::make_shared<TextVectors>(std::move(recipe), aim.wanted.seed);
  return made;
}

}  // namespace pgrehearse::generators
