// The values of a record as JSON text. Times and lengths are milliseconds, cut to whole microseconds; text that is not
// UTF-8 gets replacement characters. Reading takes what it knows: a missing key leaves its default, unknown keys are
// passed over, so that newer tools read older records. Private to this module.
#pragma once

#include <string>
#include <string_view>

#include "harness/record/event.hpp"
#include "harness/record/manifest.hpp"
#include "harness/record/window.hpp"

namespace pgrehearse::record {

// One line each, without the newline.
std::string to_json(const Event& event);
std::string to_json(const Window& window);
// Indented, with a newline at the end.
std::string to_json(const Manifest& manifest);

// False, and why, when the text is not such a value.
bool from_json(std::string_view text, Event& event, std::string& problem);
bool from_json(std::string_view text, Window& window, std::string& problem);
bool from_json(std::string_view text, Manifest& manifest, std::string& problem);

}  // namespace pgrehearse::record
