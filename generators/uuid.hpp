// Random-looking UUIDs (version 4), different for different numbers.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "harness/base/random.hpp"

namespace pgrehearse::generators {

// mix64 is a bijection, and all its 64 bits stand in the UUID around the six fixed ones: no two numbers collide.
inline std::array<unsigned char, 16> uuid_bytes(base::Seed seed, std::uint64_t number) {
  std::uint64_t unique = base::mix64(number ^ seed.value), more = seed.bits(number);
  std::uint64_t high = (unique >> 16 << 16) | 0x4000 | (unique & 0x0fff);
  std::uint64_t low = 0x8000000000000000u | (unique & 0xf000) << 46 | (more & 0x03ffffffffffffffu);
  std::array<unsigned char, 16> bytes;
  high = __builtin_bswap64(high);
  low = __builtin_bswap64(low);
  std::memcpy(bytes.data(), &high, 8);
  std::memcpy(bytes.data() + 8, &low, 8);
  return bytes;
}

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

// Appends 8-4-4-4-12 digits, 36 characters, at `to`.
inline void write_uuid(const std::array<unsigned char, 16>& bytes, char* to) {
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    *to++ = kHexDigits[bytes[i] >> 4];
    *to++ = kHexDigits[bytes[i] & 15];
  }
}

}  // namespace pgrehearse::generators
