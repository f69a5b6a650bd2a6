// The values of a column as its statistics describe them: numbered in ascending order, with a distribution over the
// numbers. Common values and the histogram's bounds stand where the statistics show them; what lies between bounds, and
// what the statistics keep private, is made up within the same order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generators/distribution.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {

struct StatisticalValues {
  std::shared_ptr<const Values> values;
  std::shared_ptr<const Distribution> distribution;  // over the first of the values
  bool even = false;                   // equal values are to have equally many rows, so that all of them come up
  double reach = 1;                    // how many times as far from the first of them they lie as the statistics say
  std::vector<std::string> conflicts;  // for people: where something else won over the statistics
  // The numbers of values that the statistics single out: by their text, or by the place of their mark.
  std::map<std::string, std::uint64_t> by_text;
  std::map<std::size_t, std::uint64_t> by_place;
  // The number of a value, or of the next above it; empty where values cannot be compared here.
  std::function<std::optional<std::uint64_t>(const std::string&)> rank_of = {};
};

// What is aimed at. `wanted.distinct`: each value comes once, and there are further ones behind those of the rows.
// Refers to its members, which must outlive it.
struct Aim {
  const Wanted& wanted;
  const ColumnStatistics& statistics;
  double null_fraction = 0;  // as it will be
  Pattern pattern = {};
  std::vector<std::string> included = {};  // of distinct values: these are to be among them
  // Whether equal values get exactly their share of the rows, or chance decides; none: as is best for so many rows.
  std::optional<bool> counted = {};
  // How many times as far the values reach as the statistics say.
  double reach = 1;
  // How many different values there are, where that is known better than by ANALYZE's estimate.
  std::optional<double> values = {};
  // Of a column whose values are long where others of their rows are: of the table's rows, and of the pick that gives
  // this column's numbers to them. Such a pick has to be `counted`.
  struct RowSeeds {
    base::Seed table, pick;
  };
  std::optional<RowSeeds> row_seeds = {};

  // The same with other statistics, which must outlive it.
  Aim with(const ColumnStatistics& other) const {
    return {wanted, other, null_fraction, pattern, included, counted, reach, values, row_seeds};
  }
  double shown() const { return static_cast<double>(wanted.rows) * (1 - null_fraction); }
  // How many different values ANALYZE is to find.
  double distinct() const;
  // Whether equal values get exactly their share.
  bool evenly() const;
  // How many times as many rows there are as when the statistics were made; 1 where nobody knows.
  double growth() const;
  // Whether the values are whole numbers: of those, as many as there are rows may be keys; amounts never are.
  bool whole() const;
  // Whether the column's numbers count the rows, as keys do that a sequence gave: whole numbers, as many different ones
  // as the rows have it, that fill a good part of the `room` between the least and the most.
  bool counts(double room) const;
};

// None where the statistics say nothing of the values: the caller then makes them as if there were none.
std::optional<StatisticalValues> make_statistical_values(const Aim& aim);

// The makers by family of types, for make_statistical_values() alone.
std::optional<StatisticalValues> make_statistical_ordinals(const Aim& aim);
std::optional<StatisticalValues> make_private_texts(const Aim& aim);  // text, bytea
std::optional<StatisticalValues> make_known_texts(const Aim& aim);
std::optional<StatisticalValues> make_statistical_documents(const Aim& aim);  // json, jsonb
std::optional<StatisticalValues> make_statistical_arrays(const Aim& aim);     // with statistics of their elements
std::optional<StatisticalValues> make_statistical_vectors(const Aim& aim);    // tsvector, with those of lexemes
std::optional<StatisticalValues> make_statistical_ranges(const Aim& aim);     // with those of ranges; not distinct ones
std::optional<StatisticalValues> make_statistical_others(const Aim& aim);

// The stretches of the statistics, of which `aim` may leave a part only, at the number of rows that is wanted.
std::vector<Stretch> stretches_of(const Aim& aim, const ColumnStatistics& statistics);

// Gives the stretches, whose rooms are set, their masses and numbers of values, as `aim` has them, and makes the
// distribution. `marks` are those that the stretches lie between. False when nothing is left.
bool fit(std::vector<Stretch>& stretches, const std::vector<Mark>& marks, const Aim& aim, StatisticalValues& made);
// The last step of it alone: the distribution of stretches whose masses and numbers of values are set.
void distribute(const std::vector<Stretch>& stretches, const std::vector<Mark>& marks, const Pattern& pattern,
                StatisticalValues& made);

}  // namespace pgrehearse::generators
