// Arrays whose elements come as often as the statistics say, as many in a row as they say. What is common among whole
// arrays is as it is; the others begin with an element that puts them where they belong in the column's order, and have
// further ones that make up for what elements lack.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "generators/array_leads.hpp"
#include "generators/array_widths.hpp"
#include "generators/element_counts.hpp"
#include "generators/literal.hpp"
#include "generators/recipe_arrays.hpp"

namespace pgrehearse::generators {
namespace {

const Limits kNoLimits;

// None where an element has no known encoding.
std::optional<std::string> array_binary(const Type& element, const ArrayElements& elements) {
  std::vector<std::optional<std::string>> fields;
  bool nulls = false;
  for (const auto& text : elements) {
    fields.push_back(text ? binary_literal(element, *text) : std::nullopt);
    if (text && !fields.back()) return {};
    nulls = nulls || !text;
  }
  return encoded([&](Output& out) {
    out.put<std::int32_t>(fields.empty() ? 0 : 1);
    out.put<std::int32_t>(nulls ? 1 : 0);
    out.put(element.oid);
    if (fields.empty()) return;
    out.put(static_cast<std::int32_t>(fields.size()));
    out.put<std::int32_t>(1);
    for (const auto& field : fields) field ? out.put_field(*field) : out.put_null();
  });
}

class Maker {
 public:
  explicit Maker(const Aim& aim)
      : aim_(aim), statistics_(*aim.statistics.elements), element_(*aim.wanted.type->element) {}

  std::optional<StatisticalValues> make() {
    if (!make_elements() || !make_distribution() || !look_at_marks()) return std::nullopt;
    for (std::size_t i = 0; i < all().stretches(); ++i) lacking_.push_back(elements_.wanted(i));
    recipe_.alone.resize(all().stretches(), false);
    for (const Stretch& stretch : stretches_) recipe_.parts.push_back(part_of(stretch));
    for (std::size_t i = 0; i < stretches_.size(); ++i)
      if (!stretches_[i].common()) set_leads(stretches_[i], recipe_.parts[i]);
    find_sizes();
    find_nulls();
    recipe_.draw = std::make_shared<ElementDraw>(elements_.made.distribution, lacking_, further_sizes());
    find_rare_width();
    find_repeats();
    find_distinct();
    made_.values = std::make_shared<RecipeArrays>(arrays());
    return std::move(made_);
  }

 private:
  const Distribution& all() const { return *elements_.made.distribution; }
  RecipeArrays arrays() const { return {elements_, *aim_.wanted.type, made_.distribution, recipe_, aim_.wanted.seed}; }

  bool make_elements() {
    rare_.sampled = rows_with_elements(aim_);
    rare_.seen = first_elements();
    if (!statistics_.counts.empty()) rare_.per_row = statistics_.average_count - common_per_row(statistics_);
    Wanted wanted = aim_.wanted;
    wanted.type = &element_;
    wanted.limits = element_.limits ? element_.limits.get() : &kNoLimits;
    wanted.override_ = nullptr;
    wanted.seed = aim_.wanted.seed.derive("element");
    auto made = make_element_values(wanted, statistics_, rare_);
    if (made) elements_ = std::move(*made);
    return made.has_value();
  }

  // Of the known arrays, of text.
  std::vector<std::string> first_elements() const {
    std::vector<std::string> first;
    if (element_.kind != Kind::text) return first;
    for (const Mark& mark : aim_.statistics.marks) {
      auto array = mark.value ? parse_array(*mark.value, element_.delimiter) : std::nullopt;
      if (array && !array->empty() && array->front()) first.push_back(*array->front());
    }
    return first;
  }

  bool make_distribution() {
    stretches_ = stretches_of(aim_.statistics);
    if (stretches_.empty()) stretches_.push_back({0, 0, false, false, 0, 1});
    for (Stretch& stretch : stretches_) stretch.room = stretch.common() ? 1 : kPlenty / 4096;
    return fit(stretches_, aim_.statistics.marks, aim_, made_);
  }

