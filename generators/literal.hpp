// Values that come as text (the user's lists, IN lists, rows that already stand), in PostgreSQL's binary form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "generators/shape.hpp"

namespace pgrehearse::generators {

// What the type's receive function reads, without the length. None where this program cannot tell: the type has no
// known encoding, or the text is not in the plain form that PostgreSQL prints. The text form then still works.
std::optional<std::string> binary_literal(const Type& type, std::string_view text);

}  // namespace pgrehearse::generators
