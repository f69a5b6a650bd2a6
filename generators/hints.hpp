// What a column's name says about its content: data that looks like what it stands for makes plans and sizes plausible.
// A hint never decides whether a constraint holds.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/quantity.hpp"

namespace pgrehearse::generators {

// Whether one of `words` is among the words of the name: "unit_price" and "unitPrice" say "price", "pricey" does not.
bool says(std::string_view name, std::initializer_list<std::string_view> words);

// An inclusive range of units.
struct Window {
  std::int64_t first = 0, last = 0;
  bool grows = false;  // along the rows, as times of events do
};
// Where the values of a number, date or time column usually lie.
Window usual_window(std::string_view name, const Type& type);

enum class Style {
  prose,  // words up to the length limit, paragraphs for descriptions
  label,  // two to five words
  person,
  given_name,
  family_name,
  handle,
  email,
  phone,
  url,
  path,
  address,  // of a house
  slug,
  code,
  hex,
  uuid,
  version,
  country,
  currency,
  language,
  city,
  colour,
  status,
  media_type,
  blank,  // filler columns of benchmarks
};
Style style_of(std::string_view name);
// By the words that users write, such as "family_name".
std::vector<std::string> style_names();
std::optional<Style> style_named(std::string_view word);

}  // namespace pgrehearse::generators
