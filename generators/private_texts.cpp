// Text and bytea of which only rank, length and frequency are known. A value is made of a code for its stretch, a
// number within it, and noise up to its length. Codes and numbers are of fixed width, with digits that any collation
// puts in this order: 0-9, a-z.
#include <algorithm>
#include <array>

#include "generators/filler.hpp"
#include "generators/spread.hpp"
#include "generators/text_lengths.hpp"
#include "harness/base/check.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kLongestCode = 6;  // enough for any statistics: 36^6 stretches

// Small, so that many of them stay in the processor's caches.
struct Part {
  std::array<char, kLongestCode> code{};
  std::uint8_t code_size = 0;
  std::uint8_t width = 0;           // digits of the number within the stretch
  std::uint32_t low = 0, high = 0;  // lengths of the marks
  bool common = false;

  std::size_t coded() const { return std::size_t{code_size} + width; }
};

class PrivateTexts final : public Values {
 public:
  PrivateTexts(Alphabet alphabet, std::shared_ptr<const Distribution> distribution, std::vector<Part> parts,
               TextLengths lengths, LengthLimits limits, std::size_t code_width, base::Seed seed)
      : alphabet_(alphabet),
        distribution_(std::move(distribution)),
        parts_(std::move(parts)),
        lengths_(std::move(lengths)),
        filler_(alphabet, lengths_.texture()),
        limits_(limits),
        further_(alphabet_.reach(code_width) - 1),
        code_width_(code_width),
        seed_(seed) {}
  std::uint64_t size() const override {
    return limits_.longest < code_width_ + kFurther ? distribution_->size() : kPlenty;
  }
  void binary(std::uint64_t number, Output& out) const override { put({number, 0}, out); }
  void put(Draw draw, Output& out) const override {
    if (draw.number >= distribution_->size()) return write_further(draw.number - distribution_->size(), out);
    auto [stretch, index] = distribution_->spot(draw);
    const Part& part = parts_[stretch];
    std::size_t coded = part.coded(), size = part.low;
    if (!part.common) size = lengths_.at(draw.number, part.low, part.high);
    size = std::max(size, coded);
    char* to = out.room(std::max(size, kLongestCode));
    std::copy(part.code.begin(), part.code.end(), to);
    if (part.width > 0) {
      std::uint64_t place = spread(index, distribution_->values(stretch), alphabet_.reach(part.width));
      alphabet_.write(place, part.width, to + part.code_size);
    }
    if (size > coded) filler_.write(seed_.bits(draw.number), size - coded, to + coded);
    out.advance(size);
  }
  void expect(std::span<const Draw> draws) const override {
    for (const Draw& draw : draws) generators::expect(parts_.data() + draw.hint);
  }
  void text(std::uint64_t number, std::string& out) const override {
    alphabet_.append_text(encoded([&](Output& end) { binary(number, end); }), out);
  }

 private:
  static constexpr std::size_t kFurther = 8;  // digits of the rows that come later: enough for any

  // Behind all codes: they leave out the last.
  void write_further(std::uint64_t number, Output& out) const {
    char* to = out.room(code_width_ + kFurther);
    alphabet_.write(further_, code_width_, to);
    alphabet_.write(number, kFurther, to + code_width_);
    out.advance(code_width_ + kFurther);
  }

  Alphabet alphabet_;
  std::shared_ptr<const Distribution> distribution_;
  std::vector<Part> parts_;  // by stretch
  TextLengths lengths_;
  Filler filler_;
  LengthLimits limits_;
  std::uint64_t further_;
  std::size_t code_width_;
  base::Seed seed_;
};

// Where the type's length leaves no room for codes: each value's number among all of them, spread over all texts of
// that length.
class ShortTexts final : public Values {
 public:
  ShortTexts(Alphabet alphabet, std::shared_ptr<const Distribution> distribution, std::size_t length)
      : alphabet_(alphabet), distribution_(std::move(distribution)), length_(length) {}
  std::uint64_t size() const override { return distribution_->size(); }
  void binary(std::uint64_t number, Output& out) const override {
    std::uint64_t place = spread(number, distribution_->size(), alphabet_.reach(length_));
    alphabet_.write(place, length_, out.room(length_));
    out.advance(length_);
  }
  void text(std::uint64_t number, std::string& out) const override {
    alphabet_.append_text(encoded([&](Output& end) { binary(number, end); }), out);
  }

