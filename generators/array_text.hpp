// Arrays and composite values in PostgreSQL's text form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::generators {

// An element of an array or a field of a composite value, in quotes where it needs them.
void append_quoted(std::string_view text, std::string& out);

using ArrayElements = std::vector<std::optional<std::string>>;  // none: NULL

// Of an array of one dimension that counts from 1, or of none: as the server prints it. None: of another form.
std::optional<ArrayElements> parse_array(std::string_view text, char delimiter);

}  // namespace pgrehearse::generators
