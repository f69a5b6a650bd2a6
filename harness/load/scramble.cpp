#include "harness/load/scramble.hpp"

#include <bit>

#include "harness/base/check.hpp"
#include "harness/load/prng.hpp"

namespace pgrehearse::load {
namespace {

// A bijection of [0, mask], mask + 1 a power of two: times an odd number, XOR, and the highest bit to the lowest place.
struct Round {
  std::uint64_t factor, flip;

  Round(Prng& random, std::uint64_t mask) : factor((random.bits() & mask) | 1), flip(random.bits() & mask) {}

  std::uint64_t operator()(std::uint64_t value, std::uint64_t mask, int width) const {
    value = ((value * factor) ^ flip) & mask;
    return ((value << 1) & mask) | (value >> (width - 1));
  }
};

}  // namespace

std::int64_t hash_fnv1a(std::int64_t value, std::int64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ static_cast<std::uint64_t>(seed);
  auto rest = static_cast<std::uint64_t>(value);
  for (int octet = 0; octet < 8; ++octet, rest >>= 8) hash = (hash ^ (rest & 0xff)) * 0x100000001b3u;
  return static_cast<std::int64_t>(hash);
}

std::int64_t hash_murmur2(std::int64_t value, std::int64_t seed) {
  constexpr std::uint64_t factor = 0xc6a4a7935bd1e995u;
  constexpr int shift = 47;
  auto block = static_cast<std::uint64_t>(value) * factor;
  block = (block ^ (block >> shift)) * factor;
  std::uint64_t hash = (static_cast<std::uint64_t>(seed) ^ (sizeof(value) * factor)) ^ block;
  hash *= factor;
  hash = (hash ^ (hash >> shift)) * factor;
  return static_cast<std::int64_t>(hash ^ (hash >> shift));
}

// The size is seldom a power of two, so each round works on the lower and on the upper half, which overlap, and then
// turns the whole by an offset.
std::int64_t permute(std::int64_t value, std::int64_t size, std::int64_t seed) {
  PGR_CHECK(size > 0);
  if (size == 1) return 0;
  Prng random(static_cast<std::uint64_t>(seed));
  const auto count = static_cast<std::uint64_t>(size);
  const int width = std::bit_width(count) - 1;
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  std::uint64_t at = static_cast<std::uint64_t>(value) % count;
  for (int round = 0; round < 6; ++round) {
    const Round lower(random, mask);
    if (at <= mask) at = lower(at, mask, width);
    const Round upper(random, mask);
    if (const std::uint64_t mirrored = count - 1 - at; mirrored <= mask) at = count - 1 - upper(mirrored, mask, width);
    at = (at + random.up_to(count - 1)) % count;
  }
  return static_cast<std::int64_t>(at);
}

}  // namespace pgrehearse::load
