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

}  // namespace pgrehearse::generators
