// "Did you mean ...?": the known word that is nearest to one that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgrehearse::base {

// By edit distance (a transposition counts as one), among those at most a third of the word away; empty when none is.
std::string nearest(std::string_view word, const std::vector<std::string>& known);
// "did you mean 'rows'?", or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace pgrehearse::base
