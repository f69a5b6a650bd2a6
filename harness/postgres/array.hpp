// PostgreSQL's text form of one-dimensional arrays: {a,"b \"c\"",NULL}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::postgres {

// NULL elements come as empty strings. Throws std::runtime_error when the text is no such array.
std::vector<std::string> parse_array(std::string_view text);

}  // namespace pgrehearse::postgres
