// Which of many steps a number falls on, in a time that does not grow with the number of steps: a guide table (Chen and
// Asau, "On generating random variates from an empirical distribution", AIIE Transactions 6, 1974).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pgrehearse::generators {

class Staircase {
 public:
  // `ends` ascend; step i reaches from the end of the one before (the first: from 0) to its own. At least one step.
  explicit Staircase(std::vector<double> ends) : ends_(std::move(ends)) {
    scale_ = static_cast<double>(ends_.size()) / ends_.back();
    guide_.resize(ends_.size() + 1, static_cast<std::uint32_t>(ends_.size() - 1));
    std::size_t step = 0;
    for (std::size_t slot = 0; slot < ends_.size(); ++slot) {
      while (step + 1 < ends_.size() && ends_[step] * scale_ <= static_cast<double>(slot)) ++step;
      guide_[slot] = static_cast<std::uint32_t>(step);
    }
  }

  // Numbers from the last end on belong to the last step.
  std::size_t at(double number) const {
    std::size_t slot = std::min(static_cast<std::size_t>(number * scale_), ends_.size() - 1);
    auto from = ends_.begin() + guide_[slot], to = ends_.begin() + guide_[slot + 1];
    // Rounding may put a number one slot too high.
    while (from != ends_.begin() && *(from - 1) > number) --from;
    return static_cast<std::size_t>(std::upper_bound(from, to, number) - ends_.begin());
  }
  double begin(std::size_t step) const { return step == 0 ? 0 : ends_[step - 1]; }
  double end(std::size_t step) const { return ends_[step]; }

 private:
  std::vector<double> ends_;
  std::vector<std::uint32_t> guide_;
  double scale_;
};

}  // namespace pgrehearse::generators
