// How near generated rows come to what was asked for: the statistics of a shape against those that ANALYZE found in the
// rows. Pure.
//
// Distances are those of the distributions that the planner sees, not of single values: sampling noise of two ANALYZEs
// of the same rows is in them. Where both sides know the values, they are compared by value; else by how often the
// common values occur. Lengths are compared where they were sampled, else those of private values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/statistics.hpp"

namespace pgrehearse::profile {

// What still counts as met.
struct Limits {
  double null_fraction = 0.01;  // difference
  double distinct = 0.05;       // difference of the ratio from 1
  double common = 0.025;        // total variation distance over the common values
  double distribution = 0.015;  // Kolmogorov-Smirnov distance, or what stands for it where values are private
  double sampled_length = 0.1;  // the same of sampled lengths, of which hundredths are known
  double length = 0.15;         // of those of private marks: a histogram shows some 100 of them, which alone makes 0.12
  double correlation = 0.02;    // difference
  double width = 0.03;          // difference of the ratio from 1
  double elements = 0.1;        // of the shares of common elements: 1,000 of 0.5 % in 30,000 rows alone make 0.06
  double element_count = 0.05;  // Kolmogorov-Smirnov distance of the numbers of different elements
  double ranges = 0.05;         // of lengths and bounds, of which some 100 quantiles are known
};

// Measures that do not apply to the column (no common values, no order, ...) have no value.
struct ColumnFidelity {
  std::string name;
  bool by_value = true;  // false: private values, compared by shares and lengths
  double null_fraction = 0;
  std::optional<double> distinct_ratio;  // achieved to asked, at the generated number of rows
  std::optional<double> common;
  std::optional<double> distribution;
  std::optional<double> length;
  std::optional<double> correlation;
  std::optional<double> width_ratio;
  std::optional<double> elements, element_count;  // of arrays and text vectors
  std::optional<double> ranges;
  std::vector<std::string> missed;  // the measures that are off limits, by the names above
  int measures = 0;                 // how many there are
};

struct TableFidelity {
  std::string name;  // "schema.name"
  std::uint64_t rows_asked = 0, rows = 0;
  std::vector<ColumnFidelity> columns;

  // The share of all measures of all columns that are within limits, 0 to 1; 1 without any.
  double score() const;
  std::size_t columns_met() const;  // columns with all measures within limits
};

struct Fidelity {
  std::vector<TableFidelity> tables;  // those that stand in both, in the order of the target
};

// `scale`: of the target's row counts. Columns of which the target knows nothing, or that now have another type, are
// left out.
Fidelity compare(const std::vector<generators::TableStatistics>& target,
                 const std::vector<generators::TableStatistics>& achieved, double scale = 1, const Limits& limits = {});

// One line a table: "public.users: 97 % of what was asked for; off in email (width), age (distribution)".
std::vector<std::string> summary_lines(const Fidelity& fidelity);
// A table for people, all columns; ends with a newline.
std::string fidelity_text(const Fidelity& fidelity);
// docs/profile.md has the keys; indented, ends with a newline.
std::string fidelity_json(const Fidelity& fidelity);

}  // namespace pgrehearse::profile
