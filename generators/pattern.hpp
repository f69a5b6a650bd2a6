// Text from a pattern: the strings that a regular expression (or a LIKE pattern, or an override's pattern) matches,
// numbered. The usual core of POSIX expressions is understood: literals, classes, groups, alternation, quantifiers and
// anchors at the ends; no look-around, no back references.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace pgrehearse::generators {

// A node of the pattern. ASCII only.
struct PatternNode {
  enum class What { characters, sequence, choice, repeat };
  What what = What::characters;
  std::string characters;             // one of these
  std::vector<PatternNode> children;  // of sequence and choice; of repeat exactly one
  std::uint32_t least = 1, most = 1;  // repeat; most may be kUnbounded
};

inline constexpr std::uint32_t kUnbounded = 0xffffffff;

// Errors say which construct is beyond us, without a hint.
base::Result<PatternNode> parse_regex(std::string_view pattern);
PatternNode parse_like(std::string_view pattern);
// # a digit, ? a lower-case letter, * either; the rest stands for itself.
PatternNode parse_mask(std::string_view pattern);

// A pattern whose repeats and lengths are settled, so that its strings can be counted.
class PatternStrings {
 public:
  // Strings of `shortest` to `longest` characters, as far as the pattern allows it; whether all are, the bounds tell.
  // `distinct`: every repeat and choice is fixed, so that different numbers give different strings, and at least
  // `enough` of them where some repeat can be drawn out that far.
  PatternStrings(PatternNode root, std::size_t shortest, std::size_t longest, bool distinct, std::uint64_t enough);

  std::uint64_t size() const { return size_; }  // saturates at 2^62; never 0
  std::size_t shortest() const;
  std::size_t longest() const;
  void append(std::uint64_t number, std::string& out) const;

 private:
  PatternNode root_;
  std::uint64_t size_;
};

}  // namespace pgrehearse::generators
