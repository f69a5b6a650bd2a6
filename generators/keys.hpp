// How the parts of a table's rows are chosen so that its keys hold by construction. One part that is different in every
// row keeps a key; where none has that many choices, the row's number enumerates the combinations of several.
#pragma once

#include <string>

#include "generators/choices.hpp"

namespace pgrehearse::generators {

struct KeyPlan {
  std::uint64_t capacity = kPlenty;  // how many rows the keys allow
  std::string limited_by;            // the key that allows no more, for people
  base::Errors errors;
  std::vector<std::string> notices;
};

// Sets `how` and what belongs to it in each part of layout.tables[table]; starts afresh at each call.
KeyPlan plan_keys(const DatabaseShape& shape, std::size_t table, Layout& layout, const Choices& choices);

}  // namespace pgrehearse::generators
