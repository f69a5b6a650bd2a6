// Where the values of a JSON text stand: the parser does not tell, and a mistake should name its line.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"

namespace pgrehearse::profile {

// One member more on a JSON pointer (RFC 6901).
std::string pointer_to(const std::string& parent, std::string_view key);
std::string pointer_to(const std::string& parent, std::size_t position);

// The places of those values of `text` (valid JSON) that `pointers` name, in one walk; what does not exist is missing
// in the result.
std::map<std::string, base::Place> locate(std::string_view text, const std::string& file,
                                          const std::set<std::string>& pointers);
// The line and column of a byte.
base::Place place_of(std::string_view text, const std::string& file, std::size_t byte);

}  // namespace pgrehearse::profile
