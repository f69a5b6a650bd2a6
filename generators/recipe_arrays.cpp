// Binary form: array_recv in src/backend/utils/adt/arrayfuncs.c.
#include "generators/recipe_arrays.hpp"

#include <algorithm>

namespace pgrehearse::generators {
namespace {

void put_element(const Values& values, std::uint64_t element, Output& out) {
  if (element == kNone) return out.put_null();
  std::size_t field = out.begin_field();
  values.binary(element, out);
  out.end_field(field);
}

void append_element(const Values& values, std::uint64_t element, std::string& out) {
  if (element == kNone) {
    out += "NULL";
    return;
  }
  std::string text;
  values.text(element, text);
  append_quoted(text, out);
}

}  // namespace

RecipeArrays::RecipeArrays(ElementValues elements, const Type& type, std::shared_ptr<const Distribution> distribution,
                           ArrayRecipe recipe, base::Seed seed)
    : elements_(std::move(elements)),
      type_(type),
      distribution_(std::move(distribution)),
      recipe_(std::move(recipe)),
      seed_(seed) {
  has_binary_ = type_.element->oid != 0 && elements_.made.values->has_binary() &&
                std::all_of(recipe_.parts.begin(), recipe_.parts.end(),
                            [](const ArrayPart& part) { return !part.text || part.binary; });
}

void RecipeArrays::binary(std::uint64_t number, Output& out) const {
  const ArrayPart& part = this->part(number);
  if (part.binary) return out.append(*part.binary);
  const auto& set = elements(number);
  bool nulls = std::find(set.begin(), set.end(), kNone) != set.end();
  out.put<std::int32_t>(set.empty() ? 0 : 1);  // dimensions
  out.put<std::int32_t>(nulls ? 1 : 0);
  out.put(type_.element->oid);
  if (set.empty()) return;
  out.put(static_cast<std::int32_t>(set.size()));
  out.put<std::int32_t>(1);  // lower bound
  for (std::uint64_t element : set) put_element(*elements_.made.values, element, out);
}

void RecipeArrays::text(std::uint64_t number, std::string& out) const {
  const ArrayPart& part = this->part(number);
  if (part.text) {
    out += *part.text;
    return;
  }
  out += '{';
  bool first = true;
  for (std::uint64_t element : elements(number)) {
    if (!first) out += type_.element->delimiter;
    first = false;
    append_element(*elements_.made.values, element, out);
  }
  out += '}';
}

const std::vector<std::uint64_t>& RecipeArrays::elements(std::uint64_t number) const {
  thread_local std::vector<std::uint64_t> set;
  auto [stretch, index] = distribution_->spot(number);
  const ArrayPart& part = recipe_.parts[stretch];
  if (part.common) return part.elements;
  set.clear();
  std::uint64_t bits = seed_.bits(number);
  auto unit = [&bits] {
    bits = base::mix64(bits);
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
  };
  double within = (static_cast<double>(index) + 0.5) / static_cast<double>(distribution_->values(stretch));
  const Distribution& all = *elements_.made.distribution;
  std::uint64_t lead = all.number(part.lead_from + (part.lead_to - part.lead_from) * within);
  std::size_t size = size_of(lead, unit(), unit());
  if (size > 0) {
    set.push_back(lead);
    draw_others(number, size - 1, set);
    repeat(unit(), set);
  }
  if (unit() < recipe_.nulls) set.push_back(kNone);
  return set;
}

std::size_t RecipeArrays::size_of(std::uint64_t lead, double chance, double other_chance) const {
  bool alone = recipe_.alone[elements_.made.distribution->spot(lead).stretch];
  if (!alone && chance < recipe_.single) return 1;
  return std::upper_bound(recipe_.sizes.begin(), recipe_.sizes.end() - 1, other_chance,
                          [](double share, const auto& each) { return share < each.first; })
      ->second;
}

// Others than those of common arrays, where that is possible.
void RecipeArrays::draw_others(std::uint64_t number, std::size_t count, std::vector<std::uint64_t>& set) const {
  if (count == 0) return;
  constexpr std::uint64_t tries = 8;
  for (std::uint64_t i = 0; i < tries; ++i) {
    set.resize(1);
    recipe_.draw->add(seed_, number ^ i << 60, count, set);
    std::uint64_t mark = 0;
    for (std::uint64_t element : set) mark += element_mark(element);
    if (!recipe_.common.contains(mark)) break;
  }
  if (recipe_.sorted) std::sort(set.begin() + 1, set.end());
}

void RecipeArrays::repeat(double unit, std::vector<std::uint64_t>& set) const {
  auto distinct = static_cast<double>(set.size());
  auto again = static_cast<std::size_t>(recipe_.repeats * distinct * (distinct - 1) + unit);
  for (std::size_t i = 0; i < again; ++i) set.push_back(set[i]);
}

}  // namespace pgrehearse::generators
