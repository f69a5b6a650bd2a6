// Small files, read in one go.
#pragma once

#include <optional>
#include <string>

namespace pgrehearse::base {

// The whole content; nothing, with errno set, when it cannot be opened or read to its end. Made for /proc too, where
// reading fails when the process has just ended: a stream's iterator then throws, whatever its exception mask says.
std::optional<std::string> read_file(const std::string& path);

}  // namespace pgrehearse::base
