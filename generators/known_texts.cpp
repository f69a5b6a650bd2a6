// Text and bytea of which common values and bounds are known. What lies between two bounds begins like the lower one,
// goes on with the letter after one of its letters, and so stands behind it and before the upper one.
#include <algorithm>

#include "generators/filler.hpp"
#include "generators/literal.hpp"
#include "generators/text_lengths.hpp"

namespace pgrehearse::generators {
namespace {

// Where a letter can be raised, from `from` on; the end of the text where there is none.
std::size_t raisable(Alphabet alphabet, std::string_view text, std::size_t from) {
  while (from < text.size() && !alphabet.after(text[from])) ++from;
  return std::min(from, text.size());
}

// Small, so that many of them stay in the processor's caches.
struct Part {
  std::size_t low = 0;  // where the lower mark stands among the texts
  std::uint32_t low_size = 0, high_size = 0;
  std::uint32_t first = 0;  // of the lower mark's letters that may be raised
  std::uint8_t digits = 0;  // of the number that makes the values different
  bool with_low = false;    // the lower mark is among the values
};

class KnownTexts final : public Values {
 public:
  KnownTexts(Alphabet alphabet, std::shared_ptr<const Distribution> distribution, std::vector<Part> parts,
             std::string texts, TextLengths lengths, std::size_t longest, std::string highest, base::Seed seed)
      : alphabet_(alphabet),
        distribution_(std::move(distribution)),
        parts_(std::move(parts)),
        texts_(std::move(texts)),
        lengths_(std::move(lengths)),
        longest_(longest),
        highest_(std::move(highest)),
        filler_(alphabet, lengths_.texture()),
        seed_(seed) {}
  std::uint64_t size() const override {
    return longest_ < highest_.size() + kFurther ? distribution_->size() : kPlenty;
  }
  void binary(std::uint64_t number, Output& out) const override { put({number, 0}, out); }
  void put(Draw draw, Output& out) const override {
    if (draw.number >= distribution_->size()) return write_further(draw.number - distribution_->size(), out);
    auto [stretch, index] = distribution_->spot(draw);
    const Part& part = parts_[stretch];
    if (part.with_low && index == 0) return out.append(low(part));
    write(part, index, draw.number, lengths_.at(draw.number, part.low_size, part.high_size), out);
  }
  void expect(std::span<const Draw> draws) const override {
    for (const Draw& draw : draws) generators::expect(parts_.data() + draw.hint);
    for (const Draw& draw : draws)
      if (draw.hint < parts_.size()) generators::expect(texts_.data() + parts_[draw.hint].low);
  }
  void text(std::uint64_t number, std::string& out) const override {
    alphabet_.append_text(encoded([&](Output& end) { binary(number, end); }), out);
  }

 private:
  static constexpr std::size_t kFurther = 8;  // digits of the rows that come later: enough for any

  std::string_view low(const Part& part) const { return {texts_.data() + part.low, part.low_size}; }

  // Behind the highest mark.
  void write_further(std::uint64_t number, Output& out) const {
    out.append(highest_);
    alphabet_.write(number, kFurther, out.room(kFurther));
    out.advance(kFurther);
  }

  // Of the lower mark as much as the length leaves, with one letter raised, then the number; and what does not compress
  // better than production's.
  void write(const Part& part, std::uint64_t index, std::uint64_t number, std::size_t length, Output& out) const {
    const std::string_view low = this->low(part);
    const std::size_t digits = part.digits, kept = length > digits + 1 ? length - digits - 1 : 0;
    std::size_t raised = raisable(alphabet_, low, std::max<std::size_t>(kept, part.first));
    if (raised + 1 + digits > longest_) raised = part.first;
    out.append(low.substr(0, raised));
    std::size_t written = raised;
    if (raised < low.size()) {
      out.append(*alphabet_.after(low[raised]));
      ++written;
    }
    std::size_t size = std::max(length, written + digits) - written;
    char* to = out.room(size);
    alphabet_.write(index, digits, to);
    filler_.write(seed_.bits(number), size - digits, to + digits);
    out.advance(size);
  }

