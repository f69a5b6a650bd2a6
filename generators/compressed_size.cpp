#include "generators/compressed_size.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kShortestMatch = 4, kLongestMatch = 273, kFarthest = 4'095, kNowhereBefore = ~std::size_t{0};

// Where the same four bytes stood before: the nearest first.
class History {
 public:
  explicit History(std::string_view bytes) : bytes_(bytes), before_(bytes.size(), kNowhereBefore) {
    nearest_.fill(kNowhereBefore);
  }

  void add(std::size_t at) {
    if (at + kShortestMatch > bytes_.size()) return;
    before_[at] = std::exchange(nearest_[hash(at)], at);
  }
  // Of the longest match; 0: none.
  std::size_t match(std::size_t at) const {
    constexpr int tries = 16;
    std::size_t longest = 0;
    if (at + kShortestMatch > bytes_.size()) return longest;
    std::size_t from = nearest_[hash(at)];
    for (int i = 0; i < tries && from != kNowhereBefore && at - from <= kFarthest; ++i, from = before_[from])
      longest = std::max(longest, same(from, at));
    return longest >= kShortestMatch ? longest : 0;
  }

 private:
  std::size_t hash(std::size_t at) const {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < kShortestMatch; ++i) sum = sum << 8 | static_cast<unsigned char>(bytes_[at + i]);
    return sum * 2'654'435'761U >> 20;
  }
  std::size_t same(std::size_t from, std::size_t at) const {
    std::size_t most = std::min(kLongestMatch, bytes_.size() - at), length = 0;
    while (length < most && bytes_[from + length] == bytes_[at + length]) ++length;
    return length;
  }

  std::string_view bytes_;
  std::array<std::size_t, 4'096> nearest_;
  std::vector<std::size_t> before_;
};

}  // namespace

double compressed_size(std::string_view bytes) {
  constexpr double control = 1.0 / 8, header = 8, enough = 0.75;
  constexpr std::size_t short_match = 17;
  History history(bytes);
  double size = header;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t match = history.match(at), step = std::max<std::size_t>(match, 1);
    size += control + (match == 0 ? 1 : match <= short_match ? 2 : 3);
    for (std::size_t i = 0; i < step; ++i) history.add(at++);
  }
  const auto plain = static_cast<double>(bytes.size());
  return size < enough * plain ? size : plain;
}

double toasted_width(std::string_view bytes, double beside) {
  const double plain = stored_width(static_cast<double>(bytes.size()));
  if (plain + beside <= kToastedRow) return plain;
  const double compressed = compressed_size(bytes);
  return compressed + beside <= kToastedRow ? compressed : kToastPointer;
}

}  // namespace pgrehearse::generators
