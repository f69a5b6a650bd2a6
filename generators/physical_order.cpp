#include "generators/physical_order.hpp"

#include <cmath>
#include <numeric>

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kPoints = 2048;

// What ANALYZE would find (compute_scalar_stats in src/backend/commands/analyze.c): the correlation of position and
// rank, equal values ranked by position. Over a lattice of positions and chances that fills the square evenly (steps of
// the golden ratio), so that the error is of the order of 1 / kPoints.
double observed(double strength, const Distribution& distribution) {
  double noise = std::sqrt(std::max(0.0, 1 - strength * strength));
  std::vector<std::uint64_t> numbers(kPoints);
  double chance = 0.5;
  for (std::size_t i = 0; i < kPoints; ++i) {
    double place = (static_cast<double>(i) + 0.5) / kPoints;
    chance += std::numbers::phi - 1;
    if (chance >= 1) chance -= 1;
    double z = strength * normal_quantile(place) + noise * normal_quantile(std::clamp(chance, 1e-6, 1 - 1e-6));
    numbers[i] = distribution.number(normal_share(z));
  }
  std::vector<std::size_t> order(kPoints);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(numbers[a], a) < std::pair(numbers[b], b); });
  double sum = 0, middle = (kPoints - 1) / 2.0;
  for (std::size_t rank = 0; rank < kPoints; ++rank)
    sum += (static_cast<double>(rank) - middle) * (static_cast<double>(order[rank]) - middle);
  return sum * 12 / (double{kPoints} * (double{kPoints} * kPoints - 1));
}

// For continuous values: Kruskal, "Ordinal measures of association", JASA 53 (1958).
double strength_of_rank_correlation(double correlation) {
  return 2 * std::sin(std::numbers::pi / 6 * std::clamp(correlation, -1.0, 1.0));
}

// Windows of a share x of the rows leave 1 - (the sum of their cubes) of the correlation.
double left_by_windows(double x) {
  double count = std::floor(1 / x), rest = std::max(0.0, 1 - count * x);
  return 1 - count * x * x * x - rest * rest * rest;
}

std::uint64_t window_for(std::uint64_t rows, double correlation) {
  double low = 1e-12, high = 1;
  for (int i = 0; i < 60; ++i) {
    double middle = (low + high) / 2;
    (left_by_windows(middle) > std::abs(correlation) ? low : high) = middle;
  }
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::round(high * static_cast<double>(rows))));
}

}  // namespace

double order_beyond_ties(double correlation, const Distribution& distribution) {
  double ties = distribution.collision();
  return ties > 0.999 ? 0 : std::clamp((correlation - ties) / (1 - ties), -1.0, 1.0);
}

double strength_for(double correlation, const Distribution& distribution) {
  if (is_sorted(correlation)) return correlation > 0 ? 1 : -1;
  double wanted = order_beyond_ties(correlation, distribution);
  if (distribution.collision() < 0.005) return strength_of_rank_correlation(wanted);
  double low = -1, high = 1;
  for (int i = 0; i < 14; ++i) {
    (observed(strength_of_rank_correlation(wanted), distribution) < correlation ? low : high) = wanted;
    wanted = (low + high) / 2;
  }
  return strength_of_rank_correlation(wanted);
}

Windowed::Windowed(base::Seed seed, std::uint64_t rows, double correlation)
    : rows_(rows),
      window_(window_for(rows, correlation)),
      last_start_(rows == 0 ? 0 : (rows - 1) / window_ * window_),
      reversed_(correlation < 0),
      full_(seed, window_),
      last_(seed.derive("last"), rows - last_start_) {}

}  // namespace pgrehearse::generators