  Alphabet alphabet_;
  std::shared_ptr<const Distribution> distribution_;
  std::vector<Part> parts_;  // by stretch
  std::string texts_;        // the marks, one behind the other
  TextLengths lengths_;
  std::size_t longest_;
  std::string highest_;  // mark
  Filler filler_;
  base::Seed seed_;
};

class Maker {
 public:
  explicit Maker(const Aim& aim)
      : aim_(aim), limits_(length_limits(aim.wanted)), alphabet_{aim.wanted.type->kind == Kind::bytea} {}

  std::optional<StatisticalValues> make() {
    for (const Mark& mark : aim_.statistics.marks) {
      auto value = binary_literal(*aim_.wanted.type, *mark.value);
      if (!value) return std::nullopt;
      values_.push_back(std::move(*value));
    }
    std::vector<Stretch> stretches = stretches_of(aim_, aim_.statistics);
    if (aim_.wanted.distinct) std::erase_if(stretches, [](const Stretch& stretch) { return stretch.common(); });
    set_room(
        stretches, [this](const Stretch& stretch) { return room(stretch); },
        [this](std::size_t a, std::size_t b) { return text(a) == text(b); });
    StatisticalValues made;
    if (!fit(stretches, aim_.statistics.marks, aim_, made)) return std::nullopt;
    std::vector<std::size_t> lengths;
    for (const std::string& value : values_) lengths.push_back(value.size());
    std::vector<Part> parts;
    std::vector<std::size_t> least;
    std::string texts;
    for (const Stretch& stretch : stretches) {
      Part part = part_of(stretch);
      part.low = texts.size();
      texts += text(stretch.low);
      least.push_back(part.first + (part.first < part.low_size ? 1 : 0) + part.digits);
      parts.push_back(part);
    }
    TextLengths sizes(aim_, stretches, lengths, least);
    sizes.follow(row_lengths(aim_, made.distribution));
    made.values = std::make_shared<KnownTexts>(alphabet_, made.distribution, std::move(parts), std::move(texts),
                                               std::move(sizes), limits_.longest, values_.back(), aim_.wanted.seed);
    return made;
  }

 private:
  const std::string& text(std::size_t mark) const { return values_[mark]; }

  // From where on letters may be raised: behind the first one that differs from the upper mark, or there, if the next
  // letter still stands before that mark's.
  std::size_t first(const Stretch& stretch) const {
    const std::string &low = text(stretch.low), &high = text(stretch.high);
    auto differs = std::mismatch(low.begin(), low.end(), high.begin(), high.end()).first;
    auto at = static_cast<std::size_t>(differs - low.begin());
    bool between = at < low.size() && at < high.size() && alphabet_.between(low[at], high[at]);
    return raisable(alphabet_, low, between ? at : at + 1);
  }

  std::uint64_t room(const Stretch& stretch) const {
    std::uint64_t own = stretch.with_low ? 1 : 0;
    if (text(stretch.high).starts_with(text(stretch.low))) return own;
    std::size_t used = first(stretch);
    if (used < text(stretch.low).size()) ++used;
    std::uint64_t others = 1;
    for (; used < limits_.longest && others < kPlenty / alphabet_.size(); ++used) others *= alphabet_.size();
    return own + (others > 1 ? others : 0);
  }

  Part part_of(const Stretch& stretch) const {
    Part part;
    part.low_size = static_cast<std::uint32_t>(text(stretch.low).size());
    part.high_size = static_cast<std::uint32_t>(text(stretch.high).size());
    part.first = static_cast<std::uint32_t>(first(stretch));
    // A single value needs no number, but where it would be the lower mark itself.
    const std::size_t least = !stretch.with_low && part.first == part.low_size ? 1 : 0;
    part.digits = static_cast<std::uint8_t>(stretch.common() ? 0 : std::max(alphabet_.width(stretch.values), least));
    part.with_low = stretch.with_low;
    return part;
  }

  const Aim& aim_;
  LengthLimits limits_;
  Alphabet alphabet_;
  std::vector<std::string> values_;  // by mark
};

}  // namespace

std::optional<StatisticalValues> make_known_texts(const Aim& aim) { return Maker(aim).make(); }

}  // namespace pgrehearse::generators
