// Doubles in a column that a key over several columns keeps, and in which nearly all values are different: (tenant,
// email), (folder, name). Of neighbours in the order of values some have the same, if their rows differ beside it.
#pragma once

#include "generators/statistical_column.hpp"

namespace pgrehearse::generators {

// What a part that is different in every row chooses, but with doubles.
class WithDoubles final : public Pick {
 public:
  // `order` is that of `own`. `beside`: what must differ in two rows with the same number. `share`: of the pairs of an
  // even number and the next those that become one number where that is so.
  WithDoubles(PickPtr own, std::shared_ptr<const Windowed> order, PickPtr beside, double share)
      : own_(std::move(own)), order_(std::move(order)), beside_(std::move(beside)), share_(share) {}
  std::uint64_t at(std::uint64_t row) const override {
    const std::uint64_t number = own_->at(row);
    return number < order_->rows() && second(number) && differ(row, order_->row_of(number - 1)) ? number - 1 : number;
  }
  // Whether the number is the second of a pair that is to be equal.
  bool second(std::uint64_t number) const { return number % 2 == 1 && up_to(number / 2 + 1) > up_to(number / 2); }
  bool differ(std::uint64_t row, std::uint64_t other) const { return beside_->at(row) != beside_->at(other); }

 private:
  std::uint64_t up_to(std::uint64_t pairs) const {
    return static_cast<std::uint64_t>(static_cast<double>(pairs) * share_);
  }

  PickPtr own_;
  std::shared_ptr<const Windowed> order_;
  PickPtr beside_;
  double share_;
};

// As many doubles as make ANALYZE estimate the statistics' number of different values.
RankedPick with_doubles(const RankedPick& own, const ColumnStatistics& statistics, double null_fraction,
                        std::shared_ptr<const Windowed> order, PickPtr beside);

}  // namespace pgrehearse::generators
