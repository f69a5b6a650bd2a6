#include "generators/physical_order.hpp"

#include <cmath>
#include <numeric>

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kPoints = 2048;

// What ANALYZE would find (compute_scalar_stats in src/backend/commands/analyze.c): the correlation of position and
// rank, equal values ranked by position. `share` gives the rank of a position and a chance, over a lattice of both that
// fills the square evenly (steps of the golden ratio), so that the error is of the order of 1 / kPoints.
template <class Share>
double observed(const Distribution& distribution, Share share) {
  std::vector<std::uint64_t> numbers(kPoints);
  double chance = 0.5;
  for (std::size_t i = 0; i < kPoints; ++i) {
    chance += std::numbers::phi - 1;
    if (chance >= 1) chance -= 1;
    numbers[i] =
        distribution.number(share((static_cast<double>(i) + 0.5) / kPoints, std::clamp(chance, 1e-6, 1 - 1e-6)));
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

// The order of different values that, with what equal ones give by themselves, makes the correlation.
template <class Observed>
double beyond_ties(double correlation, const Distribution& distribution, Observed observed) {
  double ties = distribution.collision();
  if (ties > 0.999) return 0;  // a single value
  double wanted = std::clamp((correlation - ties) / (1 - ties), -1.0, 1.0);
  if (ties < 0.005) return wanted;
  double low = -1, high = 1;
  for (int i = 0; i < 14; ++i) {
    (observed(wanted) < correlation ? low : high) = wanted;
    wanted = (low + high) / 2;
  }
  return wanted;
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

// The share of the rows that a window has.
double window_share(double correlation) {
  double low = 1e-12, high = 1;
  for (int i = 0; i < 60; ++i) {
    double middle = (low + high) / 2;
    (left_by_windows(middle) > std::abs(correlation) ? low : high) = middle;
  }
  return high;
}

std::uint64_t window_for(std::uint64_t rows, double correlation) {
  double size = std::round(window_share(correlation) * static_cast<double>(rows));
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(size));
}

}  // namespace

double strength_for(double correlation, const Distribution& distribution) {
  if (is_sorted(correlation)) return correlation > 0 ? 1 : -1;
  return strength_of_rank_correlation(beyond_ties(correlation, distribution, [&](double order) {
    double strength = strength_of_rank_correlation(order), noise = std::sqrt(std::max(0.0, 1 - strength * strength));
    return observed(distribution, [&](double place, double chance) {
      return normal_share(strength * normal_quantile(place) + noise * normal_quantile(chance));
    });
  }));
}

double order_for(double correlation, const Distribution& distribution) {
  if (is_sorted(correlation)) return correlation > 0 ? 1 : -1;
  return beyond_ties(correlation, distribution, [&](double order) {
    double window = window_share(order);
    return observed(distribution, [&](double place, double chance) {
      double start = std::floor(place / window) * window, share = start + chance * std::min(window, 1 - start);
      return order < 0 ? 1 - share : share;
    });
  });
}

Windowed::Windowed(base::Seed seed, std::uint64_t rows, double correlation)
    : rows_(std::max<std::uint64_t>(rows, 1)),
      window_(window_for(rows_, correlation)),
      last_start_((rows_ - 1) / window_ * window_),
      reversed_(correlation < 0),
      full_(seed, window_),
      last_(seed.derive("last"), rows_ - last_start_) {}

}  // namespace pgrehearse::generators
