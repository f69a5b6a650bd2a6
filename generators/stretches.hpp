// A column's values in ascending order, cut into stretches at the marks of its statistics: each common value is a
// stretch of its own, and so is what lies between two neighbouring marks of the histogram. Which share of the rows a
// stretch has is known from the statistics alone; which values it holds, each type knows for itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "generators/statistics.hpp"
#include "generators/weights.hpp"

namespace pgrehearse::generators {

inline constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

struct Stretch {
  std::size_t low = 0, high = 0;             // positions of marks; the same for a common value
  bool with_low = false, with_high = false;  // whether the marks themselves belong to it
  std::size_t bucket = kNowhere;             // of the histogram; none: a common value
  double mass = 0;                           // its share of the rows that are not NULL
  std::uint64_t room = 1;                    // how many different values it could hold; 0: none
  std::uint64_t values = 1;                  // how many it does hold, in equal shares, or as a pattern has it
  double kept = 1;                           // of the differences between the pattern's weights: see Weights

  bool common() const { return bucket == kNowhere; }
};

// Masses sum to 1; each stretch between marks has the mass of its whole bucket until share_buckets(). Empty where the
// statistics have no marks.
std::vector<Stretch> stretches_of(const ColumnStatistics& statistics);

// For a column whose different values grow with its rows, when it gets more of them. Of values with a few rows each
// some come up more often than others by mere chance, and may be listed as common; in a larger table others do, each
// with a smaller share. So only common values stay that have more rows in the sample than chance would give any (beyond
// four standard deviations of a Poisson law, and four rows); the others are values of their bucket like any. Before
// share_buckets().
void drop_common_by_chance(std::vector<Stretch>& stretches, const ColumnStatistics& statistics);

// Sets the rooms. A bound that stands twice is a bucket of its own, of one frequent value, and the bucket behind it
// begins above that value, so that no value belongs to two stretches; where nothing is left there, its mass goes to the
// bound. `same` says whether two marks are of one value. Before share_buckets().
void set_room(std::vector<Stretch>& stretches, const std::function<std::uint64_t(const Stretch&)>& room,
              const std::function<bool(std::size_t, std::size_t)>& same);

// A common value inside a bucket splits it: divides the bucket's mass by the parts' room. Then drops stretches without
// room or mass, and makes the masses sum to 1 again.
void share_buckets(std::vector<Stretch>& stretches);

// Of common values that only say what has to be among different values: they come out of the buckets that they lie in,
// so that these keep their mass. Before share_buckets().
void take_from_buckets(std::vector<Stretch>& stretches);

// How many rows ANALYZE reads (std_typanalyze in src/backend/commands/analyze.c: 300 for each unit of the statistics
// target), and of how many.
struct Sample {
  double rows = 0;       // of the table, those that are not NULL
  double sampled = 0;    // of these
  bool even = false;     // equal values get equally many rows, instead of by chance
  Pattern pattern = {};  // of the values, numbered from the first of the first stretch on
};
// The statistics target shows in the number of marks.
Sample sample_of(const ColumnStatistics& statistics, double rows, double null_fraction);

// The number of different values that ANALYZE would estimate: the expected count of different values and of those seen
// once, put into the estimator of Haas and Stokes that compute_scalar_stats (analyze.c) uses: n*d / (n - f1 + f1*n/N).
double estimated_distinct(const std::vector<Stretch>& stretches, const Sample& sample);

// Sets the number of values of every stretch, within its room and in proportion to its mass, so that ANALYZE estimates
// `distinct`. Returns what it will estimate.
double fit_distinct(std::vector<Stretch>& stretches, double distinct, const Sample& sample);

// The same, but so that there are so many different values, as far as there is room.
void fit_values(std::vector<Stretch>& stretches, double values, const Sample& sample);

// For columns without doubles: as many values as rows, in proportion to the mass as far as there is room.
void fit_unique(std::vector<Stretch>& stretches, std::uint64_t rows);

}  // namespace pgrehearse::generators
