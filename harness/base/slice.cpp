#include "harness/base/slice.hpp"

#include <fmt/format.h>

#include <charconv>

namespace pgrehearse::base {
namespace {

// 0: not a number, or none.
std::uint64_t whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return 0;
  return number;
}

}  // namespace

Result<Slice> parse_slice(std::string_view text) {
  const auto slash = text.find('/');
  const std::uint64_t number = whole(text.substr(0, slash));
  const std::uint64_t of = slash == std::string_view::npos ? 0 : whole(text.substr(slash + 1));
  if (number < 1 || number > of || of > kMostSlices) {
    return usage_error(
        fmt::format("'{}' is no slice", text),
        fmt::format("write which of how many, as in 3/16: 1/16 to 16/16, at most {} slices", kMostSlices));
  }
  return Slice{number, of};
}

}  // namespace pgrehearse::base
