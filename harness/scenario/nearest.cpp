#include "harness/scenario/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace pgrehearse::scenario {
namespace {

std::string folded(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Optimal string alignment (Damerau 1964, restricted): one row for each letter of `a`, of which three are needed.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view written, const std::vector<std::string>& words) {
  constexpr std::size_t longest = 64;  // longer words are not typing errors
  if (written.size() > longest) return {};
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& word : words) {
    const std::size_t edits = distance(folded(written), folded(word));
    if (edits * 3 > std::max(written.size(), word.size())) continue;
    if (best.empty() || edits < best_distance) {
      best = word;
      best_distance = edits;
    }
  }
  return best;
}

std::string suggestion(std::string_view written, const std::vector<std::string>& words, std::string_view label) {
  const std::string near = nearest(written, words);
  if (!near.empty()) return fmt::format("did you mean '{}'?", near);
  return words.empty() ? std::string() : fmt::format("{}: {}", label, fmt::join(words, ", "));
}

}  // namespace pgrehearse::scenario
