// The random numbers of pgbench (PostgreSQL 15 and later): xoroshiro128** 1.0 by Blackman and Vigna
// (https://prng.di.unimi.it/), its state filled by splitmix64, and the ways in which PostgreSQL turns its bits into
// numbers (src/common/pg_prng.c). The same seed gives the same numbers as there.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace pgrehearse::load {

// Not thread-safe. Copying keeps the state.
class Prng {
 public:
  explicit constexpr Prng(std::uint64_t seed) : s0_(splitmix(seed)), s1_(splitmix(seed)) {
    if (s0_ == 0 && s1_ == 0) {  // the one state that never leaves itself
      s0_ = 0x5851f42d4c957f2du;
      s1_ = 0x14057b7ef767814fu;
    }
  }

  constexpr std::uint64_t bits() {
    const std::uint64_t value = std::rotl(s0_ * 5, 7) * 9;
    const std::uint64_t mixed = s1_ ^ s0_;
    s0_ = std::rotl(s0_, 24) ^ mixed ^ (mixed << 16);
    s1_ = std::rotl(mixed, 37);
    return value;
  }
  // Uniform in [0, 1), in steps of 2^-52.
  constexpr double unit() { return static_cast<double>(bits() >> 12) * 0x1.0p-52; }
  // Uniform in [0, last]: as many leading bits as `last` has, again until they are small enough.
  constexpr std::uint64_t up_to(std::uint64_t last) {
    if (last == 0) return 0;
    const int surplus = std::countl_zero(last);
    std::uint64_t value = 0;
    do {
      value = bits() >> surplus;
    } while (value > last);
    return value;
  }
  // Mean 0, standard deviation 1 (Box and Muller).
  double normal() {
    const double radius = 1 - unit(), angle = 1 - unit();
    return std::sqrt(-2 * std::log(radius)) * std::sin(2 * std::numbers::pi * angle);
  }

 private:
  static constexpr std::uint64_t splitmix(std::uint64_t& state) {
    std::uint64_t value = (state += 0x9e3779b97f4a7c15u);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
  }

  std::uint64_t s0_, s1_;
};

}  // namespace pgrehearse::load
