// "Did you mean": the known word nearest to what was written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::scenario {

// The word with the smallest edit distance (insert, delete, replace or swap neighbours, each 1; case and - against _
// cost nothing), or empty when none is near: more than a third of the longer word would have to change.
std::string nearest(std::string_view written, const std::vector<std::string>& words);

// "did you mean 'x'?" when one is near, else "<label>: a, b, c".
std::string suggestion(std::string_view written, const std::vector<std::string>& words, std::string_view label);

}  // namespace pgrehearse::scenario
