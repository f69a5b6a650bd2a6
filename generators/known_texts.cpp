// Text of which common values and bounds are known. What lies between two bounds begins like the lower one, goes on
// with the letter after one of its letters, and so stands behind it and before the upper one.
#include <algorithm>

#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

// The letter after in any collation; none where that is not certain.
std::optional<char> letter_after(char c) {
  if ((c >= '0' && c <= '8') || (c >= 'a' && c <= 'y') || (c >= 'A' && c <= 'Y')) return static_cast<char>(c + 1);
  if (c == '9') return 'a';
  return std::nullopt;
}

// Where a letter can be raised, from `from` on; the end of the text where there is none.
std::size_t raisable(std::string_view text, std::size_t from) {
  while (from < text.size() && !letter_after(text[from])) ++from;
  return std::min(from, text.size());
}

struct Part {
  std::string low;         // the lower mark
  bool with_low = false;   // it is among the values
  std::size_t first = 0;   // of its letters that may be raised
  std::size_t digits = 0;  // of the number that makes the values different
  std::size_t low_size = 0, high_size = 0;
};

class KnownTexts final : public Values {
 public:
  KnownTexts(std::shared_ptr<const Distribution> distribution, std::vector<Part> parts, TextLengths lengths,
             std::size_t longest)
      : distribution_(std::move(distribution)),
        parts_(std::move(parts)),
        lengths_(std::move(lengths)),
        longest_(longest) {}
  std::uint64_t size() const override { return distribution_->size(); }
  void binary(std::uint64_t number, Output& out) const override {
    auto [stretch, index] = distribution_->spot(number);
    const Part& part = parts_[stretch];
    if (part.with_low && index == 0) return out.append(part.low);
    write(part, index, lengths_.at(number, part.low_size, part.high_size), out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    Output end(out);
    binary(number, end);
  }

 private:
  // Of the lower mark as much as the length leaves, with one letter raised, then the number.
  void write(const Part& part, std::uint64_t index, std::size_t length, Output& out) const {
    std::size_t kept = length > part.digits + 1 ? length - part.digits - 1 : 0;
    std::size_t raised = raisable(part.low, std::max(kept, part.first));
    if (raised + 1 + part.digits > longest_) raised = part.first;
    out.append(std::string_view(part.low).substr(0, raised));
    std::size_t written = raised;
    if (raised < part.low.size()) {
      out.append(*letter_after(part.low[raised]));
      ++written;
    }
    for (; written + part.digits < length; ++written) out.append('n');
    char* to = out.room(part.digits);
    for (std::size_t i = part.digits; i > 0; --i, index /= kDigits.size()) to[i - 1] = kDigits[index % kDigits.size()];
    out.advance(part.digits);
  }

  std::shared_ptr<const Distribution> distribution_;
  std::vector<Part> parts_;  // by stretch
  TextLengths lengths_;
  std::size_t longest_;
};

class Maker {
 public:
  explicit Maker(const Aim& aim) : aim_(aim), limits_(length_limits(aim.wanted)) {}

  std::optional<StatisticalValues> make() {
    std::vector<Stretch> stretches = stretches_of(aim_.statistics);
    if (aim_.wanted.distinct) std::erase_if(stretches, [](const Stretch& stretch) { return stretch.common(); });
    for (Stretch& stretch : stretches) stretch.room = room(stretch);
    StatisticalValues made;
    if (!fit(stretches, aim_.statistics.marks, aim_, made)) return std::nullopt;
    std::vector<std::size_t> lengths;
    for (const Mark& mark : aim_.statistics.marks) lengths.push_back(mark.value->size());
    std::vector<Part> parts;
    for (const Stretch& stretch : stretches) parts.push_back(part_of(stretch));
    made.values = std::make_shared<KnownTexts>(made.distribution, std::move(parts),
                                               TextLengths(aim_, stretches, lengths, 1), limits_.longest);
    return made;
  }

 private:
  const std::string& text(std::size_t mark) const { return *aim_.statistics.marks[mark].value; }

  // From where on letters may be raised: behind the first one that differs from the upper mark.
  std::size_t first(const Stretch& stretch) const {
    const std::string &low = text(stretch.low), &high = text(stretch.high);
    auto differs = std::mismatch(low.begin(), low.end(), high.begin(), high.end()).first;
    return raisable(low, static_cast<std::size_t>(differs - low.begin()) + 1);
  }

  std::uint64_t room(const Stretch& stretch) const {
    if (stretch.common()) return 1;
    std::uint64_t own = stretch.with_low ? 1 : 0;
    if (text(stretch.high).starts_with(text(stretch.low))) return own;
    std::size_t used = first(stretch);
    if (used < text(stretch.low).size()) ++used;
    std::uint64_t others = 1;
    for (; used < limits_.longest && others < kPlenty / kDigits.size(); ++used) others *= kDigits.size();
    return own + (others > 1 ? others : 0);
  }

  Part part_of(const Stretch& stretch) const {
    Part part{text(stretch.low),        stretch.with_low,         first(stretch), 0,
              text(stretch.low).size(), text(stretch.high).size()};
    if (stretch.common()) return part;
    for (base::Wide reach = 1; reach < stretch.values; reach *= kDigits.size()) ++part.digits;
    return part;
  }

  const Aim& aim_;
  LengthLimits limits_;
};

}  // namespace

std::optional<StatisticalValues> make_known_texts(const Aim& aim) { return Maker(aim).make(); }

}  // namespace pgrehearse::generators
