// Two sides measured in turn, A B A B ..., so that a machine that drifts drifts for both; compared pair by pair.
#pragma once

#include <string>
#include <vector>

namespace pgrehearse::bench {

double median(std::vector<double> values);

// One figure of both sides over all rounds.
struct Series {
  std::string name, unit;
  std::vector<double> ours, theirs;
};

// "rows/s, load       1.42 M     1.05 M     1.35 (1.28 .. 1.41)": medians, and the ratio's median and range.
void print_header(const std::string& ours, const std::string& theirs);
void print(const Series& series);

}  // namespace pgrehearse::bench
