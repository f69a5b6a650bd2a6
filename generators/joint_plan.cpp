#include "generators/joint_plan.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "generators/joint_picks.hpp"

namespace pgrehearse::generators {
namespace {

// The number that a value of a combination has in its column; kNone: NULL. None: it is not among those known.
std::optional<std::uint64_t> number_of(const JointColumn& column, const std::optional<Mark>& value) {
  if (!value) return column.null_fraction > 0 ? std::optional(kNone) : std::nullopt;
  const StatisticalValues& made = column.planned.made;
  if (value->value) {
    auto found = made.by_text.find(*value->value);
    return found == made.by_text.end() ? std::nullopt : std::optional(found->second);
  }
  if (!value->place) return std::nullopt;
  auto found = made.by_place.find(*value->place);
  return found == made.by_place.end() ? std::nullopt : std::optional(found->second);
}

// The share of all rows that have the number.
double share_of(const JointColumn& column, std::uint64_t number) {
  if (number == kNone) return column.null_fraction;
  const Distribution& distribution = *column.planned.made.distribution;
  std::size_t stretch = distribution.spot(number).stretch;
  return distribution.mass(stretch) / static_cast<double>(distribution.values(stretch)) * (1 - column.null_fraction);
}

double count(const JointColumn& column) { return static_cast<double>(column.planned.made.distribution->size()); }

class Planner {
 public:
  Planner(std::uint64_t rows, base::Seed seed, std::map<std::string, JointColumn>& columns)
      : rows_(rows), seed_(seed), columns_(columns) {}

  void plan(const JointStatistics& all) {
    JointStatistics joint = known_part(all);
    if (joint.columns.size() < 2) return;
    if (!joint.common.empty()) combine(joint);
    for (const auto& dependency : joint.dependencies)
      if (dependency.from.size() == 1 && known(dependency.from) && known({dependency.to}))
        depend(dependency.from.front(), dependency.to, dependency.degree, 1);
    for (const auto& [names, number] : joint.distinct)
      if (names.size() == 2 && known(names))
        restrict(names, number < 0 ? -number * static_cast<double>(rows_) : number);
  }

 private:
  bool known(const std::vector<std::string>& names) const {
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) { return columns_.contains(name); });
  }

