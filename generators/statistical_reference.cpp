#include "generators/statistical_reference.hpp"

#include <algorithm>
#include <cmath>

#include "generators/ordinals.hpp"
#include "generators/spread.hpp"
#include "generators/statistical_column.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kPatternSize = 100;  // at most; and half as many as quantiles, as the last ones lie far apart

// Parents by rank: each stretch of the child's values has so many, from the first on.
struct Ranks {
  std::uint64_t first = 0, room = 0;
};

// The ranks that have children: of each stretch as many as it has values, spread over its room.
class ChosenRanks {
 public:
  ChosenRanks(std::shared_ptr<const Distribution> distribution, std::vector<Ranks> ranks)
      : distribution_(std::move(distribution)), ranks_(std::move(ranks)) {}
  // Of a value of the child.
  std::uint64_t at(Draw number) const {
    auto [stretch, index] = distribution_->spot(number);
    return rank(stretch, index);
  }
  void expect(std::span<const Draw> numbers) const {
    for (const Draw& number : numbers) generators::expect(ranks_.data() + number.hint);
  }
  bool has(std::uint64_t rank) const {
    auto above = std::upper_bound(ranks_.begin(), ranks_.end(), rank,
                                  [](std::uint64_t rank, const Ranks& ranks) { return rank < ranks.first; });
    // Neighbours may share a rank.
    for (auto stretch = above - ranks_.begin() - 1; stretch >= 0; --stretch) {
      const Ranks& ranks = ranks_[static_cast<std::size_t>(stretch)];
      if (rank >= ranks.first + ranks.room) return false;
      std::uint64_t values = distribution_->values(static_cast<std::size_t>(stretch));
      base::Wide index = (base::Wide{rank - ranks.first} * values + ranks.room - 1) / ranks.room;
      if (index < values && this->rank(static_cast<std::size_t>(stretch), static_cast<std::uint64_t>(index)) == rank)
        return true;
    }
    return false;
  }

 private:
  std::uint64_t rank(std::size_t stretch, std::uint64_t index) const {
    const Ranks& ranks = ranks_[stretch];
    return ranks.first + spread(index, distribution_->values(stretch), ranks.room);
  }

  std::shared_ptr<const Distribution> distribution_;
  std::vector<Ranks> ranks_;  // by stretch
};

class ParentRank final : public Pick {
 public:
  ParentRank(PickPtr numbers, std::shared_ptr<const ChosenRanks> ranks)
      : numbers_(std::move(numbers)), ranks_(std::move(ranks)) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t number = numbers_->at(row);
    return number == kNone ? kNone : ranks_->at({number, 0});
  }
  void draw(std::span<Draw> rows) const override {
    numbers_->draw(rows);
    ranks_->expect(rows);
    for (Draw& row : rows)
      if (row.number != kNone) row.number = ranks_->at(row);
  }

 private:
  PickPtr numbers_;
  std::shared_ptr<const ChosenRanks> ranks_;
};

// ---- where the child's marks stand among the parents ---------------------------------------------------------------

using Places = std::vector<double>;  // of marks, from 0 to 1

std::optional<std::vector<double>> ordinals_of(const Wanted& wanted, const std::vector<Mark>& marks) {
  const Limits none;
  OrdinalsPtr ordinals = make_ordinals(*wanted.type, none, marks, wanted.seed);
  std::vector<double> values;
  for (const Mark& mark : marks) {
    auto ordinal = ordinals && mark.value ? ordinals->parse(*mark.value) : std::nullopt;
    if (!ordinal) return std::nullopt;
    values.push_back(static_cast<double>(*ordinal));
  }
  return values;
}

// Of a value between values that divide the parents into equal parts.
double place_between(const std::vector<double>& bounds, double value) {
  auto above = std::upper_bound(bounds.begin(), bounds.end(), value);
  if (above == bounds.begin()) return 0;
  if (above == bounds.end()) return 1;
  double part = (value - *(above - 1)) / (*above - *(above - 1));
  return (static_cast<double>(above - bounds.begin() - 1) + part) / static_cast<double>(bounds.size() - 1);
}

