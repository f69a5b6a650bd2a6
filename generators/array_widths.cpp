#include "generators/array_widths.hpp"

#include <cmath>

#include "generators/compressed_size.hpp"
#include "generators/stored_array.hpp"

namespace pgrehearse::generators {
namespace {

constexpr std::size_t kPlaces = 12, kDimension = 8, kLength = 4;  // bytes of the binary form (array_recv)

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + kLength; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// An array in its row, made of the binary form that is sent.
struct Stored {
  std::string bytes;  // of the elements
  std::size_t elements = 0;

  Stored(const Type& element, std::string_view binary) {
    constexpr std::uint32_t null = ~std::uint32_t{0};
    for (std::size_t at = kPlaces + kDimension; at < binary.size();) {
      const std::uint32_t length = number_at(binary, at);
      at += kLength;
      if (length == null) continue;
      const auto size = static_cast<std::size_t>(stored_element(element, length));
      const std::size_t end = bytes.size() + size;
      if (size >= length + kLength) bytes.append(binary.substr(at - kLength, kLength));
      bytes.append(binary.substr(at, length)).resize(end);
      at += length;
      ++elements;
    }
  }
};

}  // namespace

ArrayWidths widths_of(const RecipeArrays& arrays, double beside) {
  constexpr std::size_t least = 2'000, most = 20'000, enough = 100'000;  // arrays; elements
  ArrayWidths widths;
  double elements = 0, bytes = 0;
  std::size_t points = most;
  for (std::size_t i = 0; i < points; ++i) {
    // Spread over all of them, wherever it ends.
    const double place = std::fmod((static_cast<double>(i) + 0.5) * 0.6180339887498949, 1.0);
    const auto number = arrays.distribution().number(place);
    const Stored stored(arrays.element(), encoded([&](Output& out) { arrays.binary(number, out); }));
    std::string row(stored.elements == 0 ? kPlaces : kBeforeElements, '\0');
    widths.mean += toasted_width(row + stored.bytes, beside);
    elements += static_cast<double>(stored.elements);
    bytes += static_cast<double>(stored.bytes.size());
    const auto count = static_cast<double>(stored.elements);
    if (!arrays.is_common(number) && count > 0) widths.pairs += count * (count - 1);
    if (i >= least && elements > enough) points = i + 1;
  }
  widths.mean /= static_cast<double>(points);
  widths.pairs /= static_cast<double>(points);
  widths.element = elements > 0 ? bytes / elements : 0;
  return widths;
}

}  // namespace pgrehearse::generators