  // False where a known one is of no form that is made here.
  bool look_at_marks() {
    double before = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < aim_.statistics.marks.size(); ++i) {
      const Mark& mark = aim_.statistics.marks[i];
      MarkedArray array;
      if (mark.value) array.known = parse_array(*mark.value, element_.delimiter);
      if (mark.value && !array.known) return false;
      array.length = mark.length;
      while (next < stretches_.size() && stretches_[next].low < i) before += stretches_[next++].mass;
      array.before = before;
      bool common = next < stretches_.size() && stretches_[next].common() && stretches_[next].low == i;
      if (common) array.mass = stretches_[next].mass;
      marks_.push_back(std::move(array));
    }
    std::vector<std::size_t> lengths;
    for (std::size_t i = 0; i < all().stretches(); ++i) lengths.push_back(length_of_common(i));
    SetSizes sizes = sizes_of_all();
    find_leads(marks_, elements_, lengths, statistics_.counts.empty() ? 1 : sizes[1]);
    find_order();
    return true;
  }

  void find_order() {
    std::size_t several = 0, ascending = 0;
    for (const MarkedArray& mark : marks_) {
      if (!mark.known || mark.known->size() < 2) continue;
      std::vector<std::uint64_t> numbers;
      for (const auto& element : *mark.known)
        numbers.push_back(element ? elements_.number_of(*element).value_or(0) : kNone);
      ++several;
      ascending += std::is_sorted(numbers.begin(), numbers.end()) ? 1 : 0;
    }
    recipe_.sorted = several > 0 && ascending == several;
  }

  // In characters; 0: of rare ones.
  std::size_t length_of_common(std::size_t stretch) const {
    std::string text;
    if (all().values(stretch) == 1) elements_.made.values->text(all().first(stretch), text);
    return text.size();
  }

  ArrayPart part_of(const Stretch& stretch) {
    ArrayPart part;
    part.common = stretch.common();
    if (!part.common) return part;
    take_common(marks_[stretch.low], aim_.statistics.marks[stretch.low].value, part);
    common_ += stretch.mass;
    return part;
  }

  void take_common(const MarkedArray& mark, const std::optional<std::string>& text, ArrayPart& part) {
    std::vector<std::uint64_t> set;
    if (mark.known) {
      part.text = text;
      part.binary = array_binary(element_, *mark.known);
      for (const auto& element : *mark.known)
        if (auto number = element ? elements_.number_of(*element) : std::nullopt) set.push_back(*number);
      std::sort(set.begin(), set.end());
      set.erase(std::unique(set.begin(), set.end()), set.end());
      has_null_ += std::count(mark.known->begin(), mark.known->end(), std::nullopt) > 0 ? mark.mass : 0;
    } else if (!mark.empty) {
      part.elements = set = make_common(mark);
    }
    for (std::uint64_t number : set) lacking_[all().spot(number).stretch] -= mark.mass;
    if (set.size() == 1) recipe_.alone[all().spot(set.front()).stretch] = true;
    taken_[set.size()] += mark.mass;
    std::uint64_t sum = 0;
    for (std::uint64_t number : set) sum += element_mark(number);
    recipe_.common.insert(sum);
  }

  // Frequent elements, as many as the text of a private one has room for.
  std::vector<std::uint64_t> make_common(const MarkedArray& mark) {
    std::vector<std::uint64_t> set{mark.lead};
    double length = 0, common = 0;
    for (std::size_t i = 0; i < all().stretches(); ++i) {
      length += all().mass(i) * static_cast<double>(length_of_common(i));
      common += length_of_common(i) > 0 ? all().mass(i) : 0;
    }
    const double mean = length / common;
    auto count = static_cast<std::size_t>(std::max(std::round(static_cast<double>(mark.length - 1) / (mean + 1)), 2.0));
    if (mark.single) return set;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < all().stretches(); ++i)
      if (all().values(i) == 1 && lacking_[i] > mark.mass && all().first(i) != mark.lead) order.push_back(i);
    std::size_t further = std::min(count - 1, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(further), order.end(),
                      [&](std::size_t a, std::size_t b) { return lacking_[a] > lacking_[b]; });
    for (std::size_t i = 0; i < further; ++i) set.push_back(all().first(order[i]));
    return set;
  }

  double share_up_to(std::uint64_t number) const {
    std::size_t stretch = all().spot(number).stretch;
    return all().share_below(number) + all().mass(stretch) / static_cast<double>(all().values(stretch));
  }