// Of values that nobody knows: as many parents between any two bounds, the common values evenly between them.
Places even_places(const std::vector<Mark>& marks) {
  std::vector<std::size_t> fixed;
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (!marks[i].common()) fixed.push_back(i);
  Places places(marks.size());
  double parts = static_cast<double>(std::max<std::size_t>(fixed.size(), 2) - 1);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    auto above = std::upper_bound(fixed.begin(), fixed.end(), i);
    auto before = static_cast<double>(above - fixed.begin());
    std::size_t from = above == fixed.begin() ? 0 : *(above - 1) + 1, to = above == fixed.end() ? marks.size() : *above;
    double part = marks[i].common() ? static_cast<double>(i - from + 1) / static_cast<double>(to - from + 1) : 0;
    if (fixed.size() < 2)
      places[i] = (static_cast<double>(i) + 0.5) / static_cast<double>(marks.size());
    else
      places[i] = std::clamp((before - 1 + part) / parts, 0.0, 1.0);
  }
  return places;
}

Places places_of(const Wanted& wanted, const std::vector<Mark>& marks, const Parents& parents) {
  Places places = even_places(marks);
  auto values = ordinals_of(wanted, marks);
  auto bounds = parents.statistics != nullptr ? ordinals_of(wanted, parents.statistics->marks) : std::nullopt;
  double last = static_cast<double>(std::max<std::uint64_t>(parents.rows, 2) - 1);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    auto rank = parents.rank_of_value && marks[i].value ? parents.rank_of_value(*marks[i].value) : std::nullopt;
    if (rank)
      places[i] = std::min(static_cast<double>(*rank) / last, 1.0);
    else if (values && bounds && bounds->size() > 1)
      places[i] = place_between(*bounds, (*values)[i]);
    else if (values && values->front() >= 0 && values->back() <= last + 2)
      places[i] = std::max(0.0, (*values)[i] - 1) / last;  // keys that count from 1
  }
  for (std::size_t i = 1; i < places.size(); ++i) places[i] = std::max(places[i], places[i - 1]);
  return places;
}

// Ranks of marks: ascending, and different ones for different values while there are enough parents.
std::vector<std::uint64_t> ranks_of(const Places& places, const std::vector<Mark>& marks, std::uint64_t parents) {
  std::vector<std::uint64_t> ranks;
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    // A value that is frequent, but not among the most common ones, is the bound of several buckets.
    if (i > 0 && marks[i].value && marks[i].value == marks[i - 1].value) {
      ranks.push_back(ranks.back());
      continue;
    }
    auto rank = static_cast<std::uint64_t>(std::llround(places[i] * static_cast<double>(parents - 1)));
    std::uint64_t behind = std::min<std::uint64_t>(places.size() - 1 - i, parents - 1);
    rank = std::min(std::max(rank, next), std::max(parents - 1 - behind, std::min(next, parents - 1)));
    ranks.push_back(rank);
    next = rank + 1;
  }
  return ranks;
}

Ranks ranks_between(const Stretch& stretch, const std::vector<std::uint64_t>& ranks) {
  if (stretch.common()) return {ranks[stretch.low], 1};
  std::uint64_t first = ranks[stretch.low] + (stretch.with_low ? 0 : 1);
  std::uint64_t end = ranks[stretch.high] + (stretch.with_high ? 1 : 0);
  if (stretch.with_low && end <= first) end = first + 1;
  return {first, end > first ? end - first : 0};
}

// ---- how popular the others are ------------------------------------------------------------------------------------

Pattern normalised(Pattern weights) {
  double sum = 0;
  for (double weight : weights) sum += weight;
  for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
  // Popular and unpopular ones side by side, as ids are.
  Pattern mixed;
  for (std::size_t i = 0; i < weights.size(); ++i) mixed.push_back(weights[i * 13 % weights.size()]);
  return mixed;
}

// As far as chance does not make them different anyway: where each parent has its children by chance, the variance of
// their number is its mean more than that of the weights (Poisson).
void take_out_chance(Pattern& weights) {
  double mean = 0, squares = 0;
  for (double weight : weights) mean += weight / static_cast<double>(weights.size());
  for (double weight : weights) squares += (weight - mean) * (weight - mean) / static_cast<double>(weights.size());
  double left = squares > 0 ? std::sqrt(std::max(0.0, 1 - mean / squares)) : 1;
  for (double& weight : weights) weight = mean + (weight - mean) * left;
}

// How many times as many parents there are as when the statistics were made.
double growth(const Parents& parents) {
  if (parents.statistics == nullptr || parents.statistics->rows == 0) return 1;
  return static_cast<double>(parents.rows) / static_cast<double>(parents.statistics->rows);
}

}  // namespace

