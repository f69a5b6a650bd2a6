// What made-up texts number their values with, so that they stand in the order of the numbers: letters that any
// collation puts in this order (0-9, a-z), or, in bytea, all bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/random.hpp"

namespace pgrehearse::generators {

struct Alphabet {
  bool bytes = false;

  static constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";

  std::uint64_t size() const { return bytes ? 256 : kLetters.size(); }
  char digit(std::uint64_t value) const { return bytes ? static_cast<char>(value) : kLetters[value]; }
  // The next in order; none where that is not certain.
  std::optional<char> after(char c) const {
    if (bytes) return c == '\xff' ? std::nullopt : std::optional(static_cast<char>(c + 1));
    if ((c >= '0' && c <= '8') || (c >= 'a' && c <= 'y') || (c >= 'A' && c <= 'Y')) return static_cast<char>(c + 1);
    return c == '9' ? std::optional('a') : std::nullopt;
  }
  // Whether the next one of `low` stands before `high` for certain.
  bool between(char low, char high) const {
    auto next = after(low);
    if (bytes) return next && static_cast<unsigned char>(*next) < static_cast<unsigned char>(high);
    auto kind = [](char c) {
      return c >= 'a' && c <= 'z' ? 'a' : c >= 'A' && c <= 'Z' ? 'A' : c >= '0' && c <= '9' ? '0' : ' ';
    };
    return next && kind(low) == kind(high) && kind(*next) == kind(high) && *next < high;
  }
  // How many digits count to `count`.
  std::size_t width(std::uint64_t count) const {
    std::size_t digits = 0;
    for (base::Wide reach = 1; reach < count; reach *= size()) ++digits;
    return digits;
  }
  std::uint64_t reach(std::size_t width) const {
    std::uint64_t reach = 1;
    while (width-- > 0) reach *= size();
    return reach;
  }
  void write(std::uint64_t value, std::size_t width, char* to) const {
    for (std::size_t i = width; i > 0; --i, value /= size()) to[i - 1] = digit(value % size());
  }
  // What the type's input function reads.
  void append_text(std::string_view value, std::string& out) const {
    if (!bytes) {
      out += value;
      return;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    out += "\\x";
    for (char c : value) {
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15];
    }
  }
};

}  // namespace pgrehearse::generators