  // Without the columns that something else decides: combinations that differ in those alone are one.
  JointStatistics known_part(const JointStatistics& joint) const {
    if (known(joint.columns)) return joint;
    JointStatistics part{{}, joint.distinct, joint.dependencies, {}};
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < joint.columns.size(); ++i)
      if (columns_.contains(joint.columns[i])) kept.push_back(i);
    for (std::size_t i : kept) part.columns.push_back(joint.columns[i]);
    std::map<std::vector<std::string>, std::size_t> places;
    for (const auto& combination : joint.common) {
      std::vector<std::string> key;
      std::vector<std::optional<Mark>> values;
      for (std::size_t i : kept) {
        values.push_back(combination.values[i]);
        key.push_back(name_of(combination.values[i]));
      }
      auto [place, fresh] = places.try_emplace(std::move(key), part.common.size());
      if (fresh) part.common.push_back({std::move(values), 0});
      part.common[place->second].frequency += combination.frequency;
    }
    return part;
  }

  static std::string name_of(const std::optional<Mark>& value) {
    if (!value) return "null";
    if (value->value) return "=" + *value->value;
    return value->place ? std::to_string(*value->place) : "unknown";
  }

  // The leader is the one whose order in the table matters most: it keeps its own pick.
  void combine(const JointStatistics& joint) {
    std::size_t leader = joint.columns.size();
    for (std::size_t i = 0; i < joint.columns.size(); ++i) {
      if (follows_.contains(joint.columns[i])) return;
      auto order = [&](std::size_t c) { return std::abs(columns_.at(joint.columns[c]).correlation); };
      if (leader == joint.columns.size() || order(i) > order(leader)) leader = i;
    }
    std::vector<std::size_t> followers;
    for (std::size_t i = 0; i < joint.columns.size(); ++i)
      if (i != leader && !leads_.contains(joint.columns[i])) followers.push_back(i);
    if (followers.size() + 1 < joint.columns.size()) return;

    std::map<std::uint64_t, Combinations::Group> groups;
    std::vector<std::map<std::uint64_t, double>> used(joint.columns.size());
    const JointColumn& first = columns_.at(joint.columns[leader]);
    for (const auto& combination : joint.common) {
      std::vector<std::uint64_t> numbers;
      for (std::size_t i = 0; i < joint.columns.size(); ++i) {
        auto number = number_of(columns_.at(joint.columns[i]), combination.values[i]);
        if (number) numbers.push_back(*number);
      }
      if (numbers.size() < joint.columns.size()) continue;
      double share = combination.frequency / std::max(share_of(first, numbers[leader]), 1e-12);
      Combinations::Group& group = groups[numbers[leader]];
      group.leader = numbers[leader];
      group.ends.push_back((group.ends.empty() ? 0 : group.ends.back()) + share);
      group.numbers.emplace_back();
      for (std::size_t i : followers) {
        group.numbers.back().push_back(numbers[i]);
        used[i][numbers[i]] += combination.frequency;
      }
    }
    auto combinations = std::make_shared<Combinations>();
    for (auto& [number, group] : groups) {
      for (double& end : group.ends) end /= std::max(1.0, group.ends.back() * (1 + 1e-12));
      combinations->groups.push_back(std::move(group));
    }
    for (std::size_t i = 0; i < followers.size(); ++i) {
      const std::string& name = joint.columns[followers[i]];
      JointColumn& follower = columns_.at(name);
      follower.pick = std::make_shared<Combined>(seed_.derive(joint.columns[leader]).derive("combination"), first.pick,
                                                 combinations, i, rest(name, used[followers[i]]));
      follows_.insert(name);
    }
    leads_.insert(joint.columns[leader]);
  }

  // The column's own distribution without what the combinations use of it.
  PickPtr rest(const std::string& name, const std::map<std::uint64_t, double>& used) const {
    const JointColumn& column = columns_.at(name);
    const Distribution& distribution = *column.planned.made.distribution;
    std::vector<Stretch> stretches;
    double sum = 0, nulls = column.null_fraction;
    for (std::size_t i = 0; i < distribution.stretches(); ++i) {
      Stretch stretch;
      stretch.values = distribution.values(i);
      stretch.mass = distribution.mass(i) * (1 - column.null_fraction);
      stretches.push_back(stretch);
    }
    for (const auto& [number, share] : used) {
      double& mass = number == kNone ? nulls : stretches[distribution.spot(number).stretch].mass;
      mass = std::max(mass - share, 0.0);
    }
    for (const Stretch& stretch : stretches) sum += stretch.mass;
    if (sum < 1e-6) return column.pick;
    for (Stretch& stretch : stretches) stretch.mass /= sum;
    base::Seed seed = seed_.derive(name).derive("rest");
    auto pick = std::make_shared<Ranked>(Ranking(seed, rows_, 0), std::make_shared<Distribution>(stretches));
    return with_nulls(pick, std::max(nulls, 0.0) / (nulls + sum), seed).sometimes;
  }

  // Only columns with more values decide those with fewer: so there are no circles.
  void depend(const std::string& from, const std::string& to, double degree, std::uint64_t choices) {
    if (degree < 0.05 || follows_.contains(to) || leads_.contains(to) || from == to) return;
    const JointColumn& leader = columns_.at(from);
    JointColumn& follower = columns_.at(to);
    if (count(leader) < count(follower)) return;
    Dependent::Rule rule{degree, choices, follower.null_fraction, {}};
    base::Seed seed = seed_.derive(from).derive(to);
    if (choices == 1) rule.settled = settle(leader, follower, degree, seed);
    follower.pick = std::make_shared<Dependent>(seed, leader.pick, std::move(rule), follower.planned.made.distribution,
                                                follower.pick);
    follows_.insert(to);
    leads_.insert(from);
  }

  // The leader's frequent values, the most frequent first, each decide for what most rows are still missing of: by
  // chance a few of them would not come near the follower's distribution.
  static std::vector<std::pair<std::uint64_t, double>> settle(const JointColumn& leader, const JointColumn& follower,
                                                              double degree, base::Seed seed) {
    const Distribution &from = *leader.planned.made.distribution, &to = *follower.planned.made.distribution;
    std::vector<std::pair<double, std::uint64_t>> frequent;
    for (std::size_t i = 0; i < from.stretches(); ++i)
      for (std::uint64_t n = 0; n < from.values(i) && from.values(i) <= 16; ++n)
        frequent.emplace_back(share_of(leader, from.first(i) + n), from.first(i) + n);
    if (leader.null_fraction > 0) frequent.emplace_back(leader.null_fraction, kNone);
    std::sort(frequent.rbegin(), frequent.rend());
    std::erase_if(frequent, [&](const auto& each) { return seed.derive("degree").unit(each.second) >= degree; });
    double all = 0;
    for (const auto& [share, number] : frequent) all += share;
    std::vector<std::pair<double, double>> missing;  // rows, and the middle of their share
    double begin = follower.null_fraction;
    if (begin > 0) missing.emplace_back(begin * all, begin / 2);
    for (std::size_t i = 0; i < to.stretches(); ++i) {
      double mass = to.mass(i) * (1 - follower.null_fraction);
      missing.emplace_back(mass * all, begin + mass / 2);
      begin += mass;
    }
    std::make_heap(missing.begin(), missing.end());
    std::vector<std::pair<std::uint64_t, double>> settled;
    for (const auto& [share, number] : frequent) {
      std::pop_heap(missing.begin(), missing.end());
      settled.emplace_back(number, missing.back().second);
      missing.back().first -= share;
      std::push_heap(missing.begin(), missing.end());
    }
    std::sort(settled.begin(), settled.end());
    return settled;
  }

  // Fewer combinations of two columns than there would be by chance.
  void restrict(const std::vector<std::string>& names, double distinct) {
    const std::string &a = names[0], &b = names[1];
    const std::string &from = count(columns_.at(a)) >= count(columns_.at(b)) ? a : b, &to = from == a ? b : a;
    double pairs = count(columns_.at(from)) * count(columns_.at(to)), choices = distinct / count(columns_.at(from));
    double rows = static_cast<double>(rows_), by_chance = pairs * (1 - std::exp(-rows / pairs));
    if (distinct < 0.8 * by_chance) depend(from, to, 1, static_cast<std::uint64_t>(std::max(1.0, std::round(choices))));
  }

  std::uint64_t rows_;
  base::Seed seed_;
  std::map<std::string, JointColumn>& columns_;
  std::set<std::string> leads_, follows_;
};

}  // namespace

void plan_joint(const std::vector<JointStatistics>& joint, std::uint64_t rows, base::Seed seed,
                std::map<std::string, JointColumn>& columns) {
  Planner planner(rows, seed, columns);
  for (const JointStatistics& each : joint) planner.plan(each);
}

}  // namespace pgrehearse::generators