Pattern pattern_of(const FanOut& fan_out, const ColumnStatistics& statistics, double distinct, bool by_chance) {
  if (fan_out.children.size() < 2) return {};
  double common = 0;
  for (const Mark& mark : statistics.marks) common += mark.common() ? 1 : 0;
  const double head = std::min(0.9, common / std::max(distinct, 1.0));
  const std::size_t size = std::clamp<std::size_t>(fan_out.children.size() / 2, 1, kPatternSize);
  Pattern weights;
  for (std::size_t i = 0; i < size; ++i) {
    double share = (static_cast<double>(i) + 0.5) / static_cast<double>(size) * (1 - head);
    double place = share * static_cast<double>(fan_out.children.size() - 1);
    auto below = std::min(static_cast<std::size_t>(place), fan_out.children.size() - 1);
    std::size_t above = std::min(below + 1, fan_out.children.size() - 1);
    double between = place - static_cast<double>(below);
    weights.push_back(std::max(0.01, (1 - between) * fan_out.children[below] + between * fan_out.children[above]));
  }
  if (by_chance) take_out_chance(weights);
  return normalised(std::move(weights));
}

std::optional<StatisticalReference> plan_statistical_reference(const Wanted& wanted, const ColumnStatistics& statistics,
                                                               double null_fraction, const FanOut* fan_out,
                                                               const Parents& parents, base::Seed seed,
                                                               std::optional<bool> counted, const FanOut* lines) {
  std::size_t common = 0;
  for (const Mark& mark : statistics.marks) common += mark.common() ? 1 : 0;
  if (statistics.marks.empty() || parents.rows == 0 || common > parents.rows || wanted.rows == 0) return std::nullopt;
  ColumnStatistics aimed = statistics;
  if (aimed.distinct == 0 && fan_out != nullptr)
    aimed.distinct = fan_out->parents_with_children * static_cast<double>(parents.rows);
  std::vector<std::uint64_t> ranks = ranks_of(places_of(wanted, aimed.marks, parents), aimed.marks, parents.rows);
  std::vector<Stretch> stretches = stretches_of(aimed);
  if (statistics.rows > 0 && wanted.rows > statistics.rows) drop_common_by_chance(stretches, aimed);
  // As many more have children, unless the statistics say how many that is of the children's rows.
  bool ratio = statistics.distinct <= 0 || statistics.rows == 0;
  double more = generators::growth(parents), growth = ratio ? 1 : more;
  for (Stretch& stretch : stretches)
    stretch.room =
        static_cast<std::uint64_t>(std::ceil(static_cast<double>(ranks_between(stretch, ranks).room) / growth));
  Wanted before = wanted;
  if (growth != 1) before.rows = statistics.rows;
  Aim aim{before, aimed, null_fraction};
  aim.counted = counted;
  aim.reach = ratio ? more : 1;
  if (lines != nullptr) {
    fan_out = lines;
    aim.values = lines->parents_with_children * static_cast<double>(parents.rows) / growth;
  }
  if (fan_out != nullptr)
    aim.pattern =
        pattern_of(*fan_out, aimed, aim.distinct(), !aim.evenly() && !is_sorted(aimed.correlation.value_or(0)));
  StatisticalValues made;
  if (!fit(stretches, aimed.marks, aim, made)) return std::nullopt;
  std::vector<Ranks> parts;
  for (Stretch& stretch : stretches) {
    parts.push_back(ranks_between(stretch, ranks));
    auto grown = static_cast<std::uint64_t>(std::llround(static_cast<double>(stretch.values) * growth));
    if (!stretch.common()) stretch.values = std::clamp<std::uint64_t>(grown, 1, parts.back().room);
  }
  distribute(stretches, aimed.marks, aim.pattern, made);
  auto chosen = std::make_shared<ChosenRanks>(made.distribution, std::move(parts));
  StatisticalReference reference;
  reference.numbers = {made, ranked_pick(made, Aim{wanted, aimed, null_fraction}, seed)};
  reference.parents_of = [chosen, row_of_rank = parents.row_of_rank](PickPtr numbers) -> PickPtr {
    auto ranks = std::make_shared<ParentRank>(std::move(numbers), chosen);
    if (!row_of_rank) return ranks;
    return std::make_shared<Mapped>(ranks, row_of_rank);
  };
  const RankedPick& numbers = reference.numbers.pick;
  reference.pick = {reference.parents_of(numbers.always), reference.parents_of(numbers.sometimes)};
  reference.parents_with_children = static_cast<double>(made.distribution->size()) / static_cast<double>(parents.rows);
  reference.has_children = [chosen](std::uint64_t rank) { return chosen->has(rank); };
  return reference;
}

}  // namespace pgrehearse::generators
