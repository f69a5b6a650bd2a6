// Which of many steps a number falls on, in a time that does not grow with the number of steps: a guide table (Chen and
// Asau, "On generating random variates from an empirical distribution", AIIE Transactions 6, 1974).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pgrehearse::generators {

// Of steps that stand elsewhere: `end(i)` is where step i ends, and the next begins. The ends ascend.
class Guide {
 public:
  // At least one step; the first begins at 0.
  template <class End>
  Guide(std::size_t steps, End end) : scale_(static_cast<double>(steps) / static_cast<double>(end(steps - 1))) {
    first_.resize(steps + 1, static_cast<std::uint32_t>(steps - 1));
    std::size_t step = 0;
    for (std::size_t slot = 0; slot < steps; ++slot) {
      while (step + 1 < steps && static_cast<double>(end(step)) * scale_ <= static_cast<double>(slot)) ++step;
      first_[slot] = static_cast<std::uint32_t>(step);
    }
  }

  // Numbers from the last end on belong to the last step.
  template <class Number, class End>
  std::size_t at(Number number, End end) const {
    std::size_t slot = slot_of(number), step = first_[slot], last = first_[slot + 1];
    // Rounding may put a number one slot too high.
    while (step > 0 && end(step - 1) > number) --step;
    while (step < last) {
      std::size_t middle = step + (last - step) / 2;
      if (end(middle) > number)
        last = middle;
      else
        step = middle + 1;
    }
    return step;
  }

  // The step at which the search for a number looks first, and the memory that says so: to have it at hand when it is
  // needed.
  template <class Number>
  std::size_t middle(Number number) const {
    std::size_t slot = slot_of(number);
    return first_[slot] + (first_[slot + 1] - first_[slot]) / 2;
  }
  template <class Number>
  const void* place(Number number) const {
    return &first_[slot_of(number)];
  }

 private:
  template <class Number>
  std::size_t slot_of(Number number) const {
    return std::min(static_cast<std::size_t>(static_cast<double>(number) * scale_), first_.size() - 2);
  }

  double scale_;
  std::vector<std::uint32_t> first_;  // step by slot: as many slots of equal width as steps, then the last step
};

class Staircase {
 public:
  // `ends` ascend; step i reaches from the end of the one before (the first: from 0) to its own. At least one step.
  explicit Staircase(std::vector<double> ends)
      : ends_(std::move(ends)), guide_(ends_.size(), [this](std::size_t step) { return ends_[step]; }) {}

  // Numbers from the last end on belong to the last step.
  std::size_t at(double number) const {
    return guide_.at(number, [this](std::size_t step) { return ends_[step]; });
  }
  double begin(std::size_t step) const { return step == 0 ? 0 : ends_[step - 1]; }
  double end(std::size_t step) const { return ends_[step]; }

 private:
  std::vector<double> ends_;
  Guide guide_;
};

}  // namespace pgrehearse::generators
