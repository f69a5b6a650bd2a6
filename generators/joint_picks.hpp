// Values of a column that go with another column's value in the same row.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "generators/distribution.hpp"
#include "generators/pick.hpp"

namespace pgrehearse::generators {

// Frequent combinations, by the number of the leading column's value (kNone: NULL).
struct Combinations {
  struct Group {
    std::uint64_t leader = 0;
    std::vector<double> ends;                         // of each combination's share of the leader's rows, summed up
    std::vector<std::vector<std::uint64_t>> numbers;  // by combination, then by follower
  };
  std::vector<Group> groups;  // by leader, ascending
};

// A follower: what the row's combination says; another pick's choice where the row is in none.
class Combined final : public Pick {
 public:
  // All followers need the same seed.
  Combined(base::Seed seed, PickPtr leader, std::shared_ptr<const Combinations> combinations, std::size_t follower,
           PickPtr rest)
      : seed_(seed),
        leader_(std::move(leader)),
        combinations_(std::move(combinations)),
        follower_(follower),
        rest_(std::move(rest)) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t leader = leader_->at(row);
    const auto& groups = combinations_->groups;
    auto group =
        std::lower_bound(groups.begin(), groups.end(), leader,
                         [](const Combinations::Group& each, std::uint64_t number) { return each.leader < number; });
    if (group == groups.end() || group->leader != leader) return rest_->at(row);
    auto found = std::upper_bound(group->ends.begin(), group->ends.end(), seed_.unit(row));
    if (found == group->ends.end()) return rest_->at(row);
    return group->numbers[static_cast<std::size_t>(found - group->ends.begin())][follower_];
  }

 private:
  base::Seed seed_;
  PickPtr leader_;
  std::shared_ptr<const Combinations> combinations_;
  std::size_t follower_;
  PickPtr rest_;
};

// One of few values that belong to the leader's: a single one where the leader decides it. Which ones is a matter of
// the leader's number alone, and such that all leaders together follow the column's distribution.
class Dependent final : public Pick {
 public:
  struct Rule {
    double degree = 1;                                      // the share of the leader's values that decide anything
    std::uint64_t choices = 1;                              // how many values belong to each
    double null_fraction = 0;                               // of the dependent column
    std::vector<std::pair<std::uint64_t, double>> settled;  // leaders by number: the share of the first choice
  };
  Dependent(base::Seed seed, PickPtr leader, Rule rule, std::shared_ptr<const Distribution> distribution,
            PickPtr otherwise)
      : seed_(seed),
        leader_(std::move(leader)),
        rule_(std::move(rule)),
        distribution_(std::move(distribution)),
        otherwise_(std::move(otherwise)) {}
  std::uint64_t at(std::uint64_t row) const override {
    std::uint64_t leader = leader_->at(row);
    if (seed_.derive("degree").unit(leader) >= rule_.degree) return otherwise_->at(row);
    double share = share_of(leader);
    if (rule_.choices > 1) {
      share +=
          static_cast<double>(seed_.derive("choice").below(row, rule_.choices)) / static_cast<double>(rule_.choices);
      if (share >= 1) share -= 1;
    }
    if (share < rule_.null_fraction) return kNone;
    return distribution_->number((share - rule_.null_fraction) / (1 - rule_.null_fraction));
  }

 private:
  double share_of(std::uint64_t leader) const {
    auto found = std::lower_bound(rule_.settled.begin(), rule_.settled.end(), std::pair(leader, 0.0));
    return found != rule_.settled.end() && found->first == leader ? found->second : seed_.unit(leader);
  }

  base::Seed seed_;
  PickPtr leader_;
  Rule rule_;
  std::shared_ptr<const Distribution> distribution_;
  PickPtr otherwise_;
};

}  // namespace pgrehearse::generators
