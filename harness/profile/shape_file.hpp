// A shape as a file: JSON of a version of its own. docs/profile.md explains every member.
//
// Values that were to stay private are numbers in it (lengths), others strings, so that whoever reviews a file sees at
// a glance what leaves production.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/profile/shape.hpp"

namespace pgrehearse::profile {

inline constexpr int kShapeVersion = 1;
inline constexpr int kTrafficVersion = 1;  // of the section `traffic`

// One line for each column, index and so on; ends with a newline. Deterministic. Text that is not UTF-8 gets
// replacement characters.
std::string to_json(const Shape& shape);

// `file` is what places name. All mistakes at once, each with its line and its path in the document: text that is no
// JSON or ends early, another version, another kind of file, unknown and missing members, figures that no table can
// have.
base::Result<Shape> from_json(std::string_view text, const std::string& file);

base::Result<Shape> read_shape_file(const std::string& path);

}  // namespace pgrehearse::profile