  void set_leads(const Stretch& stretch, ArrayPart& part) {
    part.lead_to = 1 - 1e-12;
    if (!marks_.empty()) {
      const MarkedArray &low = marks_[stretch.low], &high = marks_[stretch.high];
      part.lead_from = low.empty ? 0 : all().share_below(low.lead);
      part.lead_to = high.single ? all().share_below(high.lead) : share_up_to(high.lead);
      // All of them begin as the lower one does.
      if (part.lead_to <= part.lead_from)
        part.lead_from = part.lead_to = (all().share_below(low.lead) + share_up_to(low.lead)) / 2;
      part.lead_to = std::min(part.lead_to, 1 - 1e-12);
    }
    take_leads(part, stretch.mass);
  }

  // The elements that they begin with lack that no more.
  void take_leads(const ArrayPart& part, double mass) {
    std::size_t first = all().spot(all().number(part.lead_from)).stretch,
                last = all().spot(all().number(part.lead_to)).stretch;
    double begin = 0;
    for (std::size_t i = 0; i < first; ++i) begin += all().mass(i);
    for (std::size_t i = first; i <= last; ++i) {
      double end = begin + all().mass(i), width = part.lead_to - part.lead_from;
      double overlap = std::min(end, part.lead_to) - std::max(begin, part.lead_from);
      double part_of_mass = mass * (first == last ? 1 : std::max(overlap, 0.0) / width);
      lacking_[i] -= part_of_mass;
      (recipe_.alone[i] ? alone_ : not_alone_) += part_of_mass;
      begin = end;
    }
  }

  SetSizes sizes_of_all() const {
    constexpr int points = 2'000;
    ElementStatistics statistics = statistics_;
    if (statistics.counts.empty()) statistics.counts.push_back(std::max(elements_.per_row, 1.0));
    const ElementCounts counts(statistics);
    SetSizes sizes;
    for (int i = 0; i < points; ++i) sizes[counts.at((i + 0.5) / points)] += 1.0 / points;
    return sizes;
  }

  // Of the arrays that are not common: what the common ones leave of all.
  void find_sizes() {
    SetSizes left = sizes_of_all();
    auto limited = [&](std::size_t size) {
      if (aim_.wanted.limits->length_minimum)
        size = std::max(size, static_cast<std::size_t>(std::max(*aim_.wanted.limits->length_minimum, 0)));
      if (aim_.wanted.limits->length_maximum)
        size = std::min(size, static_cast<std::size_t>(std::max(*aim_.wanted.limits->length_maximum, 0)));
      return size;
    };
    for (auto [size, share] : taken_) left[size] -= share;
    bool no_empty = taken_.contains(0);
    double sum = 0;
    for (auto [size, share] : left)
      if (share > 1e-4 && !(size == 0 && no_empty)) sizes_[limited(size)] += share, sum += share;
    if (sizes_.empty()) sizes_[limited(2)] = sum = 1;
    for (auto& [size, share] : sizes_) share /= sum;
    for (double& lack : lacking_) lack = std::max(lack, 0.0);
    settle_singles();
  }

  // One element each have those whose first one is not a common array by itself.
  void settle_singles() {
    double single = sizes_.contains(1) ? sizes_.at(1) : 0, free = not_alone_ / std::max(alone_ + not_alone_, 1e-9);
    if (sizes_.size() == 1 || free <= 0) free = 1;
    recipe_.single = std::min(single / free, 1.0);
    double end = 0, others = 1 - single;
    for (auto [size, share] : sizes_)
      if (size != 1) recipe_.sizes.emplace_back(end += share / others, size);
    if (recipe_.sizes.empty()) recipe_.sizes.emplace_back(1, 1);
  }

  SetSizes further_sizes() const {
    SetSizes further;
    for (auto [size, share] : sizes_) further[size > 0 ? size - 1 : 0] += share;
    return further;
  }

  void find_nulls() {
    double others = std::max(1 - common_, 1e-9);
    recipe_.nulls = std::clamp((statistics_.null_elements.value_or(0) - has_null_) / others, 0.0, 1.0);
  }

  // What the mean leaves to them: half a byte more than that, where the server cut it down to a whole number.
  double wanted_width() const {
    const double width = aim_.statistics.average_width;
    return width == std::floor(width) ? width + 0.5 : width;
  }

