// Rows of several classes and such of none, by chance, in exactly the numbers that are asked for. Each class has its
// share of every part of the table, and its rows are counted off in the table's order, part by part.
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
      : parts_(std::make_shared<Windowed>(seed, rows, part_order(rows))) {
    for (std::uint64_t size : sizes) ends_.push_back((ends_.empty() ? 0 : ends_.back()) + size);
  }

  struct Place {
    std::size_t number;
    std::uint64_t index;  // among the rows of the class
  };
  // None where the row is in no class, as further rows are.
  std::optional<Place> at(std::uint64_t row) const {
    if (row >= parts_->rows() || ends_.empty()) return std::nullopt;
    const Windowed::Window window = parts_->window(row);
    const std::uint64_t within = parts_->within(row, window);
    std::size_t number = ends_.size() - 1;
    Counts counts = share_of({window.start, window.start + window.size}, ends_[number], parts_->rows());
    if (within >= counts.inside()) return std::nullopt;
    for (;; --number) {
      Counts earlier = number == 0 ? Counts{} : share_of(counts, ends_[number - 1], ends_[number]);
      if (within >= earlier.inside()) return Place{number, counts.before - earlier.before + within - earlier.inside()};
      counts = earlier;
    }
  }

 private:
  // Rows before the part, and those with it.
  struct Counts {
    std::uint64_t before = 0, with = 0;
    std::uint64_t inside() const { return with - before; }
  };
  // Rounded down one by one from the largest number, so that none of them gets below those within it.
  static Counts share_of(Counts counts, std::uint64_t share, std::uint64_t all) {
    auto part = [&](std::uint64_t rows) {
      return all == 0 ? 0 : static_cast<std::uint64_t>(base::Wide{rows} * share / all);
    };
    return {part(counts.before), part(counts.with)};
  }
  // A thousand parts, of some rows each. See Windowed.
  static double part_order(std::uint64_t rows) {
    double part = std::clamp(50 / static_cast<double>(rows), 1e-3, 1.0);
    return 1 - part * part;
  }

  std::shared_ptr<const Windowed> parts_;
  std::vector<std::uint64_t> ends_;  // of the classes, when all rows of one follow those of the one before
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
