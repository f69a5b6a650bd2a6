// The part of made-up texts that says nothing: as long as it has to be, and as hard to compress.
#pragma once

#include <cstring>

#include "generators/alphabet.hpp"

namespace pgrehearse::generators {

// Blocks of 64, each with a share of random characters, the rest equal in all of them. Pure and thread-safe.
class Filler {
 public:
  explicit Filler(Alphabet alphabet = {}, double random_share = 1)
      : alphabet_(alphabet), random_(static_cast<std::size_t>(random_share * kBlock + 0.5)) {}

  // Different bits, different characters.
  void write(std::uint64_t bits, std::size_t size, char* to) const {
    for (std::size_t at = 0; at < size; at += kBlock) {
      std::size_t block = std::min(kBlock, size - at), random = std::min(random_, block);
      for (std::size_t i = 0; i < random; bits = base::mix64(bits))
        for (std::uint64_t left = bits, n = 0; n < 12 && i < random; ++n, left >>= 5) to[at + i++] = character(left);
      std::memcpy(to + at + random, kRepeated.data(), block - random);
    }
  }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::string_view kRepeated = "the quick brown fox jumps over the lazy dog and runs away again ";

  char character(std::uint64_t bits) const {
    return alphabet_.bytes ? static_cast<char>(bits) : Alphabet::kLetters[10 + bits % 32 % 26];
  }

  Alphabet alphabet_;
  std::size_t random_;
};

// Of text with such a share: what pglz makes of it, to its length. Literals cost nine bits a byte, a match three bytes
// or so (src/common/pg_lzcompress.c).
inline double compressed_share(double random_share) { return std::min(1.0, random_share * 9 / 8 + 0.05); }

}  // namespace pgrehearse::generators
