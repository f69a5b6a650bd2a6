// Arrays made of elements by a recipe: see statistical_arrays.cpp, which finds it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "generators/array_text.hpp"
#include "generators/element_draw.hpp"
#include "generators/element_values.hpp"

namespace pgrehearse::generators {

// What is in one stretch of a column's arrays.
struct ArrayPart {
  bool common = false;
  std::optional<std::string> text;      // of a common one that is known
  std::optional<std::string> binary;    // of that; none: it has no known encoding
  std::vector<std::uint64_t> elements;  // of a common one that is private: their numbers
  double lead_from = 0, lead_to = 0;    // of others: the shares of all elements among which they take their first one
};

inline std::uint64_t element_mark(std::uint64_t element) { return base::mix64(element + 1); }

struct ArrayRecipe {
  std::vector<ArrayPart> parts;  // by stretch
  // Of those that are not common:
  std::vector<std::pair<double, std::size_t>> sizes;  // how many different elements, not 1; sums of shares, ascending
  double single = 0;  // but 1 in this share of those whose first element is not a common array by itself
  std::shared_ptr<const ElementDraw> draw;   // of all but the first
  std::vector<bool> alone;                   // by stretch of the elements: it is a common array by itself
  std::unordered_set<std::uint64_t> common;  // sums of element_mark() over the elements of common arrays
  bool sorted = false;                       // all but the first in order
  double nulls = 0;                          // the share that also has a null
  double repeats = 0;                        // how many elements come again, for each pair of different ones
};

class RecipeArrays final : public Values {
 public:
  RecipeArrays(ElementValues elements, const Type& type, std::shared_ptr<const Distribution> distribution,
               ArrayRecipe recipe, base::Seed seed);
  std::uint64_t size() const override { return distribution_->size(); }
  bool has_binary() const override { return has_binary_; }
  void binary(std::uint64_t number, Output& out) const override;
  void text(std::uint64_t number, std::string& out) const override;

  const Type& element() const { return *type_.element; }
  const Distribution& distribution() const { return *distribution_; }
  bool is_common(std::uint64_t number) const { return part(number).common; }

 private:
  const ArrayPart& part(std::uint64_t number) const { return recipe_.parts[distribution_->spot(number).stretch]; }
  // Numbers of elements, kNone for NULL; of a known array none. Valid until the thread's next call.
  const std::vector<std::uint64_t>& elements(std::uint64_t number) const;
  std::size_t size_of(std::uint64_t lead, double chance, double other_chance) const;
  void draw_others(std::uint64_t number, std::size_t count, std::vector<std::uint64_t>& set) const;
  void repeat(double unit, std::vector<std::uint64_t>& set) const;

  ElementValues elements_;
  Type type_;
  std::shared_ptr<const Distribution> distribution_;
  ArrayRecipe recipe_;
  base::Seed seed_;
  bool has_binary_;
};

}  // namespace pgrehearse::generators
