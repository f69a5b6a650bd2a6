// Chance as a pure function: (seed, name, number) always gives the same bits, in any order and on any thread, so that
// any slice of any table can be made anywhere. The mixer is splitmix64's finaliser (Steele, Lea, Flood: "Fast
// splittable pseudorandom number generators", OOPSLA 2014; constants of Vigna's splitmix64.c).
#pragma once

#include <cstdint>
#include <string_view>

namespace pgrehearse::base {

constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

__extension__ using Wide = unsigned __int128;

struct Seed {
  std::uint64_t value = 0;

  // A seed of its own for what `name` names; unrelated to those of other names.
  constexpr Seed derive(std::string_view name) const {
    std::uint64_t hash = 0xcbf29ce484222325u ^ value;  // FNV-1a, mixed
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return {mix64(hash)};
  }
  constexpr Seed derive(std::uint64_t n) const { return {mix64(value ^ mix64(n))}; }

  // 64 uniform bits for item n.
  constexpr std::uint64_t bits(std::uint64_t n) const { return mix64(value + mix64(n)); }
  // Uniform in [0, 1).
  constexpr double unit(std::uint64_t n) const { return static_cast<double>(bits(n) >> 11) * 0x1.0p-53; }
  // Uniform in [0, bound); bound > 0. The bias is below bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t n, std::uint64_t bound) const {
    return static_cast<std::uint64_t>((static_cast<Wide>(bits(n)) * bound) >> 64);
  }
};

// A stream for loops that need many numbers in order. Not thread-safe.
class RandomStream {
 public:
  explicit constexpr RandomStream(Seed seed) : seed_(seed) {}
  constexpr std::uint64_t bits() { return seed_.bits(next_++); }
  constexpr double unit() { return seed_.unit(next_++); }
  constexpr std::uint64_t below(std::uint64_t bound) { return seed_.below(next_++, bound); }

 private:
  Seed seed_;
  std::uint64_t next_ = 0;
};

}  // namespace pgrehearse::base
