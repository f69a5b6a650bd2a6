// Made-up text in the style that the column's name suggests, within its length. A distinct text ends in its number in
// base 36 behind a separator that is no such digit, so that the number can be read back from it: no two are equal, in
// lower case either. Where that does not fit, the text is the number.
#include <fmt/format.h>

#include <algorithm>

#include "generators/hints.hpp"
#include "generators/uuid.hpp"
#include "generators/values.hpp"
#include "generators/words.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kNumberDigits = 13;  // of 2^62 in base 36

// Writes into a fixed room; what does not fit is cut off.
class Pen {
 public:
  Pen(char* at, std::size_t room) : start_(at), at_(at), end_(at + room) {}

  std::size_t written() const { return static_cast<std::size_t>(at_ - start_); }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  char* at() const { return at_; }
  Pen& add(std::string_view text) {
    std::size_t size = std::min(text.size(), left());
    at_ = std::copy_n(text.data(), size, at_);
    return *this;
  }
  Pen& add(char c) { return add(std::string_view(&c, 1)); }
  Pen& lower(std::string_view text) {
    for (char c : text) add(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    return *this;
  }
  // Without leading zeros, or of exactly `width` digits.
  Pen& digits(std::uint64_t number, unsigned base, std::size_t width = 0) {
    char reversed[64];
    std::size_t count = 0;
    do reversed[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % base];
    while ((number /= base) > 0 || count < width);
    while (count > 0) add(reversed[--count]);
    return *this;
  }
  // Past what another pen wrote here.
  void skip(std::size_t size) { at_ += size; }
  void pad(std::size_t size) {
    while (written() < size && left() > 0) add('x');
  }

 private:
  char *start_, *at_, *end_;
};

struct TextShape {
  Style style = Style::label;
  std::size_t shortest = 0, longest = 60;
  bool distinct = false;
};

std::string_view separator(Style style) {
  if (style == Style::prose || style == Style::label || style == Style::person || style == Style::address) return " ";
  return style == Style::email ? "." : "-";
}

std::size_t digits_of(std::uint64_t number, unsigned base) {
  std::size_t count = 1;
  while ((number /= base) > 0) ++count;
  return count;
}

std::uint64_t power(std::uint64_t base, std::size_t exponent) {
  std::uint64_t result = 1;
  while (exponent-- > 0 && result < kPlenty) result = result > kPlenty / base ? kPlenty : result * base;
  return std::min(result, kPlenty);
}

class Texts final : public Values {
 public:
  Texts(TextShape shape, base::Seed seed) : shape_(shape), seed_(seed) {
    bool self_made = shape.style == Style::uuid || (shape.style == Style::hex && shape.longest >= 16);
    std::size_t tail = shape.style == Style::email ? kDomain.size() : 0;
    number_only_ = shape.distinct && !self_made && shape.longest < kNumberDigits + tail + 3;
    if (shape.style == Style::phone || (shape.style == Style::code && !shape.distinct)) number_only_ = true;
    base_ = shape.style == Style::phone ? 10 : 36;
    width_ = std::min(shape.longest, std::max<std::size_t>(shape.style == Style::phone ? 11 : 8, shape.shortest));
  }
  std::uint64_t size() const override {
    return number_only_ ? std::max<std::uint64_t>(power(base_, width_), 1) : kPlenty;
  }
  void binary(std::uint64_t number, Output& out) const override {
    if (shape_.style == Style::blank) return;
    out.advance(compose(number, out.room(shape_.longest + 1)));
  }
  void put(Draw draw, Output& out) const override { binary(draw.number, out); }
  void text(std::uint64_t number, std::string& out) const override {
    Output end(out);
    binary(number, end);
  }

 private:
  static constexpr std::string_view kDomain = "@example.com";

  std::size_t compose(std::uint64_t number, char* to) const {
    Pen pen(to, shape_.longest);
    if (number_only_) {
      pen.digits(number, base_, width_);
    } else if (shape_.style == Style::uuid) {
      char text[36];
      write_uuid(uuid_bytes(seed_, number), text);
      pen.add({text, sizeof text});
    } else if (shape_.style == Style::hex) {
      hex(number, pen);
    } else {
      compose_words(number, pen);
    }
    return pen.written();
  }

  void hex(std::uint64_t number, Pen& pen) const {
    std::size_t size = std::max<std::size_t>(shape_.shortest, std::min<std::size_t>(shape_.longest, 40));
    pen.digits(base::mix64(number ^ seed_.value), 16, std::min<std::size_t>(size, 16));
    for (std::uint64_t n = 1; pen.written() < size; ++n)
      pen.digits(seed_.bits(number + n * kPlenty), 16, std::min<std::size_t>(16, size - pen.written()));
  }

  void compose_words(std::uint64_t number, Pen& pen) const {
    std::string_view tail = shape_.style == Style::email ? kDomain : std::string_view{};
    std::uint64_t bits = seed_.bits(number);
    bool numbered = shape_.distinct || shape_.style == Style::email || shape_.style == Style::handle;
    std::uint64_t shown = shape_.distinct ? number : bits >> 40;
    std::size_t behind = (numbered ? 1 + digits_of(shown, 36) : 0) + tail.size();
    std::size_t room = shape_.longest > behind ? shape_.longest - behind : 0;
    Pen stem(pen.at(), room);
    std::size_t shortest = shape_.shortest > behind ? shape_.shortest - behind : 0;
    write_stem(bits, shortest, stem);
    stem.pad(shortest);
    pen.skip(stem.written());
    if (numbered) pen.add(separator(shape_.style)).digits(shown, 36);
    pen.add(tail);
  }

