#include "generators/line_numbers.hpp"

#include <algorithm>
#include <cmath>

#include "generators/quantity.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::int64_t kMostLines = 100'000;

// The share of the rows that have each number, from the least on; empty where the marks are no numbers. Rows between
// two bounds of the histogram are spread over the numbers there that are not common.
std::vector<double> shares_of(const ColumnStatistics& statistics) {
  std::vector<std::int64_t> numbers;
  for (const Mark& mark : statistics.marks) {
    const auto number = mark.value ? parse_quantity({}, *mark.value) : std::nullopt;
    if (!number || (!numbers.empty() && *number < numbers.back())) return {};
    numbers.push_back(*number);
  }
  if (numbers.empty() || numbers.back() - numbers.front() >= kMostLines) return {};
  std::vector<double> shares(static_cast<std::size_t>(numbers.back() - numbers.front() + 1), 0);
  std::vector<bool> common(shares.size(), false);
  auto at = [&](std::size_t mark) { return static_cast<std::size_t>(numbers[mark] - numbers.front()); };
  double left = 1 - statistics.null_fraction;
  std::vector<std::size_t> bounds;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!statistics.marks[i].common()) {
      bounds.push_back(at(i));
      continue;
    }
    shares[at(i)] = statistics.marks[i].frequency;
    common[at(i)] = true;
    left -= statistics.marks[i].frequency;
  }
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    std::vector<std::size_t> among;
    for (std::size_t each = bounds[i - 1]; each <= bounds[i]; ++each)
      if (!common[each] && (each < bounds[i] || i + 1 == bounds.size() || bounds[i] == bounds[i - 1]))
        among.push_back(each);
    for (std::size_t each : among)
      shares[each] += std::max(left, 0.0) / static_cast<double>((bounds.size() - 1) * among.size());
  }
  return shares;
}

// Never growing: what grows by chance is evened out (pool adjacent violators). None where that changes much.
bool level(std::vector<double>& shares) {
  constexpr double by_chance = 0.03;
  struct Block {
    double sum;
    std::size_t count;
    double mean() const { return sum / static_cast<double>(count); }
  };
  std::vector<Block> blocks;
  for (double share : shares) {
    blocks.push_back({share, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() < blocks.back().mean()) {
      blocks[blocks.size() - 2].sum += blocks.back().sum;
      blocks[blocks.size() - 2].count += blocks.back().count;
      blocks.pop_back();
    }
  }
  double changed = 0;
  std::size_t at = 0;
  for (const Block& block : blocks)
    for (std::size_t i = 0; i < block.count; ++i, ++at) {
      changed += std::abs(shares[at] - block.mean());
      shares[at] = block.mean();
    }
  return changed < by_chance;
}

}  // namespace

std::optional<FanOut> fan_out_of_lines(const ColumnStatistics& numbers, double rows, double parents, double distinct) {
  std::vector<double> shares = shares_of(numbers);
  if (shares.size() < 2 || !level(shares)) return std::nullopt;
  constexpr double least = 0.7, most = 2.5;  // times what ANALYZE estimates, who sees some rows of each group only
  const double groups = shares.front() * rows;
  if (groups > parents * 1.02 || groups < least * distinct || groups > most * distinct) return std::nullopt;
  constexpr int parts = 1'000;
  FanOut fan_out;
  fan_out.parents_with_children = std::min(groups / parents, 1.0);
  std::size_t lines = 1;
  for (int i = 0; i <= parts; ++i) {
    // Groups that reach a line have all before it.
    while (lines < shares.size() && shares[lines] > (1 - static_cast<double>(i) / parts) * shares.front()) ++lines;
    fan_out.children.push_back(static_cast<double>(i < parts ? lines : shares.size()));
  }
  return fan_out;
}

}  // namespace pgrehearse::generators
