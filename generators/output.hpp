// Where encoded values go: the end of a string that grows in large steps, so that a value costs its bytes and no more.
#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace pgrehearse::generators {

// Appends to a string; the string has its true size again when the Output is gone. Not thread-safe.
class Output {
 public:
  explicit Output(std::string& bytes) : bytes_(bytes) { use(bytes.size()); }
  ~Output() { bytes_.resize(used()); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Room for `size` bytes at the end; advance() says how many of them were used.
  char* room(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) grow(size);
    return at_;
  }
  void advance(std::size_t size) { at_ += size; }

  void append(std::string_view text) {
    std::copy_n(text.data(), text.size(), room(text.size()));
    advance(text.size());
  }
  void append(char c) {
    *room(1) = c;
    advance(1);
  }

  // In decimal digits.
  void append_number(std::uint64_t number) {
    constexpr std::size_t most = 20;
    char* to = room(most);
    advance(static_cast<std::size_t>(std::to_chars(to, to + most, number).ptr - to));
  }

  // In network byte order.
  template <class Word>
  void put(Word value) {
    using Bits = std::make_unsigned_t<Word>;
    Bits bits = swapped(static_cast<Bits>(value));
    std::memcpy(room(sizeof bits), &bits, sizeof bits);
    advance(sizeof bits);
  }
  void put_double(double value) { put(std::bit_cast<std::uint64_t>(value)); }
  void put_float(float value) { put(std::bit_cast<std::uint32_t>(value)); }

  // A field: its length in four bytes, then its bytes. begin_field() returns what end_field() needs.
  std::size_t begin_field() {
    room(4);
    advance(4);
    return used();
  }
  void end_field(std::size_t begin) {
    std::uint32_t length = swapped(static_cast<std::uint32_t>(used() - begin));
    std::memcpy(start_ + begin - 4, &length, 4);
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
  std::size_t used() const { return static_cast<std::size_t>(at_ - start_); }
  void use(std::size_t size) {
    start_ = bytes_.data();
    at_ = start_ + size;
    end_ = start_ + bytes_.size();
  }
  [[gnu::noinline]] void grow(std::size_t size) {  // so that room() is inlined instead
    const std::size_t used = this->used();
    bytes_.resize(std::max(used + size + 64, bytes_.size() * 2));
    use(used);
  }

  std::string& bytes_;
  char *start_, *at_, *end_;
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
