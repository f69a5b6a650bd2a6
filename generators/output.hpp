// Where encoded values go: the end of a string that grows in large steps, so that a value costs its bytes and no more.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace pgrehearse::generators {

// Appends to a string; the string has its true size again when the Output is gone. Not thread-safe.
class Output {
 public:
  explicit Output(std::string& bytes) : bytes_(bytes), used_(bytes.size()) {}
  ~Output() { bytes_.resize(used_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Room for `size` bytes at the end; advance() says how many of them were used.
  char* room(std::size_t size) {
    if (bytes_.size() - used_ < size) grow(size);
    return bytes_.data() + used_;
  }
  void advance(std::size_t size) { used_ += size; }

  void append(std::string_view text) {
    std::copy_n(text.data(), text.size(), room(text.size()));
    used_ += text.size();
  }
  void append(char c) {
    *room(1) = c;
    ++used_;
  }

  // In network byte order.
  template <class Word>
  void put(Word value) {
    using Bits = std::make_unsigned_t<Word>;
    Bits bits = swapped(static_cast<Bits>(value));
    std::memcpy(room(sizeof bits), &bits, sizeof bits);
    used_ += sizeof bits;
  }
  void put_double(double value) { put(std::bit_cast<std::uint64_t>(value)); }
  void put_float(float value) { put(std::bit_cast<std::uint32_t>(value)); }

  // A field: its length in four bytes, then its bytes. begin_field() returns what end_field() needs.
  std::size_t begin_field() {
    room(4);
    used_ += 4;
    return used_;
  }
  void end_field(std::size_t begin) {
    std::uint32_t length = swapped(static_cast<std::uint32_t>(used_ - begin));
    std::memcpy(bytes_.data() + begin - 4, &length, 4);
  }
  void put_null() { put<std::int32_t>(-1); }
  void put_field(std::string_view bytes) {
    put(static_cast<std::uint32_t>(bytes.size()));
    append(bytes);
  }

 private:
  template <class Bits>
  static Bits swapped(Bits bits) {
    static_assert(std::endian::native == std::endian::little);
    if constexpr (sizeof bits == 1) return bits;
    if constexpr (sizeof bits == 2) return __builtin_bswap16(bits);
    if constexpr (sizeof bits == 4) return __builtin_bswap32(bits);
    if constexpr (sizeof bits == 8) return __builtin_bswap64(bits);
  }
  void grow(std::size_t size) { bytes_.resize(std::max(used_ + size + 4096, bytes_.size() * 2)); }

  std::string& bytes_;
  std::size_t used_;
};

// What `write` writes to an Output.
template <class Write>
std::string encoded(Write write) {
  std::string bytes;
  {
    Output out(bytes);
    write(out);
  }
  return bytes;
}

}  // namespace pgrehearse::generators
