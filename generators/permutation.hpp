// A shuffle that needs no memory: item k of a pseudo-random permutation of 0 .. size-1, from k alone. This is how keys
// stay unique by construction. A Feistel network over Z_a x Z_b with a*b just above size, and cycle walking for the few
// numbers that fall outside (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
#pragma once

#include <cmath>
#include <cstdint>

#include "harness/base/random.hpp"

namespace pgrehearse::generators {

class Permutation {
 public:
  // At most 2^62 items.
  Permutation(base::Seed seed, std::uint64_t size) : seed_(seed), size_(size) {
    low_ = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(size))) + 1;
    high_ = size / low_ + 1;
  }

  std::uint64_t size() const { return size_; }

  // Numbers from size on stay themselves, so that a permuted key goes on for ever.
  std::uint64_t operator()(std::uint64_t k) const {
    if (k >= size_) return k;
    do k = shuffle(k);
    while (k >= size_);
    return k;
  }
  // Where item k went: inverse(p(k)) == k.
  std::uint64_t inverse(std::uint64_t k) const {
    if (k >= size_) return k;
    do k = unshuffle(k);
    while (k >= size_);
    return k;
  }

 private:
  std::uint64_t shuffle(std::uint64_t k) const {
    std::uint64_t high = k / low_, low = k % low_;
    for (std::uint64_t round = 0; round < 4; round += 2) {
      high = wrapped(high + noise(low, round, high_), high_);
      low = wrapped(low + noise(high, round + 1, low_), low_);
    }
    return high * low_ + low;
  }
  std::uint64_t unshuffle(std::uint64_t k) const {
    std::uint64_t high = k / low_, low = k % low_;
    for (std::uint64_t round = 4; round > 0; round -= 2) {
      low = wrapped(low + low_ - noise(high, round - 1, low_), low_);
      high = wrapped(high + high_ - noise(low, round - 2, high_), high_);
    }
    return high * low_ + low;
  }
  static std::uint64_t wrapped(std::uint64_t sum, std::uint64_t bound) { return sum < bound ? sum : sum - bound; }
  std::uint64_t noise(std::uint64_t x, std::uint64_t round, std::uint64_t bound) const {
    std::uint64_t bits = base::mix64(seed_.value + (x << 2 | round));
    return static_cast<std::uint64_t>((static_cast<base::Wide>(bits) * bound) >> 64);
  }

  base::Seed seed_;
  std::uint64_t size_, low_, high_;
};

}  // namespace pgrehearse::generators
