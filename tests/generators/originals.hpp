// Columns as some application might have made them: pure, like generated ones.
#pragma once

#include "tests/generators/analyze.hpp"

namespace pgrehearse::generators::testing {

inline double noise(std::uint64_t row, std::uint64_t nth) { return base::Seed{nth}.derive("original").unit(row); }

// Ranks with a share that falls with 1 / (rank + 1)^exponent.
inline std::uint64_t zipf(double u, std::uint64_t count, double exponent) {
  double reach = 1 - std::pow(static_cast<double>(count), 1 - exponent);
  return static_cast<std::uint64_t>(std::pow(1 - u * reach, 1 / (1 - exponent))) - 1;
}

inline Rows with_nulls(double fraction, Rows rows) {
  return [=](std::uint64_t row) { return noise(row, 99) < fraction ? std::nullopt : rows(row); };
}

// A row within a share of all rows around this one.
inline std::uint64_t jumbled(std::uint64_t row, double share, std::uint64_t rows) {
  double place = static_cast<double>(row) + (noise(row, 7) - 0.5) * share * static_cast<double>(rows);
  return static_cast<std::uint64_t>(std::clamp<double>(place, 0, static_cast<double>(rows - 1)));
}

// What ANALYZE would find in so many of them; `secret`: as it leaves production.
inline std::shared_ptr<ColumnStatistics> observed(const Type& type, std::uint64_t rows, const Rows& row,
                                                  bool secret = false) {
  auto statistics = std::make_shared<ColumnStatistics>(analyze(type, rows, row));
  statistics->rows = rows;
  if (secret)
    for (Mark& mark : statistics->marks) mark.value.reset();
  return statistics;
}

inline Column described(std::string name, Type type, std::uint64_t rows, const Rows& row, bool not_null = true) {
  Column made = column(std::move(name), type, not_null);
  made.statistics = observed(type, rows, row);
  return made;
}

}  // namespace pgrehearse::generators::testing
