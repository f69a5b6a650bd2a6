// Which types hold the same values, by the server's names for them.
#pragma once

#include <string_view>

namespace pgrehearse::generators {

// Whether values of the one type can stand in a column of the other, as far as their lengths allow: "character
// varying(20)" and "text", "integer" and "bigint". Schemas and modifiers do not matter.
bool same_kind_of_type(std::string_view a, std::string_view b);

}  // namespace pgrehearse::generators
