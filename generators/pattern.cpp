#include "generators/pattern.hpp"

#include <algorithm>

#include "generators/values.hpp"
#include "harness/base/check.hpp"

namespace pgrehearse::generators {
namespace {

using What = PatternNode::What;

constexpr std::uint32_t kUsualRepeats = 8;  // what an unbounded repeat gets on top of its least

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  return a > kPlenty / std::max<std::uint64_t>(b, 1) ? kPlenty : a * b;
}
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return std::min(a + b, kPlenty); }

std::uint64_t power(std::uint64_t base, std::uint32_t exponent) {
  std::uint64_t result = 1;
  for (; exponent > 0 && result < kPlenty && base > 1; --exponent) result = product(result, base);
  return result;
}

std::uint64_t count(const PatternNode& node) {
  std::uint64_t total = node.what == What::sequence ? 1 : 0;
  switch (node.what) {
    case What::characters:
      return node.characters.size();
    case What::sequence:
      for (const PatternNode& child : node.children) total = product(total, count(child));
      return total;
    case What::choice:
      for (const PatternNode& child : node.children) total = sum(total, count(child));
      return total;
    case What::repeat: {
      std::uint64_t each = count(node.children.front());
      for (std::uint32_t n = node.least; n <= node.most; ++n) total = sum(total, power(each, n));
      return total;
    }
  }
  return total;
}

enum class End { shortest, longest };

std::size_t length(const PatternNode& node, End end) {
  if (node.what == What::characters) return 1;
  if (node.what == What::repeat)
    return length(node.children.front(), end) * (end == End::shortest ? node.least : node.most);
  std::size_t total = node.what == What::choice && end == End::shortest ? SIZE_MAX : 0;
  for (const PatternNode& child : node.children) {
    std::size_t each = length(child, end);
    if (node.what == What::sequence)
      total += each;
    else
      total = end == End::shortest ? std::min(total, each) : std::max(total, each);
  }
  return total;
}

void append_string(const PatternNode& node, std::uint64_t number, std::string& out);

// The lengths of a repeat are taken in turn: all strings of the least count first.
void append_repeat(const PatternNode& node, std::uint64_t number, std::string& out) {
  const PatternNode& child = node.children.front();
  const std::uint64_t each = count(child);
  PGR_CHECK(each > 0);
  std::uint32_t times = node.least;
  while (times < node.most && number >= power(each, times)) number -= power(each, times++);
  for (; times > 0; --times, number /= each) append_string(child, number % each, out);
}

void append_string(const PatternNode& node, std::uint64_t number, std::string& out) {
  switch (node.what) {
    case What::characters:
      out += node.characters[number % node.characters.size()];
      return;
    case What::sequence:
      for (const PatternNode& child : node.children) {
        const std::uint64_t each = count(child);
        PGR_CHECK(each > 0);
        append_string(child, number % each, out);
        number /= each;
      }
      return;
    case What::choice:
      for (const PatternNode& child : node.children) {
        std::uint64_t each = count(child);
        if (number < each || &child == &node.children.back()) return append_string(child, number, out);
        number -= each;
      }
      return;
    case What::repeat:
      return append_repeat(node, number, out);
  }
}

// The repeats of a pattern: first all at their least, then drawn out as far as they are wanted.
class Repeats {
 public:
  explicit Repeats(PatternNode& root) { collect(root); }

  // Each stays fixed, at one time more at each turn, while `wanted` and as far as the pattern allows.
  template <class Condition>
  void draw_out(Condition wanted) {
    for (bool grown = true; grown;) {
      grown = false;
      for (auto& [node, limit] : all_) {
        if (!wanted()) return;
        if (node->most >= std::min(limit, kMostRepeats)) continue;
        ++node->most;
        ++node->least;
        grown = true;
      }
    }
  }

  // Each gets its usual spread, as far as `fits` holds.
  template <class Condition>
  void vary(Condition fits) {
    for (auto& [node, limit] : all_) {
      std::uint32_t usual = std::min(limit, node->least + kUsualRepeats);
      while (node->most < usual && fits()) ++node->most;
      if (!fits() && node->most > node->least) --node->most;
    }
  }

 private:
  static constexpr std::uint32_t kMostRepeats = 100'000;
  void collect(PatternNode& node) {
    if (node.what == What::repeat) {
      all_.emplace_back(&node, node.most);
      node.most = node.least;
    }
    for (PatternNode& child : node.children) collect(child);
  }

  std::vector<std::pair<PatternNode*, std::uint32_t>> all_;
};

// The branch with the most strings.
void keep_largest_choice(PatternNode& node) {
  for (PatternNode& child : node.children) keep_largest_choice(child);
  if (node.what != What::choice) return;
  auto strings = [](PatternNode branch) {
    Repeats(branch).vary([] { return true; });
    return count(branch);
  };
  auto fewer = [&](const PatternNode& a, const PatternNode& b) { return strings(a) < strings(b); };
  PatternNode kept = std::move(*std::max_element(node.children.begin(), node.children.end(), fewer));
  node = std::move(kept);
}

// A character class with doubles ("[a-za]") would count some strings twice.
void remove_doubles(PatternNode& node) {
  std::sort(node.characters.begin(), node.characters.end());
  node.characters.erase(std::unique(node.characters.begin(), node.characters.end()), node.characters.end());
  for (PatternNode& child : node.children) remove_doubles(child);
}

}  // namespace

PatternStrings::PatternStrings(PatternNode root, std::size_t shortest, std::size_t longest, bool distinct,
                               std::uint64_t enough)
    : root_(std::move(root)) {
  remove_doubles(root_);
  if (distinct) keep_largest_choice(root_);
  Repeats repeats(root_);
  repeats.draw_out([&] { return this->shortest() < shortest; });
  if (distinct)
    repeats.draw_out([&] { return count(root_) < enough && this->longest() < longest; });
  else
    repeats.vary([&] { return this->longest() <= longest; });
  size_ = count(root_);
}

std::size_t PatternStrings::shortest() const { return length(root_, End::shortest); }
std::size_t PatternStrings::longest() const { return length(root_, End::longest); }
void PatternStrings::append(std::uint64_t number, std::string& out) const { append_string(root_, number, out); }

}  // namespace pgrehearse::generators
