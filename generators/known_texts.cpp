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

struct Part {
  std::string low;         // the lower mark
  bool with_low = false;   // it is among the values
  std::size_t first = 0;   // of its letters that may be raised
  std::size_t digits = 0;  // of the number that makes the values different
  std::size_t low_size = 0, high_size = 0;
};

class KnownTexts final : public Values {
 public:
  KnownTexts(Alphabet alphabet, std::shared_ptr<const Distribution> distribution, std::vector<Part> parts,
             TextLengths lengths, std::size_t longest, std::string highest, base::Seed seed)
      : alphabet_(alphabet),
        distribution_(std::move(distribution)),
        parts_(std::move(parts)),
        lengths_(std::move(lengths)),
        longest_(longest),
        highest_(std::move(highest)),
        filler_(alphabet, lengths_.random_share()),
        seed_(seed) {}
  std::uint64_t size() const override {
    return longest_ < highest_.size() + kFurther ? distribution_->size() : kPlenty;
  }
  void binary(std::uint64_t number, Output& out) const override {
    if (number >= distribution_->size()) return write_further(number - distribution_->size(), out);
    auto [stretch, index] = distribution_->spot(number);
    const Part& part = parts_[stretch];
    if (part.with_low && index == 0) return out.append(part.low);
    write(part, index, number, lengths_.at(number, part.low_size, part.high_size), out);
  }
  void text(std::uint64_t number, std::string& out) const override {
    alphabet_.append_text(encoded([&](Output& end) { binary(number, end); }), out);
  }

 private:
  static constexpr std::size_t kFurther = 8;  // digits of the rows that come later: enough for any

  // Behind the highest mark.
  void write_further(std::uint64_t number, Output& out) const {
    out.append(highest_);
    alphabet_.write(number, kFurther, out.room(kFurther));
    out.advance(kFurther);
  }

  // Of the lower mark as much as the length leaves, with one letter raised, then the number; and what does not compress
  // better than production's.
  void write(const Part& part, std::uint64_t index, std::uint64_t number, std::size_t length, Output& out) const {
    std::size_t kept = length > part.digits + 1 ? length - part.digits - 1 : 0;
    std::size_t raised = raisable(alphabet_, part.low, std::max(kept, part.first));
    if (raised + 1 + part.digits > longest_) raised = part.first;
    out.append(std::string_view(part.low).substr(0, raised));
    std::size_t written = raised;
    if (raised < part.low.size()) {
      out.append(*alphabet_.after(part.low[raised]));
      ++written;
    }
    std::size_t size = std::max(length, written + part.digits) - written;
    char* to = out.room(size);
    alphabet_.write(index, part.digits, to);
    filler_.write(seed_.bits(number), size - part.digits, to + part.digits);
    out.advance(size);
  }

  Alphabet alphabet_;
  std::shared_ptr<const Distribution> distribution_;
  std::vector<Part> parts_;  // by stretch
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
    for (Stretch& stretch : stretches) stretch.room = room(stretch);
    StatisticalValues made;
    if (!fit(stretches, aim_.statistics.marks, aim_, made)) return std::nullopt;
    std::vector<std::size_t> lengths;
    for (const std::string& value : values_) lengths.push_back(value.size());
    std::vector<Part> parts;
    std::vector<std::size_t> least;
    for (const Stretch& stretch : stretches) {
      parts.push_back(part_of(stretch));
      const Part& part = parts.back();
      least.push_back(part.first + (part.first < part.low.size() ? 1 : 0) + part.digits);
    }
    made.values = std::make_shared<KnownTexts>(alphabet_, made.distribution, std::move(parts),
                                               TextLengths(aim_, stretches, lengths, least), limits_.longest,
                                               values_.back(), aim_.wanted.seed);
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
    if (stretch.common()) return 1;
    std::uint64_t own = stretch.with_low ? 1 : 0;
    if (text(stretch.high).starts_with(text(stretch.low))) return own;
    std::size_t used = first(stretch);
    if (used < text(stretch.low).size()) ++used;
    std::uint64_t others = 1;
    for (; used < limits_.longest && others < kPlenty / alphabet_.size(); ++used) others *= alphabet_.size();
    return own + (others > 1 ? others : 0);
  }

  Part part_of(const Stretch& stretch) const {
    Part part{text(stretch.low),        stretch.with_low,         first(stretch), 0,
              text(stretch.low).size(), text(stretch.high).size()};
    if (stretch.common()) return part;
    part.digits = alphabet_.width(stretch.values);
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
