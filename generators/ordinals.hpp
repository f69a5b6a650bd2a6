// Types whose values are whole numbers in the order of their sort operator: quantities, the labels of an enum, network
// and hardware addresses, UUIDs (by their first bits). So what lies between two values can be counted and made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/output.hpp"
#include "generators/shape.hpp"

namespace pgrehearse::generators {

// Pure and thread-safe.
class Ordinals {
 public:
  virtual ~Ordinals() = default;
  // None where the text is no value of this kind: another notation, an infinity, IPv6.
  virtual std::optional<std::int64_t> parse(std::string_view text) const = 0;
  // What the type's receive function reads, without the length.
  virtual void binary(std::int64_t ordinal, Output& out) const = 0;
  virtual void text(std::int64_t ordinal, std::string& out) const = 0;
  virtual bool has_binary() const { return true; }
  // Of the ordinals that have a value.
  virtual std::int64_t lowest() const = 0;
  virtual std::int64_t highest() const = 0;
};

using OrdinalsPtr = std::shared_ptr<const Ordinals>;

// None for other types. Of numbers with a fraction, as many decimals are made as the marks have; a list of allowed
// values stands in for the type.
OrdinalsPtr make_ordinals(const Type& type, const Limits& limits, const std::vector<Mark>& marks, base::Seed seed);

}  // namespace pgrehearse::generators
