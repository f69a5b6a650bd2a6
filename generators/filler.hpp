// The part of made-up texts that says nothing: as long as it has to be, and as hard to compress.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "generators/alphabet.hpp"

namespace pgrehearse::generators {

// How hard text is to compress: the share of random characters in it; the rest repeats after so many. In texts shorter
// than `plain_below` nothing repeats: short ones compress less than long ones, and not at all what saves too little.
struct Texture {
  double random_share = 1;
  std::size_t period = 64;
  std::size_t plain_below = 0;
};

// Blocks of 64 or nearly so, each with a share of random characters, the rest equal in all of them. Pure and
// thread-safe.
class Filler {
 public:
  explicit Filler(Alphabet alphabet = {}, Texture texture = {})
      : alphabet_(alphabet),
        random_(static_cast<std::size_t>(texture.random_share * kBlock + 0.5)),
        plain_below_(texture.plain_below) {
    const std::size_t period = std::clamp<std::size_t>(texture.period, 1, kBlock);
    block_ = kBlock / period * period;
    for (std::size_t i = 0; i < block_; ++i) repeated_[i] = kRepeated[i % period];
  }

  // Different bits, different characters.
  void write(std::uint64_t bits, std::size_t size, char* to) const {
    const std::size_t most_random = size < plain_below_ ? kBlock : random_;
    for (std::size_t at = 0; at < size; at += block_) {
      std::size_t block = std::min(block_, size - at), random = std::min(most_random, block);
      for (std::size_t i = 0; i < random; bits = base::mix64(bits))
        for (std::uint64_t left = bits, n = 0; n < 12 && i < random; ++n, left >>= 5) to[at + i++] = character(left);
      std::memcpy(to + at + random, repeated_.data(), block - random);
    }
  }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::string_view kRepeated = "the quick brown fox jumps over the lazy dog and runs away again ";

  char character(std::uint64_t bits) const {
    return alphabet_.bytes ? static_cast<char>(bits) : Alphabet::kLetters[10 + bits % 32 % 26];
  }

  Alphabet alphabet_;
  std::size_t random_, plain_below_, block_ = kBlock;
  std::array<char, kBlock> repeated_{};
};

// Of text with such a share of random characters: what pglz makes of it, to its length. Literals cost nine bits a byte,
// a match three bytes or so (src/common/pg_lzcompress.c).
inline double compressed_share(double random_share) { return std::min(1.0, random_share * 1.1 + 0.04); }

// The texture with which a text of such a length is compressed to such a share of it. What hardly varies within itself
// is as long, compressed, as its first period; all behind that are matches, of 273 bytes at most.
inline Texture texture_for(double compressed, double length) {
  const double random = std::min((compressed - 0.04) / 1.1, 1.0);
  if (random >= 1.0 / 64) return {random, 64};
  constexpr double literal = 9.0 / 8, match = 3.1 / 273, header = 8, code = 5;
  const double period = ((compressed - match) * length - header) / literal - code;
  return {0, static_cast<std::size_t>(std::clamp(period, 1.0, 64.0))};
}

}  // namespace pgrehearse::generators