 private:
  Alphabet alphabet_;
  std::shared_ptr<const Distribution> distribution_;
  std::size_t length_;
};

// Codes that ascend, of `width` digits; shorter ones where the text is. Empty when the short ones leave no room.
std::vector<std::string> make_codes(Alphabet alphabet, std::size_t width, const std::vector<std::size_t>& longest) {
  std::vector<std::string> codes;
  std::uint64_t reach = alphabet.reach(width), next = 0;
  for (std::size_t i = 0; i < longest.size(); ++i) {
    std::size_t size = std::min(width, longest[i]);
    if (size == 0 && i == 0) {  // the empty text
      codes.emplace_back();
      continue;
    }
    std::uint64_t coarse = alphabet.reach(width - std::max<std::size_t>(size, 1));
    // Spread over all codes, whole digits of them; behind what is taken already.
    auto spread = static_cast<std::uint64_t>(base::Wide{reach - coarse} * (2 * i + 1) / (2 * longest.size()));
    std::uint64_t code = std::max((next + coarse - 1) / coarse, spread / coarse);
    next = (code + 1) * coarse;
    // The last code of all is for rows to come.
    if (next >= reach) return {};
    codes.emplace_back(std::max<std::size_t>(size, 1), '\0');
    alphabet.write(code, codes.back().size(), codes.back().data());
    if (coarse > 1) next = code * coarse + 1;
  }
  return codes;
}

Part part_of(const std::string& code, std::size_t width, std::size_t low, std::size_t high, bool common) {
  PGR_CHECK(code.size() <= kLongestCode);
  Part part;
  std::copy(code.begin(), code.end(), part.code.begin());
  part.code_size = static_cast<std::uint8_t>(code.size());
  part.width = static_cast<std::uint8_t>(width);
  part.low = static_cast<std::uint32_t>(low);
  part.high = static_cast<std::uint32_t>(high);
  part.common = common;
  return part;
}

}  // namespace

std::optional<StatisticalValues> make_private_texts(const Aim& aim) {
  StatisticalValues made;
  LengthLimits limits = length_limits(aim.wanted);
  Alphabet alphabet{aim.wanted.type->kind == Kind::bytea};
  std::vector<std::size_t> lengths;
  for (const Mark& mark : aim.statistics.marks) {
    std::size_t length = !mark.value ? mark.length : alphabet.bytes ? (mark.value->size() - 2) / 2 : mark.value->size();
    lengths.push_back(std::clamp<std::size_t>(length, limits.shortest, limits.longest));
  }
  std::vector<Stretch> stretches = stretches_of(aim, aim.statistics);
  for (Stretch& stretch : stretches) stretch.room = stretch.common() ? 1 : kPlenty;
  if (aim.wanted.distinct) std::erase_if(stretches, [](const Stretch& stretch) { return stretch.common(); });
  if (!fit(stretches, aim.statistics.marks, aim, made)) return std::nullopt;

  std::size_t width = std::max<std::size_t>(alphabet.width(4 * stretches.size() + 4), 1);
  std::vector<std::size_t> longest;
  for (const Stretch& stretch : stretches) longest.push_back(stretch.common() ? lengths[stretch.low] : width);
  std::vector<std::string> codes = make_codes(alphabet, width, longest);
  if (codes.empty()) codes = make_codes(alphabet, width, std::vector<std::size_t>(stretches.size(), width));
  std::vector<Part> parts;
  std::vector<std::size_t> least;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    parts.push_back(part_of(codes[i], alphabet.width(stretch.values), lengths[stretch.low], lengths[stretch.high],
                            stretch.common()));
    least.push_back(parts.back().coded());
    if ((stretch.common() ? codes[i].size() : least.back()) <= limits.longest) continue;
    if (made.distribution->size() > alphabet.reach(limits.longest)) return std::nullopt;
    made.values = std::make_shared<ShortTexts>(alphabet, made.distribution, limits.longest);
    return made;
  }
  TextLengths sizes(aim, stretches, lengths, least);
  sizes.follow(row_lengths(aim, made.distribution));
  made.values = std::make_shared<PrivateTexts>(alphabet, made.distribution, std::move(parts), std::move(sizes), limits,
                                               width, aim.wanted.seed);
  return made;
}

}  // namespace pgrehearse::generators
