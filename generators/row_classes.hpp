// Rows of several classes and such of none, by chance, in exactly the numbers that are asked for; the rows of a class
// are counted off.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "generators/physical_order.hpp"

namespace pgrehearse::generators {

// Immutable, so that threads share it.
class RowClasses {
 public:
  // `sizes` sum up to `rows` at most, which are 1 at least.
  RowClasses(base::Seed seed, std::uint64_t rows, const std::vector<std::uint64_t>& sizes)
      : order_(std::make_shared<Windowed>(seed, rows, 0)) {
    for (std::uint64_t size : sizes) ends_.push_back((ends_.empty() ? 0 : ends_.back()) + size);
  }

  struct Place {
    std::size_t number;
    std::uint64_t index;  // among the rows of the class
  };
  // None where the row is in no class, as further rows are.
  std::optional<Place> at(std::uint64_t row) const {
    if (row >= order_->rows()) return std::nullopt;
    std::uint64_t index = order_->at(row);
    auto found = static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
    if (found == ends_.size()) return std::nullopt;
    return Place{found, index - (found == 0 ? 0 : ends_[found - 1])};
  }

 private:
  std::shared_ptr<const Windowed> order_;
  std::vector<std::uint64_t> ends_;  // of each class's rows, in the order
};

// Of rows of a class a pick of its own, by their index in it.
class OfClasses final : public Pick {
 public:
  // By class; null where the other pick chooses.
  OfClasses(std::shared_ptr<const RowClasses> classes, std::vector<PickPtr> picks, PickPtr other)
      : classes_(std::move(classes)), picks_(std::move(picks)), other_(std::move(other)) {}
  std::uint64_t at(std::uint64_t row) const override {
    auto place = classes_->at(row);
    return place && picks_[place->number] ? picks_[place->number]->at(place->index) : other_->at(row);
  }

 private:
  std::shared_ptr<const RowClasses> classes_;
  std::vector<PickPtr> picks_;
  PickPtr other_;
};

}  // namespace pgrehearse::generators