  void write_stem(std::uint64_t bits, std::size_t shortest, Pen& pen) const {
    std::uint64_t more = base::mix64(bits), third = base::mix64(more);
    std::string_view word = one_of(kWords, bits), other = one_of(kWords, more), last = one_of(kWords, third);
    switch (shape_.style) {
      case Style::prose:
        prose(bits, shortest, pen);
        return;
      case Style::label:
        pen.add(word).add(' ').add(other);
        return;
      case Style::person:
        pen.add(one_of(kGivenNames, bits)).add(' ').add(one_of(kFamilyNames, more));
        return;
      case Style::given_name:
        pen.add(one_of(kGivenNames, bits));
        return;
      case Style::family_name:
        pen.add(one_of(kFamilyNames, bits));
        return;
      case Style::email:
        pen.lower(one_of(kGivenNames, bits)).add('.').lower(one_of(kFamilyNames, more));
        return;
      case Style::handle:
        pen.lower(one_of(kGivenNames, bits));
        return;
      case Style::url:
        pen.add("https://example.com/").add(word).add('/').add(other).add('-').add(last);
        return;
      case Style::path:
        pen.add(word).add('/').add(other).add('/').add(last).add(".txt");
        return;
      case Style::address:
        pen.digits(1 + third % 199, 10).add(' ').add(one_of(kFamilyNames, bits)).add(" Street, ");
        pen.add(one_of(kCities, more));
        return;
      case Style::slug:
        pen.add(word).add('-').add(other);
        return;
      case Style::version:
        pen.digits(bits % 10, 10).add('.').digits(more % 20, 10).add('.').digits(third % 30, 10);
        return;
      case Style::country:
        pen.add(one_of(kCountries, bits));
        return;
      case Style::currency:
        pen.add(one_of(kCurrencies, bits));
        return;
      case Style::language:
        pen.add(one_of(kLanguages, bits));
        return;
      case Style::city:
        pen.add(one_of(kCities, bits));
        return;
      case Style::colour:
        pen.add(one_of(kColours, bits));
        return;
      case Style::status:
        pen.add(one_of(kStatuses, bits));
        return;
      case Style::media_type:
        pen.add(one_of(kMediaTypes, bits));
        return;
      default:
        pen.add(word);
        return;
    }
  }

  // Most are short, some long. A word before each passage, because there are only some thousand of those.
  void prose(std::uint64_t bits, std::size_t shortest, Pen& pen) const {
    std::size_t least = std::min<std::size_t>(std::max<std::size_t>(shortest, 8), pen.left()), most = pen.left();
    double u = static_cast<double>(bits >> 11) * 0x1.0p-53;
    std::size_t size = least + static_cast<std::size_t>(u * u * static_cast<double>(most - least));
    Pen line(pen.at(), size);
    while (line.left() > 0) {
      bits = base::mix64(bits);
      line.add(one_of(kWords, bits << 32)).add(' ').add(passage(bits));
    }
    if (size > 0) line.at()[-1] = '.';
    pen.skip(size);
  }

  TextShape shape_;
  base::Seed seed_;
  bool number_only_ = false;  // the text is the number, in base_ with width_ digits
  unsigned base_ = 36;
  std::size_t width_ = 0;
};

std::optional<std::size_t> length_limit(const Type& type) {
  if (type.length) return static_cast<std::size_t>(*type.length);
  if (type.name == "name") return 63;
  if (type.name == "\"char\"") return 1;
  return std::nullopt;
}

TextShape shape_of(const Wanted& wanted) {
  TextShape shape{style_of(wanted.column), 0, 60, wanted.distinct};
  const Override* user = wanted.override_;
  bool lengthy = user != nullptr && user->length && user->length->maximum;
  if (lengthy) shape.style = Style::prose;  // fills whatever length
  if (user != nullptr && !user->kind.empty()) shape.style = style_named(user->kind).value_or(Style::label);
  auto limit = length_limit(*wanted.type);
  if (wanted.limits->length_maximum) {
    auto maximum = static_cast<std::size_t>(std::max(*wanted.limits->length_maximum, 0));
    limit = std::min(limit.value_or(maximum), maximum);
  }
  if (wanted.limits->length_minimum)
    shape.shortest = static_cast<std::size_t>(std::max(*wanted.limits->length_minimum, 0));
  if (shape.style == Style::prose) shape.longest = 400;
  if (lengthy) shape.longest = static_cast<std::size_t>(std::max(*user->length->maximum, 0));
  if (shape.style == Style::hex && says(wanted.column, {"sha256", "sha"})) shape.longest = 64;
  shape.longest = std::max(shape.longest, shape.shortest);
  if (limit) shape.longest = std::min(shape.longest, *limit);
  bool cramped = shape.longest < 8 && shape.style != Style::blank && shape.style < Style::country;
  if (cramped || (shape.style == Style::uuid && shape.longest < 36)) shape.style = Style::code;
  if (shape.style == Style::blank && (wanted.distinct || shape.shortest > 0)) shape.style = Style::label;
  return shape;
}

}  // namespace

base::Result<ValuesPtr> make_texts(const Wanted& wanted) {
  TextShape shape = shape_of(wanted);
  if (shape.shortest > shape.longest)
    return base::usage_error(
        fmt::format("text of at least {} characters does not fit in {}", shape.shortest, shape.longest),
        "list values that its constraints allow");
  return ValuesPtr(std::make_unique<Texts>(shape, wanted.seed));
}

}  // namespace pgrehearse::generators
