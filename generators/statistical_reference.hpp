// Which of the parent's rows a row points at, so that the child's column shows its statistics: how many children the
// most popular parents have, how many parents have any, and how the children of one parent lie together.
#pragma once

#include <functional>
#include <optional>

#include "generators/pick.hpp"
#include "generators/shape.hpp"
#include "generators/values.hpp"

namespace pgrehearse::generators {

struct Parents {
  std::uint64_t rows = 0;
  const ColumnStatistics* statistics = nullptr;  // of the column that is pointed at; may be null
  // The row whose value of that column has so many values below it; empty: rows stand in the order of values.
  std::function<std::uint64_t(std::uint64_t)> row_of_rank;
  // The rank of a value, where the parent's values are known; else empty.
  std::function<std::optional<std::uint64_t>(const std::string&)> rank_of_value;
};

// Parents by rank, as another pick gives it.
class Mapped final : public Pick {
 public:
  Mapped(PickPtr rank, std::function<std::uint64_t(std::uint64_t)> row_of_rank)
      : rank_(std::move(rank)), row_of_rank_(std::move(row_of_rank)) {}
  std::uint64_t at(std::uint64_t row) const override { return row_of_rank_(rank_->at(row)); }

 private:
  PickPtr rank_;
  std::function<std::uint64_t(std::uint64_t)> row_of_rank_;
};

// `wanted` is the child's column, `null_fraction` what it will have of NULLs. None where there is nothing to go by.
PickPtr plan_statistical_reference(const Wanted& wanted, const ColumnStatistics& statistics, double null_fraction,
                                   const FanOut* fan_out, const Parents& parents, base::Seed seed);

}  // namespace pgrehearse::generators
