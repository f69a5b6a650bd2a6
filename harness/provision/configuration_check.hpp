// What `postgres -C` says of a configuration.
#pragma once

#include <string>

#include "harness/base/result.hpp"

namespace pgrehearse::provision {

// The server's complaints on its standard error, one usage error each, without their place in our file; never empty.
// The settings that we choose are known to work, so that what is refused is the user's.
base::Errors configuration_errors(const std::string& output);

}  // namespace pgrehearse::provision
