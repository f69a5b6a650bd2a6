// The parts of a row that statistics describe, where keys and the user leave them the choice.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/joint_plan.hpp"
#include "generators/null_shares.hpp"
#include "generators/part_picks.hpp"
#include "generators/statistical_column.hpp"
#include "generators/statistical_reference.hpp"
#include "generators/tuples.hpp"

namespace pgrehearse::generators {

// Refers to its arguments, which must outlive it. Not thread-safe.
class StatisticalParts {
 public:
  StatisticalParts(const DatabaseShape& shape, const Layout& layout, const Choices& choices, const PartPicks& picks,
                   const NullShares& nulls)
      : shape_(shape), layout_(layout), choices_(choices), picks_(picks), nulls_(nulls) {}

  // None where something else decides the column's values, or its statistics say nothing of them. `counted` as in Aim.
  std::optional<StatisticalColumn> value(std::size_t table, std::size_t column, double null_fraction,
                                         std::optional<bool> counted = {}) const;
  // `own`, which is value()'s of a part in which doubles may be, with them: where `beside` chooses differently.
  RankedPick with_doubles(std::size_t table, const Part& part, const RankedPick& own, double null_fraction,
                          PickPtr beside) const;
  // Of a reference; none where something else decides.
  std::optional<RankedPick> reference(std::size_t table, std::size_t part, double null_fraction) const;
  // Of a reference that no key decides, with the parents that have children at all.
  std::optional<StatisticalReference> open_reference(std::size_t table, const Part& part, double null_fraction) const;
  // Of a column that chance alone decides, for what goes together with others; of a reference, the column that tells
  // most parents apart. None where statistics say too little.
  std::optional<JointColumn> joint(std::size_t table, std::size_t column) const;
  // Of a key over several parts with statistics: how many rows it has room for; none: the key decides.
  std::optional<std::uint64_t> key_room(std::size_t table, std::size_t part) const;
  // Whether keys leave the column a choice, and the column NULL.
  bool nullable(std::size_t table, std::size_t column) const;
  // Whether no key over several columns decides the part.
  bool free(std::size_t table, const Part& part) const;
  // What of the column's statistics will not be met whatever is done, for people; may be empty.
  std::string conflict(std::size_t table, std::size_t column, bool nullable) const;

 private:
  // A part of a key.
  struct Member {
    std::size_t part = 0;  // position in the layout's
    ColumnStatistics statistics;
    StatisticalValues made;  // of a value
    std::shared_ptr<const Distribution> distribution;
    std::function<PickPtr(PickPtr)> picked;  // what the part chooses, by numbers of the distribution
    double null_fraction = 0;                // where a NULL takes the row out of the key
    PickPtr numbers;                         // of the distribution, as if there were no key; unless `counted` is said
    std::shared_ptr<const Tuples> other;     // of a turned part: the leading one and this
    PickPtr apart;                           // the numbers, if the key changes few of them; else null
  };
  struct Tuple {
    std::vector<Member> members;  // the leading one first
    std::shared_ptr<const Tuples> tuples;
  };
  std::shared_ptr<const Tuple> tuple(std::size_t table, const Part& part) const;
  const Member* member(std::size_t table, const Part& part) const;  // null where the key needs no such part
  bool in_key(std::size_t table, const Part& part) const { return member(table, part) != nullptr; }
  RankedPick key_pick(std::size_t table, const Part& part, double null_fraction) const;
  // `lines`: how many rows the part's values have, where nothing else says it; may be null.
  std::optional<Member> make_member(std::size_t table, std::size_t part, std::optional<bool> counted,
                                    const FanOut* lines = nullptr) const;
  std::optional<FanOut> lines_of(std::size_t table, std::size_t part, std::size_t numbers) const;
  std::shared_ptr<const Tuple> make_tuple(std::size_t table, const Part& part) const;
  std::optional<Member> make_turned(std::size_t table, std::size_t part, std::size_t first,
                                    std::shared_ptr<const Tuples> key) const;
  std::optional<Member> make_apart(std::size_t table, std::size_t part, std::shared_ptr<const Tuples> groups) const;
  static bool decided_by_digits(const Part& part);
  bool null_together(std::size_t table, const Part& part) const;
  bool goes_first(std::size_t table, std::size_t part, std::size_t other) const;
  static bool tied(const Part& part);
  std::optional<RankedPick> each_parent_once(std::size_t table, const Part& part, double null_fraction) const;
  bool described(std::size_t table, std::size_t column) const;
  ColumnStatistics aimed_at(std::size_t table, const Part& part, std::size_t column) const;
  std::optional<std::size_t> describing_column(std::size_t table, const Part& part) const;
  std::vector<std::string> marks_of_children(std::size_t table, std::size_t column) const;
  void order_parents(std::size_t table, std::size_t column, Parents& parents) const;
  Parents parents(std::size_t table, const Part& part, std::size_t column) const;

  const DatabaseShape& shape_;
  const Layout& layout_;
  const Choices& choices_;
  const PartPicks& picks_;
  const NullShares& nulls_;
  mutable std::map<const void*, std::shared_ptr<const Tuple>> tuples_;  // by Part::together; made once
};

}  // namespace pgrehearse::generators
