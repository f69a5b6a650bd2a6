// The rows of a key that may hold NULLs. UNIQUE lets rows with a NULL in any of the key's columns be (but for NULLS NOT
// DISTINCT), so only the complete ones have to differ: these are counted off, in the order of the key's leading column,
// and exactly their share of any part of the table.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

// Immutable, so that threads share it.
class KeyRows {
 public:
  // `null_fractions`: of the key's parts, which are NULL independently of one another.
  KeyRows(base::Seed seed, std::shared_ptr<const Windowed> order, std::vector<double> null_fractions)
      : seed_(seed), order_(std::move(order)), null_fractions_(std::move(null_fractions)) {
    for (double fraction : null_fractions_) complete_share_ *= 1 - fraction;
  }
  std::uint64_t rows() const { return order_->rows(); }
  std::uint64_t complete() const { return complete_of(rows()); }

  struct Place {
    bool complete;
    std::uint64_t index;  // among those that are complete, or are not, in the order of the values
  };
  // row < rows()
  Place at(std::uint64_t row) const {
    const Windowed::Window window = order_->window(row);
    const std::uint64_t start = window.start, size = window.size, within = order_->within(row, window);
    std::uint64_t first = complete_of(start), count = complete_of(start + size) - first;
    bool complete = within < count;
    std::uint64_t index = complete ? first + within : start - first + within - count;
    std::uint64_t all = complete ? this->complete() : rows() - this->complete();
    return {complete, order_->reversed() ? all - 1 - index : index};
  }
  // Where all are complete: the row that stands there.
  std::uint64_t row_of(std::uint64_t index) const { return order_->row_of(index); }
  // Of a row that is not complete.
  bool null(std::uint64_t row, std::size_t part) const {
    bool any = false, null = false;
    double none = complete_share_;  // NULL from here on
    for (std::size_t i = 0; i <= part; ++i) {
      double fraction = null_fractions_[i];
      null = seed_.derive(i).unit(row) * (any ? 1 : 1 - none) < fraction;
      any = any || null;
      none = fraction < 1 ? none / (1 - fraction) : 1;
    }
    return null;
  }

 private:
  std::uint64_t complete_of(std::uint64_t rows) const {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(rows) * complete_share_));
  }

  base::Seed seed_;
  std::shared_ptr<const Windowed> order_;
  std::vector<double> null_fractions_;
  double complete_share_ = 1;
};

}  // namespace pgrehearse::generators
