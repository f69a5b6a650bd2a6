// Words for differences. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pgrehearse::observe {

// "down" -> "after down", "up_again" -> "after the second up".
std::string after_phase(std::string_view phase);

// A definition without what may differ although it means the same: CURRENT_TIMESTAMP and now(); timestamps to the
// microsecond, into which PostgreSQL folds 'now'::timestamp when it stores a view; and all parentheses and spaces
// outside quotes, since the same expression gets other ones when its printed form is read again. Two definitions with
// the same skeleton are taken for equal, with a note.
std::string skeleton(std::string_view definition);

// Two long texts for one line: line breaks become spaces, and of each only the surroundings of the first difference
// stay. {"was", "is"}.
struct Excerpts {
  std::string was, is;
};
Excerpts excerpts(std::string_view was, std::string_view is);

}  // namespace pgrehearse::observe