  // Rare elements get the mean width with which arrays have theirs. Where these are so wide that they are compressed or
  // stored apart, they hardly grow with their elements: the nearest is taken.
  void find_rare_width() {
    constexpr double near = 0.005, least = 2;
    constexpr int rounds = 8;
    const bool texts = element_.kind == Kind::text && arrays().has_binary();
    const double rare = elements_.per_row - common_per_row(statistics_);
    if (!texts || rare <= 0 || aim_.statistics.average_width <= 0) return;
    double best = 0, best_off = 1e9, width = common_width(statistics_);
    for (int round = 0; round < rounds && best_off > near * wanted_width(); ++round) {
      set_rare_width(width);
      const double lacking = wanted_width() - widths_of(arrays(), aim_.statistics.beside).mean;
      if (std::abs(lacking) < best_off) best = width, best_off = std::abs(lacking);
      width = std::max(width + lacking / rare, least);
    }
    set_rare_width(best);
  }

  void set_rare_width(double width) {
    if (std::exchange(rare_.width, width) != width) make_elements();
  }

  // As many as give arrays the width that they should have.
  void find_repeats() {
    if (!arrays().has_binary()) return;
    const ArrayWidths widths = widths_of(arrays(), aim_.statistics.beside);
    const double lacking = wanted_width() - widths.mean;
    constexpr double much = 0.03;  // less is chance
    if (lacking > much * widths.mean && widths.pairs > 0) recipe_.repeats = lacking / widths.element / widths.pairs;
  }

  // Short arrays come again by chance: as many more are planned as it takes until ANALYZE finds as many different ones
  // as it should.
  void find_distinct() {
    const double wanted = aim_.distinct();
    constexpr int rounds = 8;
    constexpr double enough = 0.01, most = 1e6;
    double factor = 1;
    for (int round = 0; round < rounds; ++round) {
      double found = found_distinct();
      if (found <= 0 || std::abs(found / wanted - 1) < enough || factor > most) return;
      double step = std::clamp(std::pow(wanted / found, 2), 0.5, 8.0);
      factor *= step;
      for (Stretch& stretch : stretches_)
        if (!stretch.common())
          stretch.values = static_cast<std::uint64_t>(std::max(static_cast<double>(stretch.values) * step, 1.0));
      distribute(stretches_, aim_.statistics.marks, aim_.pattern, made_);
    }
  }

  // What ANALYZE would estimate: see estimated_distinct().
  double found_distinct() const {
    constexpr double most = 30'000;
    const RecipeArrays made = arrays();
    Sample sample = sample_of(aim_.statistics, static_cast<double>(aim_.wanted.rows), aim_.null_fraction);
    double n = std::min(sample.sampled, most);
    std::unordered_map<std::size_t, int> seen;
    std::string text;
    for (double i = 0; i < n; ++i) {
      double place = aim_.wanted.seed.unit(static_cast<std::uint64_t>(i));
      if (made_.even) place = (std::floor((i + place) / n * sample.rows) + 0.5) / sample.rows;
      text.clear();
      made.text(made_.distribution->number(std::min(place, 1 - 1e-12)), text);
      ++seen[std::hash<std::string>()(text)];
    }
    double once = 0, distinct = static_cast<double>(seen.size());
    for (const auto& [hash, count] : seen) once += count == 1 ? 1 : 0;
    return n * distinct / (n - once + once * n / sample.rows);
  }

  const Aim& aim_;
  const ElementStatistics& statistics_;
  const Type& element_;
  RareElements rare_;
  ElementValues elements_;
  StatisticalValues made_;
  std::vector<Stretch> stretches_;
  std::vector<MarkedArray> marks_;
  ArrayRecipe recipe_;
  std::vector<double> lacking_;       // by stretch of the elements: how many of them rows still need
  SetSizes taken_, sizes_;            // of the common arrays (shares of all), and of the others (shares of these)
  double common_ = 0, has_null_ = 0;  // shares of all arrays
  double alone_ = 0, not_alone_ = 0;  // of those not common: whether their first element is a common array by itself
};

}  // namespace

std::optional<StatisticalValues> make_statistical_arrays(const Aim& aim) { return Maker(aim).make(); }

}  // namespace pgrehearse::generators
