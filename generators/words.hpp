// Vocabulary for made-up text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pgrehearse::generators {

extern const std::span<const std::string_view> kWords, kGivenNames, kFamilyNames, kCities, kCountries, kCurrencies,
    kLanguages, kColours, kStatuses, kMediaTypes;

// One of them, by 64 random bits.
inline std::string_view one_of(std::span<const std::string_view> words, std::uint64_t bits) {
  return words[static_cast<std::size_t>(((bits >> 32) * words.size()) >> 32)];
}

// Some dozens of words, each with a space behind it, by 64 random bits: a passage of a long text that is made once.
std::string_view passage(std::uint64_t bits);

}  // namespace pgrehearse::generators
