#include "generators/numeric_encoding.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::uint16_t kPositive = 0x0000, kNegative = 0x4000;

struct Digits {
  std::int16_t at[12];  // most significant first: 5 of the whole part, 5 of the fraction
  int count = 0;
  int weight = 0;  // power of 10000 of the first digit

  void trim() {
    int leading = 0;
    while (leading < count && at[leading] == 0) ++leading;
    for (int i = leading; i < count; ++i) at[i - leading] = at[i];
    count -= leading;
    weight -= leading;
    while (count > 0 && at[count - 1] == 0) --count;
    if (count == 0) weight = 0;
  }
};

Digits digits_of(std::uint64_t whole, std::uint64_t fraction, int scale) {
  Digits digits;
  std::int16_t reversed[6];
  int whole_digits = 0;
  for (; whole > 0; whole /= 10000) reversed[whole_digits++] = static_cast<std::int16_t>(whole % 10000);
  for (int i = whole_digits; i > 0; --i) digits.at[digits.count++] = reversed[i - 1];
  digits.weight = whole_digits - 1;
  for (int left = scale; left > 0; left -= 4) {
    std::uint64_t digit = left >= 4 ? fraction / kPowersOfTen[left - 4] : fraction * kPowersOfTen[4 - left];
    digits.at[digits.count++] = static_cast<std::int16_t>(digit);
    fraction -= left >= 4 ? digit * kPowersOfTen[left - 4] : fraction;
  }
  digits.trim();
  return digits;
}

}  // namespace

void put_numeric(std::int64_t value, int scale, Output& out) {
  std::uint64_t magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  Digits digits = digits_of(magnitude / kPowersOfTen[scale], magnitude % kPowersOfTen[scale], scale);
  out.put(static_cast<std::int16_t>(digits.count));
  out.put(static_cast<std::int16_t>(digits.weight));
  out.put(value < 0 ? kNegative : kPositive);
  out.put(static_cast<std::int16_t>(scale));
  for (int i = 0; i < digits.count; ++i) out.put(digits.at[i]);
}

}  // namespace pgrehearse::generators
